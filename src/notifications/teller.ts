import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Bus } from '../bus.ts'
import type { RefusedPacket } from '../exchange/packet.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { writeDone } from '../platform/database/done.ts'
import { prepared } from '../platform/database/prepared.ts'
import { outbox } from '../platform/database/schema.ts'
import type { FromOutbox } from '../platform/jobs/workers.ts'
import type { Instant, TicketId, UnitCode } from '../platform/types.ts'
import { isPartClock } from '../tickets/clocks/part-limits.ts'
import { scrub } from '../tickets/life/scrub.ts'
import {
  type ClockKind,
  coUnitsOf,
  holderOf,
  isPart,
  leadOf,
  noticeOf,
  partOf,
  readerOf,
  unitsOf,
} from '../tickets/life/ticket.ts'
import { isCallerHidden } from '../tickets/life/view.ts'
import { callNumbersOf, secretsOf } from '../tickets/lists/reader-words.ts'
import { readBeside, readRuns, readTasks } from '../tickets/records/kept.ts'
import { machineOf, taskOf } from '../tickets/records/rows.ts'
import { ticketEvents, ticketRequests, tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import {
  type Audience,
  audienceOf,
  type Circumstances,
  isNoticeTopic,
  type NoticeFacts,
  type NoticeTopic,
  type Standing,
} from './notification.ts'
import { keepNotice, type Recipient, recipientsOf, type Settled, settleNotices } from './store.ts'

/** What an announcement of the `tickets` queue says. */
export interface Announcement extends FromOutbox {
  ticketId?: TicketId
  number?: string
  /** Of the event in the history. */
  seq?: number
  /** Of a clock that rang. */
  deadlineId?: string
  clock?: ClockKind
  /** That has to keep it; none: the hotline. */
  unit?: UnitCode
  dueAt?: Instant | null
  /** Of a year that is not loaded. */
  year?: number
  /** A person had more records of citizens shown today than usual. */
  reading?: { key: string; who: string; records: number }
  /** Another side did not take a message. */
  packet?: RefusedPacket
}

export interface TellerParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  /** Letters go out. */
  hasMail: boolean
  now(): Instant
}

/**
 * Notifies the persons and units concerned by an event: a row for each, announced to the open pages, and an e-mail
 * where a unit has an address. Notices that the event has settled are no longer new. Idempotent for the same event,
 * whose outbox row is marked done with it. @returns how many were notified now
 */
export async function tell(parts: TellerParts, topic: string, said: Announcement): Promise<number> {
  const { bus } = parts
  const { told, settled } = await parts.db.transaction((tx) => tellWithin(tx, parts, topic, said))
  if (settled.units.length + settled.users.length > 0) bus.publish('notices.settled', settled)
  for (const { topic: of, to } of told) {
    bus.publish('notices.kept', {
      ...{ topic: of, number: said.number ?? null, at: parts.now() },
      units: to.flatMap((each) => each.unitCode ?? []),
      users: to.flatMap((each) => each.userId ?? []),
    })
  }
  if (parts.hasMail && told.length > 0) bus.publish('outbox.filled', {})
  return told.reduce((sum, { to }) => sum + to.length, 0)
}

interface Told {
  topic: NoticeTopic
  to: Recipient[]
}

async function tellWithin(
  tx: Tx,
  { now, hasMail }: TellerParts,
  topic: string,
  said: Announcement,
): Promise<{ told: Told[]; settled: Settled }> {
  const at = now()
  // Before anything else is read: the ticket must not change until the notices are written.
  const standing = said.ticketId === undefined ? null : await standingOf(tx, said.ticketId)
  const told: Told[] = isNoticeTopic(topic) ? [{ topic, to: await keepAll(tx, topic, said, hasMail, at) }] : []
  const whose = await returnGrantedBy(tx, said)
  if (whose !== null) {
    const { outboxId: _, ...beside } = said
    told.push({
      topic: 'return.granted',
      to: await keepAll(tx, 'return.granted', { ...beside, unit: whose }, hasMail, at),
    })
  }
  const settled = standing === null ? nothingSettled : await settleNotices(tx, standing.id, standing, at)
  return { told: told.filter(({ to }) => to.length > 0), settled }
}

/** The unit whose return this event granted, whatever else it did: dispatched it anew, declared it void, classified it. */
async function returnGrantedBy(tx: Tx, { ticketId, seq }: Announcement): Promise<UnitCode | null> {
  if (ticketId === undefined || seq === undefined) return null
  const { kind, decision, decidedSeq } = ticketRequests
  const [row] = await tx
    .select({ unit: ticketRequests.unitCode })
    .from(ticketRequests)
    .where(
      and(
        ...[eq(ticketRequests.ticketId, ticketId), eq(decidedSeq, seq)],
        ...[eq(kind, 'RETURN'), eq(decision, 'GRANTED')],
      ),
    )
  return row?.unit ?? null
}

const nothingSettled: Settled = { units: [], users: [] }

/** The ticket's current state, locked until this transaction ends. */
async function standingOf(tx: Tx, ticketId: TicketId): Promise<(Standing & { id: TicketId }) | null> {
  const [row] = await tx.select().from(tickets).where(eq(tickets.id, ticketId)).for('update')
  if (!row) return null
  const { kept } = await readBeside(tx, row)
  const ticket = machineOf(row, kept)
  const asks = ticket.requests.flatMap(({ kind, decision }) => (decision === null ? kind : []))
  const sentTo = [leadOf(ticket) ?? [], coUnitsOf(ticket)].flat()
  const parts = ticket.tasks.filter(isPart).map((task) => ({
    ...{ unit: task.unit, step: task.step, from: task.part.from, reader: readerOf(ticket, task) },
  }))
  return { id: ticketId, state: row.state, running: ticket.running, units: unitsOf(ticket), sentTo, asks, parts }
}

async function keepAll(
  tx: Tx,
  topic: NoticeTopic,
  said: Announcement,
  hasMail: boolean,
  at: Instant,
): Promise<Recipient[]> {
  const found = await findOut(tx, topic, said)
  if (said.outboxId !== undefined) await writeDone(tx, said.outboxId, at)
  if (found === null) return []
  const recipients = await recipientsOf(tx, audienceOf(found.circumstances))
  const common = { topic, ticketId: said.ticketId ?? null, eventKey: eventKeyOf(topic, said) }
  const kept: Recipient[] = []
  for (const recipient of recipients) {
    const notice = { ...common, ...recipient, facts: found.facts }
    if ((await keepNotice(tx, { ...notice, channel: 'IN_APP' }, at)) !== null) kept.push(recipient)
  }
  if (hasMail) {
    const units = recipients.flatMap((each) => each.unitCode ?? [])
    for (const unitCode of await unitsWithAddress(tx, units)) {
      const letter = { ...common, unitCode, userId: null, facts: found.facts, channel: 'EMAIL' as const }
      const id = await keepNotice(tx, letter, at)
      if (id !== null) await announceLetter(tx, id, at)
    }
  }
  return kept
}

function eventKeyOf(topic: NoticeTopic, said: Announcement): string {
  const { ticketId, seq, deadlineId, dueAt, year, reading, packet } = said
  if (packet !== undefined) return `${topic}:${packet.key}:${packet.why}`
  if (reading !== undefined) return `${topic}:${reading.key}`
  if (deadlineId !== undefined) return `${topic}:${deadlineId}:${dueAt}`
  if (topic === 'return.granted') return `${topic}:${ticketId}:${seq}`
  return year === undefined ? `${ticketId}:${seq}` : `${topic}:${year}`
}

/** The ticket and the event, if it is an event of the history that causes notices. */
const eventOf = prepared((db) =>
  db
    .select({
      ticket: {
        ...{ number: tickets.number, title: tickets.title, type: tickets.type, leadUnit: tickets.leadUnit },
        ...{ isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous },
        ...{ callerName: tickets.callerName, callerPhone: tickets.callerPhone, callerAddress: tickets.callerAddress },
        ...{ callerOtherPhone: tickets.callerOtherPhone, isAtHome: tickets.isAtHome, place: tickets.place },
        ...{ signDueAt: tickets.signDueAt, handleDueAt: tickets.handleDueAt },
      },
      event: {
        // First: by it the joined row is known to be there. The actor is NULL when the machine did it.
        seq: ticketEvents.seq,
        ...{ actorId: ticketEvents.actorId, details: ticketEvents.details, unitCode: ticketEvents.unitCode },
      },
    })
    .from(tickets)
    .leftJoin(ticketEvents, and(eq(ticketEvents.ticketId, tickets.id), eq(ticketEvents.seq, sql.placeholder('seq'))))
    .where(eq(tickets.id, sql.placeholder('ticketId')))
    .prepare(),
)
const shortNameOf = prepared((db) =>
  db
    .select({ name: units.shortName })
    .from(units)
    .where(eq(units.code, sql.placeholder('code')))
    .prepare(),
)

/** Whom an announcement is for. @returns null: for nobody */
export async function audienceIn(tx: Tx, topic: string, said: Announcement): Promise<Audience | null> {
  const found = isNoticeTopic(topic) ? await findOut(tx, topic, said) : null
  return found && audienceOf(found.circumstances)
}

/** @returns null: there is nothing to announce */
async function findOut(
  tx: Tx,
  topic: NoticeTopic,
  said: Announcement,
): Promise<{ circumstances: Circumstances; facts: NoticeFacts } | null> {
  const { ticketId, seq, clock, unit, dueAt, year, reading, packet } = said
  if (reading !== undefined) {
    const { who, records } = reading
    return { circumstances: { topic, lead: null, coUnits: [], isByMachine: true }, facts: { who, records } }
  }
  if (packet !== undefined) {
    const { to, why, setting } = packet
    return {
      circumstances: { topic, lead: null, coUnits: [], isByMachine: true },
      facts: { packet: { to, why, setting } },
    }
  }
  if (year !== undefined) {
    return { circumstances: { topic, lead: null, coUnits: [], isByMachine: true }, facts: { year } }
  }
  if (ticketId === undefined) return null
  // No event has the number 0.
  const [row] = await eventOf(tx).execute({ ticketId, seq: seq ?? 0 })
  if (!row) return null
  const { ticket, event } = row
  const parties = { tasks: (await readTasks(tx, ticketId)).map(taskOf) }
  const { lead = ticket.leadUnit, coUnits = coUnitsOf(parties) } = partiesIn(event?.details)
  const keeper = unit ?? event?.unitCode ?? null
  const part = partOf(parties, keeper)
  const named = unitsNamedIn(event?.details)
  const isHidden = isCallerHidden(ticket)
  const numbers = isHidden ? ((await callNumbersOf(tx, [ticketId])).get(ticketId) ?? []) : []
  return {
    circumstances: {
      ...{
        topic,
        lead,
        holder: holderOf(parties),
        coUnits,
        isByMachine: event?.actorId == null && event?.unitCode == null,
      },
      ...(clock ? { clock } : {}),
      ...(unit ? { keeper: unit } : {}),
      ...{ named, sender: part?.part.from ?? null, reader: part ? readerOf(parties, part) : null },
    },
    facts: {
      number: ticket.number,
      title: isHidden ? scrub(ticket.title, secretsOf(ticket, numbers)) : ticket.title,
      isCallerHidden: isHidden,
      unit: await nameOf(tx, event?.unitCode ?? unit ?? lead),
      dueAt: dueAt ?? (await dueOf(tx, topic, { ...ticket, id: ticketId }, named)),
      ...(clock ? { clock } : {}),
    },
  }
}

/**
 * A dispatch says in its own row to whom; the ticket may have gone on since. Another round that names no unit is of the same
 * one, and one that does leaves those that help as they are.
 */
function partiesIn(details: Record<string, unknown> | undefined): { lead?: UnitCode; coUnits?: UnitCode[] } {
  const { lead, coUnits } = (details ?? {}) as { lead?: UnitCode | null; coUnits?: UnitCode[] }
  return lead == null ? {} : { lead, ...(coUnits && { coUnits }) }
}

/** Units whose parts a step is about. */
function unitsNamedIn(details: Record<string, unknown> | undefined): UnitCode[] {
  const {
    unit,
    units = [],
    coUnits = [],
  } = (details ?? {}) as {
    unit?: UnitCode
    units?: UnitCode[]
    coUnits?: UnitCode[]
  }
  return [unit ?? [], units, coUnits].flat()
}

/** What the unit has to keep next. Of parts that are sent at once, each has the same. */
async function dueOf(
  tx: Tx,
  topic: NoticeTopic,
  ticket: Pick<typeof tickets.$inferSelect, 'id' | 'signDueAt' | 'handleDueAt'>,
  named: readonly UnitCode[],
): Promise<Instant | null> {
  // What is due now is another unit's.
  if (topic === 'return.granted') return null
  const due = noticeOf(topic)?.due
  if (due !== 'PART') return (due === 'SIGN' ? ticket.signDueAt : null) ?? ticket.handleDueAt
  const runs = await readRuns(tx, ticket.id)
  const ofPart = runs.filter(
    (run) => run.slot === 1 && isPartClock(run.clock) && named.some((one) => one === run.unitCode),
  )
  const dues = ofPart.flatMap((run) => run.dueAt ?? [])
  return dues.length === 0 ? null : Math.min(...dues)
}

async function nameOf(tx: Tx, code: UnitCode | null): Promise<string | null> {
  if (code === null) return null
  const [row] = await shortNameOf(tx).execute({ code })
  return row?.name ?? null
}

async function unitsWithAddress(tx: Tx, codes: UnitCode[]): Promise<UnitCode[]> {
  if (codes.length === 0) return []
  const rows = await tx.select({ code: units.code, email: units.email }).from(units).where(inArray(units.code, codes))
  return rows.filter((row) => row.email !== null && row.email !== '').map((row) => row.code)
}

async function announceLetter(tx: Tx, notificationId: number, now: Instant): Promise<void> {
  await tx.insert(outbox).values({
    queue: 'mail',
    jobId: `mail:${notificationId}`,
    topic: 'mail',
    payload: { notificationId },
    createdAt: now,
  })
}
