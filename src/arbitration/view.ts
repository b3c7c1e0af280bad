import { asc, eq, inArray } from 'drizzle-orm'
import { wallTimeOf } from '../calendar/days.ts'
import { proposalOf } from '../catalogue/rules/proposals.ts'
import { readKnown } from '../catalogue/rules/store.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { tickets, ticketTasks } from '../tickets/records/schema.ts'
import { type DisputeDetail, type DisputeSummary, disputeActions } from './api.ts'
import { barToDispute, type DisputeActor } from './dispute.ts'
import { effectOf } from './effect.ts'
import { listDisputeFiles } from './files.ts'
import { type disputeEvents, disputeParties, disputeTickets } from './schema.ts'
import { type DisputeRow, disputeIn, type KeptDispute, readEvents } from './store.ts'

/** Disputes as people read them: names beside codes, the history in words; a unit sees its own tickets only. */

type Names = Awaited<ReturnType<typeof readKnown>>
const namedIn = (names: ReadonlyMap<string, string>, code: string) => ({ code, name: names.get(code) ?? code })

export async function summariesOf(db: Db, rows: readonly DisputeRow[]): Promise<DisputeSummary[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const [known, parties, links] = await Promise.all([
    readKnown(db),
    db
      .select({ id: disputeParties.disputeId, unit: disputeParties.unitCode, role: disputeParties.role })
      .from(disputeParties)
      .where(inArray(disputeParties.disputeId, ids))
      .orderBy(asc(disputeParties.unitCode)),
    db.select({ id: disputeTickets.disputeId }).from(disputeTickets).where(inArray(disputeTickets.disputeId, ids)),
  ])
  return rows.map((row) => ({
    ...head(row, known),
    parties: parties
      .filter(({ id, role }) => id === row.id && role === 'PARTY')
      .map(({ unit }) => namedIn(known.short, unit)),
    tickets: links.filter(({ id }) => id === row.id).length,
  }))
}

function head(row: DisputeRow, { categories, counties }: Names) {
  const { id, state, version, rung, question, isKind, holdBy, meetingAt, viewsBy, minutesNumber, proposedAt } = row
  return {
    ...{ id, state, version, rung, question, isKind, holdBy, meetingAt, viewsBy, minutesNumber, proposedAt },
    category: namedIn(categories, row.categoryCode),
    county: row.countyCode === null ? null : namedIn(counties, row.countyCode),
  }
}

export async function detailOf(db: Db, kept: KeptDispute, actor: DisputeActor, now: Instant): Promise<DisputeDetail> {
  const { row, parties } = kept
  const dispute = disputeIn(kept)
  const [known, events, proposal, effect, links, files] = await Promise.all([
    readKnown(db),
    readEvents(db, row.id),
    proposalOf(db, row.id),
    effectOf(db, dispute, now),
    actor.by === 'unit' ? ownTickets(db, kept, actor.unit) : kept.tickets,
    listDisputeFiles(db, row.id),
  ])
  const { place, chair, heldAt, minutes, signedOn, inForceAt, reviewAt } = row
  const unit = (code: string) => namedIn(known.short, code)
  const ruling = row.ruling ?? null
  return {
    ...head(row, known),
    ...{ place, chair, heldAt, minutes, signedOn, inForceAt, reviewAt, effect },
    ruling: ruling && { ...ruling, lead: unit(ruling.lead), coUnits: ruling.coUnits.map(unit) },
    parties: parties.map(({ disputeId: _, unitCode, ...party }) => ({ unit: unit(unitCode), ...party })),
    tickets: links.map(({ ticketNumber: number, state, words }) => ({ number, designation: state, words })),
    proposal: proposal && { id: proposal.id, state: proposal.state, approvals: proposal.approvals.length },
    files: files.map(({ id, fileName, bytes, unitCode, byName: by, uploadedAt: at }) => ({
      ...{ id, fileName, bytes, by, at, unit: unitCode === null ? null : unit(unitCode) },
    })),
    history: events.map((event) => ({
      ...{ seq: event.seq, kind: event.kind, at: event.at, by: event.byName },
      unit: event.unitCode === null ? null : unit(event.unitCode),
      words: wordsOf(event, unit),
    })),
    actions: disputeActions.filter((kind) => barToDispute(dispute, kind, actor, now) === null),
  }
}

/** Those that this unit has or had to do with: of the others it learns nothing. */
async function ownTickets(db: Db, { tickets: links }: KeptDispute, unit: UnitCode): Promise<KeptDispute['tickets']> {
  if (links.length === 0) return []
  const numbers = links.map(({ ticketNumber }) => ticketNumber)
  const rows = await db
    .selectDistinct({ number: tickets.number, unit: ticketTasks.unitCode })
    .from(tickets)
    .innerJoin(ticketTasks, eq(ticketTasks.ticketId, tickets.id))
    .where(inArray(tickets.number, numbers))
  const own = new Set(rows.filter((row) => row.unit === unit).map(({ number }) => number))
  return links.filter(({ ticketNumber }) => own.has(ticketNumber))
}

/** What each field of an event is called; what is not listed is of no use to a reader. */
const labels: Record<string, string> = {
  draft: '初步意见',
  at: '会议时间',
  heldAt: '开会时间',
  viewsBy: '意见期限',
  place: '地点',
  chair: '主持或签发',
  invited: '邀请',
  text: '内容',
  basis: '依据',
  minutes: '会议记录',
  silent: '未提交意见，视为同意',
  why: '理由',
  lead: '主办',
  coUnits: '协办',
  validFrom: '自',
  validTo: '至',
  number: '文号',
  signedOn: '签发日期',
}
const instants = ['at', 'heldAt', 'viewsBy']

function wordsOf(
  { details }: typeof disputeEvents.$inferSelect,
  unit: (code: string) => { name: string },
): DisputeDetail['history'][number]['words'] {
  return Object.entries(labels).flatMap(([name, label]) => {
    const value = details[name]
    if (typeof value === 'number' && instants.includes(name)) return { label, text: wallTimeOf(value).slice(0, 16) }
    if (Array.isArray(value)) {
      const names = value.map((code) => unit(String(code)).name).join('、')
      return names === '' ? [] : { label, text: names }
    }
    if (typeof value !== 'string' || value === '') return []
    return { label, text: name === 'lead' ? unit(value).name : value }
  })
}
