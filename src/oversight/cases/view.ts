import { inArray } from 'drizzle-orm'
import { readKnown } from '../../catalogue/rules/store.ts'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { printedForms } from '../papers/index.ts'
import { type CaseDetail, type CaseSummary, caseActions } from './api.ts'
import { barToCase, type CaseActor, isLate } from './case.ts'
import { photosOf } from './photos.ts'
import type { oversightCaseEvents } from './schema.ts'
import { markStates, reportTitles } from './stages.ts'
import { type CaseRow, caseIn, readCaseEvents, ticketsOf } from './store.ts'

/** Papers as people read them: names beside codes, the history in words. */

type Names = ReadonlyMap<string, string>
const named = (names: Names, code: string) => ({ code, name: names.get(code) ?? code })

export async function summariesOf(db: Db, rows: readonly CaseRow[], now: Instant): Promise<CaseSummary[]> {
  if (rows.length === 0) return []
  const { short } = await readKnown(db)
  return rows.map((row) => head(row, short, now))
}

function head(row: CaseRow, short: Names, now: Instant): CaseSummary {
  const { id, kind, state, version, number, level, trigger, subject, dueAt, meetAt, issuedAt, unitCode } = row
  return {
    ...{ id, kind, state, version, number, level, trigger, subject, dueAt, meetAt, issuedAt },
    dueAfterMs: issuedAt === null ? row.dueAfterMs : null,
    unit: unitCode === null ? null : named(short, unitCode),
    isLate: isLate(row, now),
  }
}

export async function detailOf(db: Db, row: CaseRow, actor: CaseActor, now: Instant): Promise<CaseDetail> {
  const people = [row.draftedBy, row.submittedBy, row.approvedBy].flatMap((id) => id ?? [])
  const [{ short }, events, tickets, photos, names] = await Promise.all([
    readKnown(db),
    readCaseEvents(db, row.id),
    ticketsOf(db, row.id),
    photosOf(db, row.id),
    people.length === 0
      ? []
      : db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, people)),
  ])
  const nameOf = (id: number | null) => names.find((one) => one.id === id)?.name ?? null
  const { leader, texts, draftedAt, receivedAt, answeredAt, verdict, score, instruction, instructedAt, reports } = row
  const before = caseIn(row)
  // What was written before it was issued is the hotline's own.
  const shown = actor.by === 'unit' ? events.filter(({ kind }) => !inHouse.includes(kind)) : events
  const detail = {
    ...head(row, short, now),
    ...{ leader, texts, draftedAt, receivedAt, answeredAt, verdict, score, instruction, instructedAt, reports },
    ...{ draftedBy: nameOf(row.draftedBy), submittedBy: nameOf(row.submittedBy), approvedBy: nameOf(row.approvedBy) },
    ...{ marks: markStates(row, now), endedAt: row.endedAt, tickets },
    photos: photos.map(({ id, fileName, mediaType, bytes }) => ({ id, fileName, mediaType, bytes })),
    history: shown.map((event) => ({
      ...{ seq: event.seq, kind: event.kind, at: event.at, by: event.byName, words: wordsOf(event) },
      unit: event.unitCode === null ? null : named(short, event.unitCode),
    })),
    actions: caseActions.filter((kind) => barToCase(before, kind, actor) === null),
    mayAddPhotos: mayAddPhotos(row, actor),
    papers: [],
  }
  const facts = { paper: detail, unit: null, centre: '' }
  const papers = printedForms.filter((form) => form.compose(facts) !== null)
  return { ...detail, papers: papers.map(({ kind, title }) => ({ kind, title })) }
}

const inHouse: readonly string[] = ['begin', 'edit', 'submit', 'refuse', 'drop']

/** While a paper can still be changed or answered: its keeper, and the unit that has to answer. */
export function mayAddPhotos(row: Pick<CaseRow, 'state' | 'unitCode'>, actor: CaseActor): boolean {
  if (row.state === 'ACCEPTED' || row.state === 'WITHDRAWN' || row.state === 'DROPPED') return false
  if (actor.by === 'office') return actor.mayKeep
  return actor.by === 'unit' && actor.unit === row.unitCode
}

function wordsOf({ kind, details }: typeof oversightCaseEvents.$inferSelect): string {
  const text = (name: string) => (typeof details[name] === 'string' ? details[name] : '')
  if (kind === 'report') {
    const title = reportTitles[text('stage') as keyof typeof reportTitles] ?? ''
    return [title, text('words')].filter(Boolean).join('：')
  }
  return text('why') || text('words') || text('text') || text('number')
}
