import { setTimeout as sleep } from 'node:timers/promises'
import { type Arm, consultNumber, keyOf, thirdNumber, thirdPort } from '../arms.ts'
import type { Figure } from '../goal.ts'
import type { Bench, Measurement } from '../measurement.ts'
import type { MediaLeg } from '../sip/media.ts'
import { lastFour } from '../sip/phones.ts'
import { openThird, type Third } from '../sip/third.ts'
import { isTone, tonePacket, tones } from '../sound.ts'
import { type AgentsStage, agents, type CallersStage, callers, follow } from '../stage.ts'
import { abba, median, percentile, rangeOf } from '../statistics.ts'

/** A frame and a half of sound, and what SIP, HTTP and Redis take. */
const marginMs = 30
const stepLimitMs = 10_000
const arms = ['N', 'F', 'P'] as const
type ConsultArm = (typeof arms)[number]

/** Both in ms; one call. */
interface Seen {
  invite: number
  join: number
}

interface Parts {
  stage: CallersStage
  floor: AgentsStage
  third: Third
}

let serial = 0

export const consult: Measurement = {
  name: 'consult',
  goals: ['P19'],
  title: 'a consulted party rings at once, and all three hear each other as soon as the key is pressed',
  how:
    'one call at a time: talk, consult somebody outside (200 ms of ringing), join. P: the requests of the desk over HTTP; ' +
    'N: a ConfBridge whose menu has the keys; F: a minimal ARI application that is told over a pipe. From the request, or the ' +
    'end of the digit, to the INVITE, and to the first packet in which citizen and third hear each other',
  async run(bench) {
    const stage = await callers(bench)
    const floor = await agents(bench)
    follow(stage, floor)
    const { SIP_HOST: host } = stage.hotline.settings
    const third = await openThird(host, thirdPort(stage.hotline.settings), stage.media)
    try {
      return await measure(bench, { stage, floor, third })
    } finally {
      third.close()
    }
  },
}

async function measure(bench: Bench, parts: Parts): Promise<Figure[]> {
  const [rounds, perRound] = bench.isFull ? [6, 60] : [2, 6]
  for (const arm of arms) await one(parts, arm)
  const found = new Map<ConsultArm, Seen[][]>(arms.map((arm) => [arm, []]))
  const failures: string[] = []
  const resentBefore = parts.third.peer.resent + parts.stage.citizens.peer.resent
  for (const arm of abba(arms, rounds)) {
    const seen: Seen[] = []
    for (let index = 0; index < perRound; index += 1) {
      bench.signal.throwIfAborted()
      await one(parts, arm).then(
        (now) => seen.push(now),
        (error: Error) => failures.push(`${arm}: ${error.message}`),
      )
    }
    found.get(arm)?.push(seen)
    const said = (['invite', 'join'] as const).map((what) => p99(seen, what).toFixed(1)).join(' and ')
    bench.say(`${arm}: ${seen.length} calls, p99 ${said} ms`)
  }
  const resent = parts.third.peer.resent + parts.stage.citizens.peer.resent - resentBefore
  const voids = [
    ...(failures.length > 0 ? [`${failures.length} calls failed (${failures[0]})`] : []),
    ...(resent > 0 ? [`${resent} messages sent twice`] : []),
  ]
  return (['invite', 'join'] as const).map((what) => figureOf(found, what, voids))
}

function figureOf(found: ReadonlyMap<ConsultArm, Seen[][]>, what: keyof Seen, voids: string[]): Figure {
  const each = (arm: ConsultArm) => (found.get(arm) ?? []).map((seen) => p99(seen, what))
  const native = median(each('N'))
  const ours = each('P')
  return {
    goal: 'P19',
    what: what === 'invite' ? 'consult key → INVITE at the target, p99' : 'join key → all three hear each other, p99',
    ...{ value: median(ours), unit: 'ms', target: { atMost: native + marginMs }, range: rangeOf(ours), voids },
    against: { arm: 'N', value: native },
    samples: (found.get('P') ?? []).flat().length,
    note: `at most N + ${marginMs} ms; F ${median(each('F')).toFixed(1)} ms`,
  }
}

const p99 = (seen: readonly Seen[], what: keyof Seen) =>
  percentile(
    seen.map((one) => one[what]),
    0.99,
  )

/** @throws Error naming the step that did not come */
async function one({ stage, floor, third }: Parts, arm: ConsultArm): Promise<Seen> {
  // Else this call would be measured with the last one's third in it.
  await until('the third of the last call is free', () => third.isFree())
  serial += 1
  const caller = `138${String(serial).padStart(8, '0')}`
  const heard = { agent: null as number | null, third: null as number | null }
  const seen = third.expect()
  const dialogue = await stage.citizens.call({ to: arm === 'P' ? '12345' : consultNumber[arm], from: caller })
  const leg = stage.media.leg(dialogue.audioPort, (payload, at) => {
    if (isTone(payload, tones.agent)) heard.agent = at
    if (isTone(payload, tones.third)) heard.third ??= at
  })
  leg.speak(tonePacket(tones.citizen))
  const keys = keysOf(arm, { stage, floor, caller, leg })
  try {
    if (arm === 'P') {
      await sleep(500)
      await leg.press(keyOf.B)
    }
    await until('the agent is heard', () => heard.agent !== null)
    await sleep(200)
    const askedAt = await keys.consult()
    await until('the third is invited', () => seen.invitedAt !== null)
    // In N they are alone until they are joined.
    await until('the third answers', () => (arm === 'N' ? seen.answeredAt : seen.hearsAgentAt) !== null)
    await sleep(400)
    const joinedAt = await keys.join()
    await until('all hear each other', () => heard.third !== null && seen.hearsCitizenAt !== null)
    return {
      invite: (seen.invitedAt ?? 0) - askedAt,
      join: Math.max(heard.third ?? 0, seen.hearsCitizenAt ?? 0) - joinedAt,
    }
  } finally {
    await keys.end()
    leg.close()
    await dialogue.hangUp().catch(() => undefined)
    await until('the third is free', () => third.isFree()).catch(() => undefined)
  }
}

interface Keys {
  /** @returns when it was pressed, by `performance.now()` */
  consult(): Promise<number>
  join(): Promise<number>
  end(): Promise<unknown>
}

function keysOf(
  arm: Arm,
  { stage, floor, caller, leg }: Omit<Parts, 'third'> & { caller: string; leg: MediaLeg },
): Keys {
  if (arm === 'N') return { consult: () => leg.press('5'), join: () => leg.press('6'), end: async () => undefined }
  if (arm === 'F') {
    const tell = async (step: 'consult' | 'join') => {
      const at = performance.now()
      stage.floor.tell(step)
      return at
    }
    return { consult: () => tell('consult'), join: () => tell('join'), end: async () => undefined }
  }
  const ask = async (path: string, body: object) => {
    const at = performance.now()
    await floor.desks.ask(lastFour(caller), path, body)
    return at
  }
  const act = (action: string) => ask('actions', { action })
  return {
    consult: () => ask('parties', { to: { kind: 'outside', number: thirdNumber }, mode: 'consult' }),
    join: () => act('join'),
    end: () => act('hang-up').catch(() => undefined),
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + stepLimitMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`in vain until ${what}`)
    await sleep(2)
  }
}
