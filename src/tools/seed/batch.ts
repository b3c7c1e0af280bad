import { minuteMs } from '../../calendar/days.ts'
import type { callSegments, calls } from '../../calls/records/schema.ts'
import type { citizens } from '../../citizens/schema.ts'
import { ownNumber } from '../../lines/dialled.ts'
import type { outbox } from '../../platform/database/schema.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, Instant, TicketId } from '../../platform/types.ts'
import type { TicketEvent, TicketType, Urgency } from '../../tickets/life/ticket.ts'
import { type By, keptOf, type NewTicket } from '../../tickets/records/rows.ts'
import type {
  ticketCalls,
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  ticketSearch,
  tickets,
  ticketTasks,
} from '../../tickets/records/schema.ts'
import { nameOf, phoneOf, placeIn } from './city.ts'
import { type Batch, drawChannel, drawType, isHeatingSeason, timesOf } from './demand.ts'
import { live } from './life.ts'
import { type Random, randomOf, tailOfUlid } from './random.ts'
import { contentOf, directAnswer, type Subject, wishOf } from './words.ts'
import type { MatterKind, SeedLine, World } from './world.ts'

/** The generated rows of some hundred tickets: the same world and the same batch give the same rows. */
export interface BatchRows {
  /** One per telephone number; the database assigns their ids. */
  citizens: Map<string, typeof citizens.$inferInsert>
  calls: (typeof calls.$inferInsert)[]
  callSegments: (typeof callSegments.$inferInsert)[]
  /** Without what the database assigns: numbers, citizens. */
  tickets: (typeof tickets.$inferInsert)[]
  ticketSearch: (typeof ticketSearch.$inferInsert)[]
  ticketCalls: (typeof ticketCalls.$inferInsert)[]
  ticketTasks: (typeof ticketTasks.$inferInsert)[]
  ticketRequests: (typeof ticketRequests.$inferInsert)[]
  ticketEvents: (typeof ticketEvents.$inferInsert)[]
  ticketDeadlines: (typeof ticketDeadlines.$inferInsert)[]
  /** Of tickets that are not dispatched yet: the hotline that starts on this database dispatches them. */
  outbox: (typeof outbox.$inferInsert)[]
}

export function rowsOf(world: World, batch: Batch): BatchRows {
  const rows: BatchRows = {
    ...{ citizens: new Map(), calls: [], callSegments: [], tickets: [], ticketSearch: [], ticketCalls: [] },
    ...{ ticketTasks: [], ticketRequests: [], ticketEvents: [], ticketDeadlines: [], outbox: [] },
  }
  for (const [index, at] of instantsOf(world, batch).entries()) addTicket(rows, world, batch, batch.first + index, at)
  return rows
}

/** Shows whether the batch exists already: it is written as a whole or not at all. */
export function firstIdOf(world: World, batch: Batch): TicketId {
  return idOf(instantsOf(world, batch)[0] ?? world.until, randomFor(world, batch, batch.first))
}

function instantsOf(world: World, batch: Batch): Instant[] {
  const times = timesOf(batch, world.until, randomOf(world.seed, batch.dayNumber))
  return times.slice(batch.first, batch.first + batch.count)
}

const randomFor = ({ seed }: World, { dayNumber }: Batch, index: number) => randomOf(seed, dayNumber, index + 1)
const idOf = (at: Instant, random: Random) => `${firstUlidAt(at).slice(0, 10)}${tailOfUlid(random)}` as TicketId

function addTicket(rows: BatchRows, world: World, batch: Batch, index: number, at: Instant): void {
  const random = randomFor(world, batch, index)
  const id = idOf(at, random)
  const newId = (when: Instant) => idOf(when, random) as string
  const citizen = Math.floor(world.callers * random.next() ** 1.5)
  const kind = world.drawMatter(isHeatingSeason(batch.dayNumber), random)
  const agent = world.cast.agent(random)
  const call = callOf(random, at, newId)
  // Depends on the citizen: people dial the number that they know.
  const line = call === null ? null : world.drawLine(randomOf(world.seed, citizen, 1))
  const input = inputOf(world, kind, citizen, random, { callId: call?.id ?? null, line })
  const event = firstEvent(input.type, random)
  const choice = world.choose(input, at)
  const subject: Subject = {
    ...{ name: kind.name, words: kind.words, place: input.place },
    county: input.countyCode === null ? '' : world.countyName(input.countyCode),
    unit: choice.lead === null ? '承办单位' : world.unitName(choice.lead),
  }
  input.content = contentOf(input.type, subject, random)
  input.wish = wishOf(input.type, random)

  const { until, timing, cast, drawUnit, bureauOf } = world
  const { statutoryDays } = kind
  const queryCode = String(random.below(1_000_000)).padStart(6, '0')
  const setting = {
    until,
    timing,
    statutoryDays,
    queryCode,
    cast,
    choice,
    otherUnit: drawUnit,
    bureauOf,
    subject,
    newId,
  }
  const lived = live(input, { id, at, event, by: agent }, setting, random)
  rows.tickets.push(lived.row)
  rows.ticketSearch.push({ ticketId: id, tokens: lived.tokens })
  rows.ticketEvents.push(...lived.history)
  rows.ticketDeadlines.push(...lived.runs)
  rows.ticketTasks.push(...lived.tasks)
  rows.ticketRequests.push(...lived.requests)
  addCaller(rows, keptOf(input), at)
  if (call !== null) addCall(rows, call, id, input, agent, line)
  if (lived.after.state === 'REGISTERED' && lived.after.inboxMark === null) rows.outbox.push(waiting(id, at))
}

function inputOf(
  world: World,
  kind: MatterKind,
  citizen: number,
  random: Random,
  { callId, line }: { callId: CallId | null; line: SeedLine | null },
): NewTicket {
  // Depends on the citizen, not on this call: their home does not change.
  const self = randomOf(world.seed, citizen)
  const home = world.drawCounty(self)
  const lives = placeIn(home, self)
  const name = nameOf(self)
  const countyCode = random.chance(0.03) ? null : random.chance(0.85) ? home : world.drawCounty(random)
  const where = countyCode === null ? { township: null, place: '' } : placeIn(countyCode, random)
  const type = drawType(random)
  return {
    type,
    urgency: urgencyOf(kind, random),
    categoryCode: kind.code,
    isConfidential: type === 'REPORT' || random.chance(0.02),
    isAnonymous: random.chance(type === 'REPORT' ? 0.3 : 0.03),
    needsReply: !random.chance(0.1),
    ...{ title: '', content: '', wish: '' },
    ...{ occurredAt: null, countyCode, ...where, longitude: null, latitude: null },
    isCrossCity: random.chance(0.003),
    ...{
      accused: null,
      accusedUnit: null,
      upstreamNumber: null,
      upstreamDueAt: null,
      suggestedUnit: null,
      suggestedReason: null,
      draftId: null,
    },
    tags: random.chance(0.04) ? ['老年'] : [],
    channel: callId === null ? drawChannel(random) : 'PHONE',
    lineId: line?.id ?? null,
    caller: {
      name: random.chance(0.9) ? name : null,
      phone: phoneOf(citizen),
      address: `${lives.township}${lives.place}`,
    },
    callIds: callId === null ? [] : [callId],
    callNumbers: [],
    isAtHome: false,
  }
}

function urgencyOf({ urgency }: MatterKind, random: Random): Urgency {
  if (urgency !== null && urgency !== 'P3') return random.chance(0.75) ? urgency : 'P3'
  return random.chance(0.01) ? 'P2' : 'P3'
}

/** Most requests are answered at once. Source: domain model 10, 15 to 45 % are dispatched. */
function firstEvent(type: TicketType, random: Random): TicketEvent & { kind: 'register' | 'answer' } {
  const share = { CONSULT: 0.93, PRAISE: 0.8, HELP: 0.35, SUGGEST: 0.3, OTHER: 0.5, COMPLAINT: 0, REPORT: 0 }[type]
  if (!random.chance(share)) return { kind: 'register' }
  return { kind: 'answer', publicReply: directAnswer(random), isKnowledge: type !== 'PRAISE' }
}

function addCaller(rows: BatchRows, input: NewTicket, at: Instant): void {
  const { phone, name, address } = input.caller
  if (phone === null) return
  const known = rows.citizens.get(phone)
  rows.citizens.set(phone, {
    ...{ phone, name: name ?? known?.name ?? null, address, tags: [] },
    ...{ createdAt: known?.createdAt ?? at, changedAt: at },
  })
}

interface CallTimes {
  id: CallId
  arrivedAt: Instant
  queuedAt: Instant
  offeredAt: Instant
  answeredAt: Instant
  endedAt: Instant
  newId: (at: Instant) => string
}

/** The talk in which the ticket was written: it ends shortly before. Source: domain model 8.5, 150 s on average. */
function callOf(random: Random, writtenAt: Instant, newId: (at: Instant) => string): CallTimes | null {
  if (!random.chance(0.88)) return null
  const endedAt = Math.round(writtenAt - random.between(2_000, 60_000))
  const answeredAt = Math.round(endedAt - random.between(25_000, 12 * minuteMs, 3))
  const offeredAt = Math.round(answeredAt - random.between(1_500, 9_000))
  const queuedAt = Math.round(offeredAt - random.between(100, 4 * minuteMs, 5))
  const arrivedAt = Math.round(queuedAt - random.between(3_000, 7_000))
  return { id: newId(arrivedAt) as CallId, arrivedAt, queuedAt, offeredAt, answeredAt, endedAt, newId }
}

function addCall(
  rows: BatchRows,
  call: CallTimes,
  ticketId: TicketId,
  { caller }: NewTicket,
  agent: NonNullable<By>,
  line: SeedLine | null,
): void {
  const { id, arrivedAt, queuedAt, offeredAt, answeredAt, endedAt, newId } = call
  rows.calls.push({
    ...{
      id,
      node: 'seed',
      channel: `seed-${id}`,
      lineId: line?.id ?? null,
      dialled: line?.number ?? ownNumber,
      diverted: null,
    },
    ...{ lineSource: 'DIALLED', lineConfidence: 'CERTAIN' },
    ...{
      callerNumber: caller.phone,
      callerRaw: caller.phone,
      callerName: null,
      skill: line?.skill ?? 'general',
      priority: 0,
    },
    ...{ arrivedAt, pickedUpAt: arrivedAt, queuedAt, answeredAt, endedAt, agentId: agent.id },
    ...{ outcome: 'ANSWERED', endedBy: 'CALLER', hangupCause: 16, note: null, state: null, version: 1 },
  })
  const stretch = (
    seq: number,
    kind: 'GREETING' | 'WAITING' | 'OFFER' | 'TALKING',
    startedAt: Instant,
    end: Instant,
  ) => {
    const agentId = seq < 3 ? null : agent.id
    const ids = { id: newId(startedAt), callId: id, seq, kind, agentId, channel: null }
    rows.callSegments.push({ ...ids, startedAt, endedAt: end, result: null, isRecorded: false })
  }
  stretch(1, 'GREETING', arrivedAt, queuedAt)
  stretch(2, 'WAITING', queuedAt, offeredAt)
  stretch(3, 'OFFER', offeredAt, answeredAt)
  stretch(4, 'TALKING', answeredAt, endedAt)
  rows.ticketCalls.push({ ticketId, callId: id, kind: 'CREATED', at: endedAt })
}

/** `number` is replaced by the ticket's number. */
function waiting(ticketId: TicketId, at: Instant): typeof outbox.$inferInsert {
  const payload = { ticketId, number: '', seq: 1 }
  return { queue: 'dispatch', jobId: `ticket:${ticketId}:1`, topic: 'ticket.register', payload, createdAt: at }
}
