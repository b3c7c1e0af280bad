import { and, eq, gte, inArray, lt, ne, notInArray } from 'drizzle-orm'
import { dayOf, numberOfDay, startOfDayNumber } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { Found, TriggerRules } from '../triggers/trigger.ts'
import { owedStates } from './case.ts'
import { oversightCases } from './schema.ts'

/** Triggers that papers pull: an answer that is owed, an instruction that runs, letters that changed nothing. */

/** The first instant of the quarter. */
export function quarterStart(now: Instant): Instant {
  const [year = '', month = ''] = dayOf(now).split('-')
  const first = String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')
  return startOfDayNumber(numberOfDay(`${year}-${first}-01`))
}

export async function causesOfPapers(
  db: Db,
  { triggers: { T05, T08, T15 } }: Pick<TriggerRules, 'triggers'>,
  now: Instant,
): Promise<Found[]> {
  const { number, unitCode: unit, dueAt, state, kind, instructedAt } = oversightCases
  const [unanswered, instructed, tooMany] = await Promise.all([
    T05.isOn
      ? db
          .select({ number, unit, since: dueAt })
          .from(oversightCases)
          .where(and(eq(kind, 'ORDER'), inArray(state, [...owedStates]), lt(dueAt, now)))
      : [],
    T08.isOn
      ? db
          .select({ number, unit, since: instructedAt })
          .from(oversightCases)
          .where(and(eq(kind, 'REPORT'), inArray(state, ['INSTRUCTED', 'ANSWERED'])))
      : [],
    T15.isOn ? unitsWithLetters(db, T15.letters, now) : [],
  ])
  return [
    ...unanswered.map((row) => foundOf('T05', T05.level, row)),
    ...instructed.map((row) => foundOf('T08', T08.level, row)),
    ...tooMany.map(({ unit: code, since }) => ({
      trigger: 'T15' as const,
      ...{ level: T15.level, since, subject: code, unit: code },
    })),
  ]
}

function foundOf(
  trigger: 'T05' | 'T08',
  level: Found['level'],
  { number, unit, since }: { number: string | null; unit: UnitCode | null; since: Instant | null },
): Found {
  return { trigger, level, since: since ?? 0, subject: number ?? '', unit }
}

/** So many letters in this quarter, and no talk since it began. */
async function unitsWithLetters(db: Db, letters: number, now: Instant): Promise<{ unit: UnitCode; since: Instant }[]> {
  const { unitCode: unit, kind, state, issuedAt } = oversightCases
  const rows = await db
    .select({ unit, kind, issuedAt })
    .from(oversightCases)
    .where(
      and(
        ...[inArray(kind, ['LETTER', 'TALK']), notInArray(state, ['DRAFT', 'PENDING', 'DROPPED'])],
        ...[ne(state, 'WITHDRAWN'), gte(issuedAt, quarterStart(now))],
      ),
    )
  return [...Map.groupBy(rows, (row) => row.unit)].flatMap(([code, all]) => {
    const written = all.filter((row) => row.kind === 'LETTER').map((row) => row.issuedAt ?? 0)
    const isTalkedTo = all.some((row) => row.kind === 'TALK')
    if (code === null || isTalkedTo || written.length < letters) return []
    return { unit: code, since: Math.max(...written) }
  })
}
