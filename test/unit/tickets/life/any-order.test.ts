import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventKinds, stepOf, type Ticket } from '../../../../src/tickets/life/ticket.ts'
import { faultsBetween, faultsOf, keyOf } from './faults.ts'
import { type Trod, walk } from './walk.ts'

const length = 400

/** Each clock that begins has not been running, and each that ends has. */
function faultsOfEffects(held: Set<string>, { step }: Trod): string[] {
  if (!step.ok) return []
  return step.clocks.flatMap((effect) => {
    const isBegin = effect.do === 'start' || effect.do === 'resume'
    const isRight = held.has(keyOf(effect)) !== isBegin
    if (isBegin) held.add(keyOf(effect))
    else if (effect.do === 'meet' || effect.do === 'cancel') held.delete(keyOf(effect))
    return isRight ? [] : [`${effect.do} of ${keyOf(effect)}`]
  })
}

/** Walks it. @throws Error with what is wrong, and the steps that led there */
function requireSound(seed: number, took: (trod: Trod) => void, taken = new Map<string, number>()): void {
  const trail: string[] = []
  let held = new Set<string>()
  for (const trod of walk(seed, length, taken)) {
    const { before, event, actor, step } = trod
    if (before.version === 0) [held] = [new Set(), trail.splice(0)]
    const copy = JSON.stringify(before)
    const who = actor.by === 'system' ? 'system' : `${actor.person.roles} ${actor.person.unitCode}`
    trail.push(`${event.kind} by ${who}${step.ok ? '' : ` refused: ${step.refusal.code}`}`)
    const faults = step.ok
      ? [
          ...faultsOf(step.ticket),
          ...faultsBetween(before, step.ticket, event),
          ...faultsOfEffects(held, trod),
          ...(sameClocks(held, step.ticket) ? [] : ['a clock that no effect began, or that none ended']),
        ]
      : step.refusal.detail.endsWith('。')
        ? []
        : [`no sentence: ${step.refusal.detail}`]
    if (JSON.stringify(before) !== copy) faults.push('the ticket itself was changed')
    if (faults.length > 0) throw new Error(`seed ${seed}: ${faults.join('; ')}\n${trail.slice(-30).join('\n')}`)
    if (step.ok) took(trod)
  }
}

const sameClocks = (held: ReadonlySet<string>, { running, paused }: Ticket): boolean =>
  [...held].sort().join() === [...running, ...paused].map(keyOf).sort().join()

describe('any order of events', () => {
  it('keeps one unit in charge that sees it, an answer in what is closed, and no clock twice', () => {
    const [seen, taken] = [new Set<string>(), new Map<string, number>()]
    for (let seed = 1; seed <= 40; seed += 1) {
      requireSound(seed, ({ before, event }) => seen.add(`${before.state} ${event.kind}`), taken)
    }
    // These walks have taken every step from every state that it may be taken from, or they say nothing.
    const meant = eventKinds.flatMap((kind) => stepOf(kind).from.map((state) => `${state} ${kind}`))
    expect(meant.filter((way) => !seen.has(way))).toEqual([])
  })

  it('holds on ways that nobody has gone', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => requireSound(seed, () => undefined)),
      { numRuns: 10, endOnFailure: true },
    )
  })
})
