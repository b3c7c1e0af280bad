import { inArray } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import type { OutgoingRules } from '../../site/site.ts'
import type { Callback } from '../records/api.ts'
import { listWaiting } from '../records/callbacks.ts'
import type { CallReader } from '../records/reads.ts'
import { callbacks } from '../records/schema.ts'
import type { CallbackWork } from './api.ts'
import { lastAgentsOf } from './last-agents.ts'
import { hoursInWords, isWithinHours } from './rules.ts'
import { openOfNumbers, type Tried, triedOf, untried } from './tries.ts'

/** Whom an agent calls back next. */

/** More than a shift calls back, of those to call and of those used up; who has waited longest is always among them. */
const mostListed = 200

/**
 * The open callbacks in the order in which this agent calls: their own first, whom they spoke with or tried last; then
 * who has waited longest. Those tried a while ago come when they are due again; after the last try they are set apart
 * for a supervisor.
 */
export async function readWorkList(
  db: Db,
  reader: CallReader,
  rules: OutgoingRules,
  areaCode: string,
): Promise<CallbackWork> {
  const bounds = { mostTries: rules.tries, limit: mostListed }
  const [waiting, usedUp] = await Promise.all(
    [false, true].map((isUsedUp) => listWaiting(db, reader, { isUsedUp, ...bounds }, areaCode)),
  )
  const open = [...(waiting ?? []), ...(usedUp ?? [])]
  const facts = await factsOf(db, reader, open)
  const entries = open.map((callback) => {
    const { tried, lastAgent, result } = facts.get(callback.id) ?? { tried: untried, lastAgent: null, result: null }
    const isMine = [tried.triedBy, lastAgent].includes(reader.person.id)
    const isDue = tried.nextAt === null || tried.nextAt <= reader.now
    const { tries, triedAt, nextAt } = tried
    return { ...callback, tries, triedAt, nextAt, result, isMine, isDue, isUsedUp: tries >= rules.tries }
  })
  return {
    callbacks: entries.toSorted(byTurn),
    hours: hoursInWords(rules),
    isWithinHours: isWithinHours(rules, reader.now),
    mostTries: rules.tries,
  }
}

type Entry = Pick<CallbackWork['callbacks'][number], 'isMine' | 'isDue' | 'nextAt' | 'since'>

/** Due before not yet due, own before others', then the one who has waited longest. */
function byTurn(one: Entry, other: Entry): number {
  const turn = ({ isDue, isMine }: Entry) => (isDue ? 0 : 2) + (isMine ? 0 : 1)
  const when = ({ isDue, nextAt, since }: Entry): Instant => (isDue ? since : (nextAt ?? since))
  return turn(one) - turn(other) || when(one) - when(other)
}

interface Facts {
  tried: Tried
  result: (typeof callbacks.$inferSelect)['result']
  /** Who spoke with this number last. */
  lastAgent: number | null
}

/** A hidden caller's entry has only what its own row says; any other what was last done for its number. */
async function factsOf(db: Db, reader: CallReader, open: readonly Callback[]): Promise<Map<string, Facts>> {
  if (open.length === 0) return new Map()
  const heads = await db
    .select()
    .from(callbacks)
    .where(
      inArray(
        callbacks.id,
        open.map(({ id }) => id),
      ),
    )
  const shown = new Set(open.filter(({ isCallerHidden }) => !isCallerHidden).map(({ id }) => id))
  const numbers = heads.flatMap(({ id, callerNumber }) =>
    shown.has(id) && callerNumber !== null ? [callerNumber] : [],
  )
  const [lastAgents, rows] = await Promise.all([
    lastAgentsOf(db, numbers, reader.now),
    openOfNumbers(db, numbers, reader),
  ])
  const ofNumber = Map.groupBy(rows, ({ callerNumber }) => callerNumber)
  return new Map(
    heads.map((row): [string, Facts] => {
      if (!shown.has(row.id) || row.callerNumber === null)
        return [row.id, { tried: triedOf([row]), result: row.result, lastAgent: null }]
      const all = ofNumber.get(row.callerNumber) ?? [row]
      const last = all.reduce((one, other) => ((other.triedAt ?? 0) > (one.triedAt ?? 0) ? other : one))
      const lastAgent = lastAgents.get(row.callerNumber) ?? null
      return [row.id, { tried: triedOf(all), result: last.result, lastAgent }]
    }),
  )
}
