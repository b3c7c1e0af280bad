import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { writeHandovers } from '../../emergency/store.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { syncToDisk } from '../../platform/process/durable.ts'
import type { AgentId, CallId, ChannelId, Instant, RecordingName, SkillId } from '../../platform/types.ts'
import { ticketCalls } from '../../tickets/records/schema.ts'
import { writeKeypadCalls } from '../keypad/store.ts'
import type { Call, Outcome, Segment } from '../machine/call.ts'
import { storedCall } from '../machine/stored.ts'
import { recordings } from '../recordings/schema.ts'
import { writeSurveys } from '../survey/store.ts'
import { callbacksOf, closeOfThoseWhoGotThrough } from './callbacks.ts'
import { callbacks, callSegments, calls } from './schema.ts'
import { takeBackTries } from './tries-back.ts'

/** The lines are not in the database yet: a record that refers to one has to wait. */
export class LinesNotReady extends Error {}

/** Calls in the database. Every write may be repeated and may come late: the higher version stays. */
export interface CallStore {
  /** All of them or none. */
  write(calls: Call[]): Promise<void>
  /** A row for a call that no controller has: no next one takes it on. The fallback's import closes it. */
  writeUncontrolled(call: Call): Promise<void>
  /** What a controller wrote of this channel before the fallback had it; null when it never had it. */
  begun(node: string, channel: string): Promise<Begun | null>
  /** Whether the record of this channel is closed already. */
  isClosed(node: string, channel: string): Promise<boolean>
  /** Calls of a node that have no end yet. */
  loadOpen(node: string): Promise<Call[]>
  beginRecording(callId: CallId, name: RecordingName, startedAt: Instant): Promise<void>
  /** Hashes the closed file and keeps its figures. @throws when the file cannot be read */
  keepRecording(callId: CallId, name: RecordingName, endedAt: Instant): Promise<void>
  loseRecording(name: RecordingName, endedAt: Instant): Promise<void>
  /** Recordings that were never closed in the database, their call long over. */
  openRecordings(): Promise<{ name: RecordingName; callId: CallId; startedAt: Instant }[]>
}

export interface Begun {
  version: number
  outcome: Outcome | null
  /** Null when the record was closed, or was no controller's. */
  state: Call | null
  /** What the record says of it without that. */
  facts: Pick<Call, 'skill' | 'priority' | 'keys' | 'inquired' | 'pickedUpAt' | 'queuedAt' | 'answeredAt' | 'agent'>
  segments: Segment[]
}

export function openCallStore(options: {
  db: Db
  /** Folder in which Asterisk writes recordings. */
  recordingDir: string
  /** @throws while the lines are not in the database yet: the write is tried again */
  lineId: (number: string) => number
  /** See `callbacksOf`. */
  gaveUpAfterMs: number
}): CallStore {
  const { db } = options

  return {
    async write(given) {
      // Always in the same order, so that two processes never wait for each other.
      const ordered = given.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const rows = ordered.map((call) => rowOf(call, options.lineId(call.line.number)))
      const segments = ordered.filter((call) => call.stage.phase === 'ended').flatMap(segmentsOf)
      const talks = ordered.filter((call) => call.answeredAt !== null)
      await tie(db, ordered)
      await takeBackTries(db, ordered)
      if (segments.length === 0) {
        await upsert(db, rows)
        await writeHandovers(db, ordered)
        await closeOfThoseWhoGotThrough(db, talks)
        return
      }
      await db.transaction(async (tx) => {
        await upsert(tx, rows)
        await writeHandovers(tx, ordered)
        await tx.insert(callSegments).ignore().values(segments)
        const toCallBack = callbacksOf(ordered, options.lineId, options.gaveUpAfterMs)
        if (toCallBack.length > 0) await tx.insert(callbacks).ignore().values(toCallBack)
        await writeSurveys(tx, ordered)
        await writeKeypadCalls(tx, ordered)
        await closeOfThoseWhoGotThrough(tx, talks)
      })
    },

    async writeUncontrolled(call) {
      await upsert(db, [{ ...rowOf(call, options.lineId(call.line.number)), state: null }])
    },

    async begun(node, channel) {
      const [row] = await db
        .select()
        .from(calls)
        .where(and(eq(calls.node, node), eq(calls.channel, channel)))
      if (!row) return null
      const { version, outcome } = row
      const state = row.state && storedCall(row.state)
      const segments = await db
        .select()
        .from(callSegments)
        .where(eq(callSegments.callId, row.id))
        .orderBy(asc(callSegments.seq))
      return { version, outcome, state, facts: factsOf(row), segments: state?.segments ?? segments.map(segmentOf) }
    },

    async isClosed(node, channel) {
      const rows = await db
        .select({ endedAt: calls.endedAt })
        .from(calls)
        .where(and(eq(calls.node, node), eq(calls.channel, channel)))
      return rows.some((row) => row.endedAt !== null)
    },

    async loadOpen(node) {
      const rows = await db
        .select({ state: calls.state })
        .from(calls)
        .where(and(eq(calls.node, node), isNull(calls.endedAt)))
      return rows.flatMap((row) => (row.state ? [storedCall(row.state)] : []))
    },

    async beginRecording(callId, name, startedAt) {
      await db.insert(recordings).ignore().values({ id: newId(), callId, name, status: 'RECORDING', startedAt })
    },

    async keepRecording(callId, name, endedAt) {
      const file = join(options.recordingDir, `${name}.wav`)
      await syncToDisk(file, options.recordingDir)
      const { size } = await stat(file)
      const sha256 = await digestOf(file)
      const figures = { status: 'KEPT' as const, endedAt, bytes: size, sha256, durationMs: durationOf(size) }
      await db
        .insert(recordings)
        .values({ id: newId(), callId, name, startedAt: endedAt - figures.durationMs, ...figures })
        .onDuplicateKeyUpdate({ set: figures })
    },

    async loseRecording(name, endedAt) {
      await db.update(recordings).set({ status: 'LOST', endedAt }).where(eq(recordings.name, name))
    },

    async openRecordings() {
      return db
        .select({ name: recordings.name, callId: recordings.callId, startedAt: recordings.startedAt })
        .from(recordings)
        .where(eq(recordings.status, 'RECORDING'))
    },
  }
}

type Row = typeof calls.$inferInsert

function rowOf(call: Call, lineId: number): Row {
  const { stage } = call
  const isOver = stage.phase === 'ending' || stage.phase === 'ended'
  return {
    id: call.id,
    node: call.node,
    channel: call.channel,
    lineId,
    dialled: call.dialled.slice(0, 64),
    diverted: call.diverted?.slice(0, 64) ?? null,
    lineSource: call.line.source,
    lineConfidence: call.line.confidence,
    callerNumber: call.caller.number,
    callerRaw: call.caller.raw?.slice(0, 128) ?? null,
    callerName: call.caller.name?.slice(0, 128) ?? null,
    isCallerWithheld: call.caller.isWithheld ?? false,
    direction: call.outgoing ? 'OUT' : 'IN',
    isSecret: call.outgoing?.isHidden ?? false,
    about: call.outgoing?.about ?? null,
    skill: call.skill,
    priority: call.priority,
    keys: call.keys,
    inquired: call.inquired ?? null,
    arrivedAt: call.arrivedAt,
    pickedUpAt: call.pickedUpAt,
    queuedAt: call.queuedAt,
    answeredAt: call.answeredAt,
    // A call that is being cleared away is still open: after a crash it is taken up again.
    endedAt: stage.phase === 'ended' ? call.endedAt : null,
    agentId: call.agent ? Number(call.agent.id) : null,
    outcome: isOver ? stage.outcome : null,
    endedBy: isOver ? stage.endedBy : null,
    hangupCause: call.hangupCause,
    state: stage.phase === 'ended' ? null : call,
    version: call.version,
  }
}

function factsOf(row: typeof calls.$inferSelect): Begun['facts'] {
  const { keys, pickedUpAt, queuedAt, answeredAt, agentId } = row
  return {
    priority: row.priority ?? 0,
    ...{ keys, pickedUpAt, queuedAt, answeredAt },
    skill: row.skill as SkillId,
    inquired: row.inquired ?? undefined,
    agent: agentId === null ? null : { id: String(agentId) as AgentId, number: '' },
  }
}

/** Columns that change in the life of a call. */
const changing = [
  'skill',
  'priority',
  'keys',
  'inquired',
  'pickedUpAt',
  'queuedAt',
  'answeredAt',
  'endedAt',
  'agentId',
  'outcome',
  'endedBy',
  'hangupCause',
  'state',
] as const satisfies (keyof Row)[]

/** The version is compared and set last: MariaDB and MySQL assign from left to right. */
const newer = Object.fromEntries(
  [...changing, 'version' as const].map((key) => {
    const name = sql.identifier(calls[key].name)
    return [key, sql`IF(VALUES(version) > version, VALUES(${name}), ${name})`]
  }),
)

async function upsert(db: Pick<Db, 'insert'>, rows: Row[]): Promise<void> {
  await db.insert(calls).values(rows).onDuplicateKeyUpdate({ set: newer })
}

/** An outgoing call belongs to its ticket from its first instant: else it would show a hidden caller for a moment. */
async function tie(db: Pick<Db, 'insert'>, given: readonly Call[]): Promise<void> {
  const links = given.flatMap(({ id: callId, outgoing, arrivedAt: at }) =>
    (outgoing?.ties ?? []).map((ticketId) => ({ ticketId, callId, kind: 'CALLED' as const, at })),
  )
  if (links.length > 0) await db.insert(ticketCalls).ignore().values(links)
}

const recorded: ReadonlySet<Segment['kind']> = new Set(['TALKING', 'HOLD', 'FALLBACK', 'CONSULT', 'THREE_WAY'])

function segmentsOf(call: Call): (typeof callSegments.$inferInsert)[] {
  return call.segments.map((segment, index) => ({
    id: newId(segment.startedAt),
    callId: call.id,
    seq: index + 1,
    kind: segment.kind,
    agentId: segment.agentId ? Number(segment.agentId) : null,
    channel: segment.channel,
    startedAt: segment.startedAt,
    endedAt: segment.endedAt,
    result: segment.result,
    isRecorded: recorded.has(segment.kind) && (segment.agentId !== null || segment.party !== undefined),
    party: segment.party?.id ?? null,
    partyName: segment.party?.name?.slice(0, 64) ?? null,
    partyNumber: segment.party?.number?.slice(0, 32) ?? null,
  }))
}

function segmentOf(row: typeof callSegments.$inferSelect): Segment {
  const { kind, agentId, channel, startedAt, endedAt, result } = row
  return {
    ...{ kind, startedAt, endedAt, result },
    agentId: agentId === null ? null : (String(agentId) as AgentId),
    channel: channel as ChannelId | null,
    ...(row.party === null ? {} : { party: { id: row.party, name: row.partyName, number: row.partyNumber } }),
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** 16 bit, 8 kHz, one channel behind a header of 44 bytes. */
export function durationOf(bytes: number): number {
  return Math.max(0, Math.round((bytes - 44) / 16))
}
