import type { Limit } from '../../calendar/limit.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'

/** The clocks of a ticket. Pure: the web page imports this file too. */

interface Clock {
  /** What is due when it fires. */
  title: string
  /**
   * Who has to act: the hotline, the unit in charge, or a unit with a part. Every clock of the unit in charge starts
   * with the dispatch, those of a part when it is sent.
   */
  owner: 'HOTLINE' | 'UNIT' | 'PART'
  /** Whether this ticket has it; where nothing is said, each has. */
  isOwed?(ticket: { isAnonymous: boolean }): boolean
  /** The decision on a request: it stands in the list of requests and is no part of the ticket's own lamp. */
  isDecision?: true
}

/**
 * DISPATCH, REVIEW and CHECK are the hotline's own: from hand-in, until a unit is in charge; from a return until it is decided; from a
 * reply until it is accepted or sent back. SIGN, CONTACT, PROGRESS and HANDLE are the unit's, all from dispatch on: a unit
 * that does not sign gains no time. CONTACT runs until the unit has spoken with the citizen, or another one takes over. The clocks of a unit whose return is
 * granted go on until the next unit has signed. A suspension stops HANDLE, MILESTONE, PROGRESS and PART until SUSPENDED is due. How long each may
 * run: `limitOf` in `limits.ts`; MILESTONE and SUSPENDED have a date of their own.
 * PART_SIGN and PART are a co-unit's or those of a unit below, which has to answer before its sender has to; they follow from the
 * steps of parts, see `parts.ts`.
 */
const table = {
  DISPATCH: { title: '派单', owner: 'HOTLINE' },
  SIGN: { title: '签收', owner: 'UNIT' },
  // An anonymous citizen cannot be called.
  CONTACT: { title: '首次联系', owner: 'UNIT', isOwed: ({ isAnonymous }) => !isAnonymous },
  PROGRESS: { title: '阶段反馈', owner: 'UNIT' },
  MILESTONE: { title: '承诺节点', owner: 'UNIT' },
  HANDLE: { title: '办理', owner: 'UNIT' },
  SUSPENDED: { title: '挂起到期', owner: 'HOTLINE' },
  REVIEW: { title: '退单审核', owner: 'HOTLINE', isDecision: true },
  DECIDE_EXT: { title: '延期审核', owner: 'HOTLINE', isDecision: true },
  DECIDE_SUSP: { title: '挂起审核', owner: 'HOTLINE', isDecision: true },
  DECIDE_PROM: { title: '承诺审核', owner: 'HOTLINE', isDecision: true },
  DECIDE_FINAL: { title: '最终答复审核', owner: 'HOTLINE', isDecision: true },
  DECIDE_END: { title: '终止办理审核', owner: 'HOTLINE', isDecision: true },
  CHECK: { title: '答复审核', owner: 'HOTLINE' },
  PART_SIGN: { title: '任务签收', owner: 'PART' },
  PART: { title: '任务答复', owner: 'PART' },
} as const satisfies Record<string, Clock>

export type ClockKind = keyof typeof table
export const clocks: Readonly<Record<ClockKind, Clock>> = table
export const clockKinds = Object.keys(clocks) as [ClockKind, ...ClockKind[]]
export const unitClocks = clockKinds.filter((kind) => clocks[kind].owner === 'UNIT')
/** Those that begin with a dispatch. */
export const dispatchClocks = ['SIGN', 'CONTACT', 'PROGRESS', 'HANDLE'] as const satisfies ClockKind[]
/** Those that a suspension stops. */
export const pausable = ['HANDLE', 'MILESTONE', 'PROGRESS'] as const satisfies ClockKind[]
export const decisionClocks = clockKinds.filter((kind) => clocks[kind].isDecision === true)

/** A clock that runs, and the unit that has to keep it; null: the hotline. Two units may each have one of a kind. */
export interface Running {
  clock: ClockKind
  unit: UnitCode | null
  /** Which one of several, from 1 on: a promise has a clock for each milestone. */
  item?: number
}

/** A stretch in which a clock stood still; `to` is null while it still does. */
export interface Pause {
  from: Instant
  to: Instant | null
}

interface Done {
  /**
   * `resume`: the same due time applies again. `pause`: it stands still, and `unpause` lets it go on with the time that
   * was left. `extend`: by a limit, from where it ends. `move`: to an instant.
   */
  do: 'start' | 'meet' | 'cancel' | 'resume' | 'pause' | 'unpause' | 'extend' | 'move'
  /** Of `extend`. */
  by?: Limit
  /** Of `move`, and of `start` where no limit says when it is due. */
  until?: Instant
}

/** The effect on a clock. */
export type ClockEffect = Running & Done

/**
 * What a step asks for. Of a unit's clocks that of the unit that the ticket is with is meant where no unit is named;
 * all of them where they are cancelled. Without an item each of a kind is meant.
 */
export interface ClockWish extends Done {
  clock: ClockKind
  unit?: UnitCode
  item?: number
}

export const start = (clock: ClockKind): ClockWish => ({ do: 'start', clock })
export const meet = (clock: ClockKind): ClockWish => ({ do: 'meet', clock })
export const cancel = (clock: ClockKind): ClockWish => ({ do: 'cancel', clock })
export const resume = (clock: ClockKind): ClockWish => ({ do: 'resume', clock })
export const pause = (clock: ClockKind): ClockWish => ({ do: 'pause', clock })
export const unpause = (clock: ClockKind): ClockWish => ({ do: 'unpause', clock })
/** The clocks of a unit that has no more part in the ticket. */
export const cancelOf = (unit: UnitCode): ClockWish[] => unitClocks.map((clock) => ({ ...cancel(clock), unit }))

interface Carried {
  running: Running[]
  paused: Running[]
  clocks: ClockEffect[]
}

/**
 * Only what runs can be stopped, and only what does not be started: one step serves tickets from different states. What
 * stands still can be met, cancelled and extended; it cannot be started a second time beside itself.
 */
export function carry(
  ticket: { running: readonly Running[]; paused: readonly Running[]; isAnonymous: boolean },
  wanted: readonly ClockWish[],
  lead: UnitCode | null,
): Carried {
  const now: Carried = { running: [...ticket.running], paused: [...ticket.paused], clocks: [] }
  for (const wish of wanted) carryOne(now, wish, lead, ticket)
  return now
}

function carryOne(now: Carried, wish: ClockWish, lead: UnitCode | null, ticket: { isAnonymous: boolean }): void {
  const { do: what, clock, unit, item, by, until } = wish
  const { owner, isOwed } = clocks[clock]
  const meant = owner === 'HOTLINE' ? null : (unit ?? lead)
  const isMeant = (one: Running) =>
    one.clock === clock &&
    (item === undefined || one.item === item) &&
    ((what === 'cancel' && unit === undefined) || one.unit === meant)
  const runs = now.running.filter(isMeant)
  const stands = now.paused.filter(isMeant)
  const without = (list: Running[], those: Running[]) => list.filter((one) => !those.includes(one))
  const effect = (those: readonly Running[]) =>
    those.map((one) => ({ do: what, ...one, ...(by && { by }), ...(until !== undefined && { until }) }))
  switch (what) {
    case 'start':
    case 'resume': {
      if (runs.length + stands.length > 0 || isOwed?.(ticket) === false) return
      const begun = { clock, unit: meant, ...(item !== undefined && { item }) }
      now.running.push(begun)
      now.clocks.push(...effect([begun]))
      return
    }
    case 'pause':
      now.running = without(now.running, runs)
      now.paused.push(...runs)
      now.clocks.push(...effect(runs))
      return
    case 'unpause':
      now.paused = without(now.paused, stands)
      now.running.push(...stands)
      now.clocks.push(...effect(stands))
      return
    case 'extend':
    case 'move':
      now.clocks.push(...effect([...runs, ...stands]))
      return
    case 'meet':
    case 'cancel':
      now.running = without(now.running, runs)
      now.paused = without(now.paused, stands)
      now.clocks.push(...effect([...runs, ...stands]))
  }
}
