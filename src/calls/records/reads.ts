import { and, asc, count, desc, eq, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { agents } from '../../floor/agents/schema.ts'
import { maskNumber, maskNumbersIn } from '../../lines/mask.ts'
import { placeOf } from '../../lines/place.ts'
import { lines } from '../../lines/schema.ts'
import type { Person } from '../../people/person.ts'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { AgentId, CallId, Instant } from '../../platform/types.ts'
import { mostCounted } from '../../platform/web/paging.ts'
import { agentsIn, heardKinds, isConsultName, type Outcome } from '../machine/call.ts'
import { storedCall } from '../machine/stored.ts'
import { unrecordedMs } from '../machine/unrecorded.ts'
import { type CallView, hiddenCaller, partyView, withoutCaller } from '../machine/view.ts'
import { waitedMs } from '../machine/waited.ts'
import { recordings } from '../recordings/schema.ts'
import { readRating } from '../survey/store.ts'
import type { CallDetail, CallList, CallRecording, CallSegment, CallSummary, CallTotal } from './api.ts'
import { noteText, readNotes } from './notes.ts'
import { callSegments, calls } from './schema.ts'
import { type CallParties, isHiddenFrom } from './secrecy.ts'
import { isNotHiddenFrom, tiedAmong } from './ties.ts'

/** Calls as people read them: numbers masked, hidden callers left out, agents and lines by name. */

/** Who reads, and when. */
export interface CallReader {
  person: Pick<Person, 'id' | 'roles'>
  now: Instant
}

export interface CallFilter {
  /** Number of the line. */
  line?: string | undefined
  /** E.164 or a short code. */
  caller?: string | undefined
  outcome?: Outcome | undefined
  direction?: 'IN' | 'OUT' | undefined
  /** 工号 */
  agent?: string | undefined
  from?: Instant | undefined
  to?: Instant | undefined
}

export type CallRow = Awaited<ReturnType<typeof selectCalls>>[number]

function selectCalls(db: Db, where: SQL | undefined, limit: number) {
  return db
    .select({
      call: calls,
      line: { number: lines.number, name: lines.name },
      agent: { id: agents.userId, number: agents.number, name: users.name },
    })
    .from(calls)
    .leftJoin(lines, eq(lines.id, calls.lineId))
    .leftJoin(agents, eq(agents.userId, calls.agentId))
    .leftJoin(users, eq(users.id, agents.userId))
    .where(where)
    .orderBy(desc(calls.id))
    .limit(limit)
}

/** A call's id tells its arrival; that of an older row tells when a controller saw it, or the fallback's was written. */
const latestEntryMs = 7 * 86_400_000
/** Asterisk's clock and ours. */
const clockSlackMs = 60_000

/**
 * One page, newest first.
 * @param after id of the last call of the page before
 */
export async function listCalls(
  db: Db,
  reader: CallReader,
  filter: CallFilter,
  page: { after: string | null; limit: number },
  areaCode: string,
): Promise<CallList> {
  const asked = await whereOf(db, reader, filter)
  if (asked === null) return { calls: [], next: null }
  const rows = await selectCalls(
    db,
    and(asked.where, page.after === null ? undefined : lt(calls.id, page.after as CallId)),
    page.limit + 1,
  )
  const shown = rows.slice(0, page.limit)
  const ids = shown.map((row) => row.call.id)
  const unanswered = shown.flatMap(({ call }) => (call.queuedAt && !call.answeredAt && call.endedAt ? [call.id] : []))
  const [recorded, tied, spoke, inLine] = await Promise.all([
    idsWithRecording(db, ids),
    tiedAmong(db, ids),
    whoSpoke(db, ids),
    segmentsInLine(db, unanswered),
  ])
  return {
    calls: shown.map((row) => {
      const parties = partiesOf(row.call, spoke)
      const isHidden = isHiddenFrom(reader.person, parties, tied.has(row.call.id), reader.now)
      const segments = inLine.get(row.call.id) ?? []
      return summaryOf(row, { hasRecording: recorded.has(row.call.id), isHidden, segments }, areaCode)
    }),
    next: rows.length > page.limit ? (shown.at(-1)?.call.id ?? null) : null,
  }
}

/** What a list is narrowed to; null when there is nothing of it. One rule for its pages, its total and its table. */
async function whereOf(db: Db, reader: CallReader, filter: CallFilter): Promise<{ where: SQL | undefined } | null> {
  const [lineId, agentId] = await Promise.all([idOfLine(db, filter.line), idOfAgent(db, filter.agent)])
  if (lineId === null || agentId === null) return null
  const { from, to } = filter
  return {
    where: and(
      lineId === undefined ? undefined : eq(calls.lineId, lineId),
      agentId === undefined ? undefined : eq(calls.agentId, agentId),
      // Else asking for a number would tell who reported.
      filter.caller === undefined
        ? undefined
        : and(eq(calls.callerNumber, filter.caller), isNotHiddenFrom(db, reader.person, reader.now)),
      filter.outcome === undefined ? undefined : eq(calls.outcome, filter.outcome),
      filter.direction === undefined ? undefined : eq(calls.direction, filter.direction),
      // The bounds on the id let every index stop where the time does.
      from === undefined ? undefined : and(gte(calls.arrivedAt, from), gte(calls.id, idAt(from - clockSlackMs))),
      to === undefined ? undefined : and(lt(calls.arrivedAt, to), lt(calls.id, idAt(to + latestEntryMs))),
    ),
  }
}

/** How many calls a list has, up to `mostCounted`. */
export async function countListed(db: Db, reader: CallReader, filter: CallFilter): Promise<CallTotal> {
  const asked = await whereOf(db, reader, filter)
  if (asked === null) return { count: 0, isMore: false }
  const first = db
    .select({ one: sql`1`.as('one') })
    .from(calls)
    .where(asked.where)
    .limit(mostCounted + 1)
    .as('first')
  const [row] = await db.select({ count: count() }).from(first)
  const found = row?.count ?? 0
  return { count: Math.min(found, mostCounted), isMore: found > mostCounted }
}

const idAt = (at: Instant): CallId => firstUlidAt(at) as CallId

/** undefined: not asked for; null: asked for, yet there is none. */
async function idOfLine(db: Db, number: string | undefined): Promise<number | null | undefined> {
  if (number === undefined) return undefined
  const [row] = await db.select({ id: lines.id }).from(lines).where(eq(lines.number, number))
  return row?.id ?? null
}

async function idOfAgent(db: Db, number: string | undefined): Promise<number | null | undefined> {
  if (number === undefined) return undefined
  const [row] = await db.select({ id: agents.userId }).from(agents).where(eq(agents.number, number))
  return row?.id ?? null
}

async function idsWithRecording(db: Db, ids: CallId[]): Promise<Set<CallId>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ callId: recordings.callId })
    .from(recordings)
    .where(and(inArray(recordings.callId, ids), eq(recordings.status, 'KEPT'), isNull(recordings.deletedAt)))
  return new Set(rows.map((row) => row.callId))
}

/** When these calls were in the queue. */
async function segmentsInLine(
  db: Db,
  ids: CallId[],
): Promise<Map<CallId, { kind: string; endedAt: Instant | null }[]>> {
  const found = new Map<CallId, { kind: string; endedAt: Instant | null }[]>()
  if (ids.length === 0) return found
  const { callId, kind, endedAt, seq } = callSegments
  const rows = await db
    .select({ callId, kind, endedAt })
    .from(callSegments)
    .where(and(inArray(callId, ids), inArray(kind, ['WAITING', 'OFFER', 'FALLBACK'])))
    .orderBy(asc(callId), asc(seq))
  for (const row of rows) found.set(row.callId, [...(found.get(row.callId) ?? []), row])
  return found
}

export async function findCall(db: Db, id: string): Promise<CallRow | null> {
  const [row] = await selectCalls(db, eq(calls.id, id as CallId), 1)
  return row ?? null
}

/** An agent from a left join of `agents` and `users`. */
export function agentOf(row: { id: number | null; number: string | null; name: string | null }): CallSummary['agent'] {
  const { id, number, name } = row
  return id === null || number === null ? null : { id: String(id), number, name: name ?? '' }
}

type Spoke = ReadonlyMap<CallId, readonly number[]>

/** Who spoke with the callers of closed calls: after a transfer several. Of a living call its state tells it. */
export async function whoSpoke(db: Db, ids: readonly CallId[]): Promise<Spoke> {
  const spoke = new Map<CallId, number[]>()
  if (ids.length === 0) return spoke
  const { callId, agentId, kind } = callSegments
  const rows = await db
    .selectDistinct({ callId, agentId })
    .from(callSegments)
    .where(and(inArray(callId, [...ids]), inArray(kind, [...heardKinds]), isNotNull(agentId)))
  for (const row of rows)
    if (row.agentId !== null) spoke.set(row.callId, [...(spoke.get(row.callId) ?? []), row.agentId])
  return spoke
}

/** Whose call it is, by its row and its segments. */
export function partiesOf({ id, agentId, state, endedAt, isSecret }: CallRow['call'], spoke: Spoke): CallParties {
  const known = [...(agentId === null ? [] : [agentId]), ...(spoke.get(id) ?? [])]
  const agentIds = [...known, ...(state ? agentsIn(storedCall(state)) : [])]
  return { agentIds: [...new Set(agentIds)], endedAt, isSecret }
}

function summaryOf(
  { call, line, agent }: CallRow,
  {
    hasRecording,
    isHidden,
    segments,
  }: { hasRecording: boolean; isHidden: boolean; segments: Parameters<typeof waitedMs>[1] },
  areaCode: string,
): CallSummary {
  const { queuedAt, answeredAt, endedAt } = call
  return {
    id: call.id,
    direction: call.direction,
    isCallerHidden: isHidden,
    caller: isHidden
      ? hiddenCaller
      : {
          number: maskNumber(call.callerNumber),
          place: placeOf(call.callerNumber, areaCode),
          name: maskNumbersIn(call.callerName),
          isWithheld: call.isCallerWithheld,
        },
    line: line ?? { number: call.dialled, name: '未知线路' },
    arrivedAt: call.arrivedAt,
    queuedAt,
    answeredAt,
    endedAt,
    waitMs: waitedMs(call, segments),
    talkMs: answeredAt !== null && endedAt !== null ? endedAt - answeredAt : null,
    agent: agentOf(agent),
    outcome: call.outcome,
    endedBy: call.endedBy,
    hasRecording,
  }
}

export async function readDetail(
  db: Db,
  row: CallRow,
  rights: { mayReveal: boolean; mayPlay: boolean; mayNote: boolean; mayRating: boolean; isHidden: boolean },
  areaCode: string,
): Promise<CallDetail> {
  const { call } = row
  const { isHidden } = rights
  const [segments, sounds, isOwnNumber, notes, rating] = await Promise.all([
    readSegments(db, call, isHidden),
    readRecordings(db, call.id),
    idOfLine(db, call.diverted ?? undefined),
    readNotes(db, isHidden ? [] : [call.id]),
    rights.mayRating ? readRating(db, call.id) : null,
  ])
  const { dialled, diverted, lineSource, lineConfidence, skill, keys, pickedUpAt, hangupCause } = call
  const talks = sounds.filter(({ kind }) => kind === 'TALK')
  const hasRecording = talks.some((sound) => sound.status === 'KEPT')
  return {
    ...summaryOf(row, { hasRecording, isHidden, segments }, areaCode),
    dialled,
    // A citizen's own phone may be what forwards to us.
    diverted: typeof isOwnNumber === 'number' ? diverted : isHidden ? null : maskNumbersIn(diverted),
    lineSource,
    lineConfidence,
    skill,
    keys,
    // Number of a ticket, words about the caller: either leads from the call to who reported.
    inquired: isHidden ? [] : (call.inquired ?? []),
    pickedUpAt,
    hangupCause,
    note: noteText(notes.get(call.id)),
    segments,
    recordings: sounds,
    unrecordedMs: call.endedAt === null ? 0 : unrecordedMs(segments, talks, call.endedAt),
    rating,
    mayReveal: rights.mayReveal && !isHidden && call.callerNumber !== null,
    mayPlay: rights.mayPlay && hasRecording,
    mayNote: rights.mayNote,
  }
}

/** @param isHidden the caller is, and so is every number outside that was rung: it may be another of their phones */
async function readSegments(db: Db, call: CallRow['call'], isHidden: boolean): Promise<CallSegment[]> {
  const shown = (number: string | null) => (isHidden ? null : maskNumber(number))
  // Segments get rows when the call is closed; until then they are in its state.
  if (call.state) {
    const named = await agentsById(
      db,
      call.state.segments.flatMap((segment) => segment.agentId ?? []),
    )
    return call.state.segments.map(({ kind, agentId, startedAt, endedAt, result, party }) => ({
      kind,
      agent: agentId === null ? null : (named.get(agentId) ?? null),
      startedAt,
      endedAt,
      result,
      party: party ? { name: party.name, number: shown(party.number) } : null,
    }))
  }
  const rows = await db
    .select({
      segment: callSegments,
      agent: { id: agents.userId, number: agents.number, name: users.name },
    })
    .from(callSegments)
    .leftJoin(agents, eq(agents.userId, callSegments.agentId))
    .leftJoin(users, eq(users.id, agents.userId))
    .where(eq(callSegments.callId, call.id))
    .orderBy(asc(callSegments.seq))
  return rows.map(({ segment, agent }) => ({
    kind: segment.kind,
    agent: agentOf(agent),
    startedAt: segment.startedAt,
    endedAt: segment.endedAt,
    result: segment.result,
    party: segment.party === null ? null : { name: segment.partyName, number: shown(segment.partyNumber) },
  }))
}

async function agentsById(db: Db, ids: string[]): Promise<Map<string, NonNullable<CallSummary['agent']>>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: agents.userId, number: agents.number, name: users.name })
    .from(agents)
    .innerJoin(users, eq(users.id, agents.userId))
    .where(inArray(agents.userId, [...new Set(ids)].map(Number)))
  return new Map(rows.map((row) => [String(row.id), { ...row, id: String(row.id) }]))
}

async function readRecordings(db: Db, callId: CallId): Promise<CallRecording[]> {
  const rows = await db
    .select()
    .from(recordings)
    .where(eq(recordings.callId, callId))
    .orderBy(asc(recordings.startedAt), asc(recordings.id))
  return rows.map(({ id, name, status, startedAt, endedAt, durationMs, bytes, sha256, deletedAt }) => ({
    id,
    kind: isConsultName(name) ? ('CONSULT' as const) : ('TALK' as const),
    status: deletedAt === null ? status : ('DELETED' as const),
    startedAt,
    endedAt,
    durationMs,
    bytes,
    sha256,
    url: `/api/calls/${callId}/recording?recording=${id}`,
  }))
}

/** A call that is over, as desks see it: its view has left Redis. One that the fallback has was never there. */
export async function readCallView(db: Db, id: CallId, areaCode: string): Promise<CallView | null> {
  const row = await findCall(db, id)
  if (!row) return null
  const { call, line } = row
  const summary = summaryOf(row, { hasRecording: false, isHidden: false, segments: [] }, areaCode)
  const number = line?.number ?? call.dialled
  const view: CallView = {
    id,
    version: call.version,
    direction: call.direction,
    about: call.about,
    phase: call.state?.stage.phase ?? (call.endedAt === null ? 'fallback' : 'ended'),
    parties: call.state === null ? [] : storedCall(call.state).parties.map(partyView),
    isCallerWaiting: false,
    actions: [],
    lastResult: null,
    isOnHold: false,
    isCallerHidden: false,
    caller: summary.caller,
    line: {
      number,
      name: summary.line.name,
      isOld: number !== '12345',
      source: call.lineSource,
      confidence: call.lineConfidence,
      unknownDiversion: call.lineSource === 'UNKNOWN_DIVERSION' ? maskNumbersIn(call.diverted) : null,
    },
    skill: call.skill ?? '',
    keys: call.keys,
    inquired: call.inquired ?? [],
    arrivedAt: call.arrivedAt,
    queuedAt: call.queuedAt,
    offeredAt: null,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
    offerId: null,
    agentId: summary.agent && (summary.agent.id as AgentId),
    agentNumber: summary.agent?.number ?? null,
    isAgentAway: false,
    outcome: call.outcome,
    endedBy: call.endedBy,
  }
  return call.isSecret ? withoutCaller(view) : view
}
