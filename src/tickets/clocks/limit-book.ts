import { type Day, dayOf } from '../../calendar/days.ts'
import type { Instant } from '../../platform/types.ts'
import type { LimitTable } from './limits.ts'

/** All profiles of limits with their versions, and which one was chosen from when on. Pure. */
export interface LimitBook {
  tables: readonly LimitTable[]
  choices: readonly Choice[]
}

/** A profile, and the first day on which tickets are dispatched under it. */
export interface Choice {
  profile: string
  from: Day
}

/**
 * The table in force then: the profile that was chosen last for that day or an earlier one, in its highest version that
 * has begun. Of two choices for one day the later one in the list counts.
 * @throws Error when nothing was chosen that has begun: a site without limits must not start
 */
export function tableOn({ tables, choices }: LimitBook, at: Instant): LimitTable {
  const today = dayOf(at)
  const chosen = choices
    .filter(({ from }) => from <= today)
    .reduce<Choice | null>((last, one) => (last === null || one.from >= last.from ? one : last), null)
  const table = tables
    .filter(({ profile, from }) => profile === chosen?.profile && from <= today)
    .toSorted((one, other) => other.version - one.version)[0]
  if (!table) throw new Error(`no profile of limits is in force on ${today}`)
  return table
}
