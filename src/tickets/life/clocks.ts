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
 * DISPATCH, REVIEW and CHECK are the hotline's own: from hand-in, and from a return, until a unit is in charge; from a
 * reply until it is accepted or sent back. SIGN, CONTACT and HANDLE are the unit's, all from dispatch on: a unit
 * that does not sign gains no time. CONTACT runs until the unit has spoken with the citizen, or another one takes over. How long each may run: `limitOf` in `limits.ts`.
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

/** What the store does beside writing ticket and history. `resume`: the same due time holds again. */
export interface ClockEffect {
  do: 'start' | 'meet' | 'cancel' | 'resume'
  clock: ClockKind
}

export const start = (clock: ClockKind): ClockEffect => ({ do: 'start', clock })
export const meet = (clock: ClockKind): ClockEffect => ({ do: 'meet', clock })
export const cancel = (clock: ClockKind): ClockEffect => ({ do: 'cancel', clock })
export const resume = (clock: ClockKind): ClockEffect => ({ do: 'resume', clock })

/** Only what runs can be stopped: the same step serves tickets that come from different states. */
export function carry(
  ticket: { running: ClockKind[]; isAnonymous: boolean },
  wanted: readonly ClockEffect[],
): { running: ClockKind[]; clocks: ClockEffect[] } {
  let { running } = ticket
  const effects: ClockEffect[] = []
  for (const effect of wanted) {
    const isRunning = running.includes(effect.clock)
    const isBegin = effect.do === 'start' || effect.do === 'resume'
    if (isBegin === isRunning || (isBegin && clocks[effect.clock].isOwed?.(ticket) === false)) continue
    running = isBegin ? [...running, effect.clock] : running.filter((clock) => clock !== effect.clock)
    effects.push(effect)
  }
  return { running, clocks: effects }
}
