import type { UnitCode } from '../../platform/types.ts'

/** The clocks of a ticket. Pure: the web page imports this file too. */

interface Clock {
  /** What is due when it fires. */
  title: string
  /** Who has to act: the unit in charge or the hotline. Every clock of a unit starts with the dispatch. */
  owner: 'HOTLINE' | 'UNIT'
  /** Whether this ticket has it; where nothing is said, each has. */
  isOwed?(ticket: { isAnonymous: boolean }): boolean
}

/**
 * DISPATCH, REVIEW and CHECK are the hotline's own: from hand-in, until a unit is in charge; from a return until it is decided; from a
 * reply until it is accepted or sent back. SIGN, CONTACT and HANDLE are the unit's, all from dispatch on: a unit
 * that does not sign gains no time. CONTACT runs until the unit has spoken with the citizen, or another one takes over. The clocks of a unit whose return is
 * granted go on until the next unit has signed. How long each may run: `limitOf` in `limits.ts`.
 */
const table = {
  DISPATCH: { title: '派单', owner: 'HOTLINE' },
  SIGN: { title: '签收', owner: 'UNIT' },
  // An anonymous citizen cannot be called.
  CONTACT: { title: '首次联系', owner: 'UNIT', isOwed: ({ isAnonymous }) => !isAnonymous },
  HANDLE: { title: '办理', owner: 'UNIT' },
  REVIEW: { title: '退单审核', owner: 'HOTLINE' },
  CHECK: { title: '答复审核', owner: 'HOTLINE' },
} as const satisfies Record<string, Clock>

export type ClockKind = keyof typeof table
export const clocks: Readonly<Record<ClockKind, Clock>> = table
export const clockKinds = Object.keys(clocks) as [ClockKind, ...ClockKind[]]
export const unitClocks = clockKinds.filter((kind) => clocks[kind].owner === 'UNIT')

/** A clock that runs, and the unit that has to keep it; null: the hotline. Two units may each have one of a kind. */
export interface Running {
  clock: ClockKind
  unit: UnitCode | null
}

/** The effect on a clock. `resume`: the same due time applies again. */
export interface ClockEffect extends Running {
  do: 'start' | 'meet' | 'cancel' | 'resume'
}

/**
 * What a step asks for. Of a unit's clocks that of the unit that the ticket is with is meant where no unit is named;
 * all of them where they are cancelled.
 */
export interface ClockWish {
  do: ClockEffect['do']
  clock: ClockKind
  unit?: UnitCode
}

export const start = (clock: ClockKind): ClockWish => ({ do: 'start', clock })
export const meet = (clock: ClockKind): ClockWish => ({ do: 'meet', clock })
export const cancel = (clock: ClockKind): ClockWish => ({ do: 'cancel', clock })
export const resume = (clock: ClockKind): ClockWish => ({ do: 'resume', clock })
/** The clocks of a unit that has no more part in the ticket. */
export const cancelOf = (unit: UnitCode): ClockWish[] => unitClocks.map((clock) => ({ ...cancel(clock), unit }))

/** Only what runs can be stopped, and only what does not be started: one step serves tickets from different states. */
export function carry(
  ticket: { running: readonly Running[]; isAnonymous: boolean },
  wanted: readonly ClockWish[],
  lead: UnitCode | null,
): { running: Running[]; clocks: ClockEffect[] } {
  let running = [...ticket.running]
  const effects: ClockEffect[] = []
  for (const { do: what, clock, unit } of wanted) {
    const { owner, isOwed } = clocks[clock]
    const isBegin = what === 'start' || what === 'resume'
    const meant = owner === 'HOTLINE' ? null : (unit ?? lead)
    const isMeant = (one: Running) =>
      one.clock === clock && ((what === 'cancel' && unit === undefined) || one.unit === meant)
    const found = running.filter(isMeant)
    if (isBegin === found.length > 0 || (isBegin && isOwed?.(ticket) === false)) continue
    if (isBegin) running.push({ clock, unit: meant })
    else running = running.filter((one) => !found.includes(one))
    const these = isBegin ? [{ clock, unit: meant }] : found
    effects.push(...these.map((one) => ({ do: what, ...one })))
  }
  return { running, clocks: effects }
}
