import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import type { Logger } from 'pino'
import { devices } from '../../floor/agents/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { syncToDisk } from '../../platform/process/durable.ts'
import type { AgentId, CallId, ChannelId, Instant, RecordingName } from '../../platform/types.ts'
import type { Site } from '../../site/site.ts'
import type { Fallback, FallbackCall } from '../../telephony/fallback/fallback.ts'
import { readEntry, unknownEntry } from '../control/entry.ts'
import { enter } from '../machine/advance.ts'
import { type Call, type EndedBy, type Outcome, type Segment, shortestMessageMs } from '../machine/call.ts'
import { withSegmentEnd } from '../machine/phases/parts.ts'
import { callbacks, calls } from '../records/schema.ts'
import type { Begun, CallStore } from '../records/store.ts'

export interface ImportParts {
  fallback: Fallback
  store: CallStore
  db: Db
  site: Site
  node: string
  recordingDir: string
  lineId(number: string): number
  /** For a finished talk. */
  keepRecording(callId: CallId, name: RecordingName, endedAt: Instant): void
  /** What controllers knew of calls when the fallback took them. */
  aside(): Promise<ReadonlyMap<CallId, Call>>
  /** Its record is closed: controllers need not leave it to the fallback any more. */
  endAside(callId: CallId): void
  /** Announces it to desks and floors that saw an agent in it. */
  tell(call: Call): void
  now(): Instant
  log: Logger
}

/** After the caller has hung up MixMonitor still writes for a moment, and a digest must cover the whole sound. */
const soundSettlesMs = 2_000

/** Calls whose failed import was logged: it is retried every few seconds. */
const told = new Set<ChannelId>()

/**
 * Imports the calls that the dialplan took alone: one closed record each, with the recording of its talk, or with the
 * voice message. Each is stored, then forgotten at Asterisk; an interrupted import is repeated without duplicates, and
 * a failing one holds up no other.
 */
export async function importFallback(
  parts: ImportParts,
  readLive: () => Promise<ReadonlySet<ChannelId> | null>,
): Promise<void> {
  const found = await parts.fallback.collect(readLive)
  for (const one of found ?? []) {
    if (isStillWritten(one, parts.now())) continue
    try {
      if (!one.isHandedOver || one.message) await importOne(parts, one)
      if (!(await parts.fallback.forget(one.channel))) throw new Error('trace of the call not deleted at Asterisk')
      told.delete(one.channel)
    } catch (error) {
      if (!told.has(one.channel)) {
        parts.log.error({ err: error, channel: one.channel }, 'fallback call not imported: retrying')
      }
      told.add(one.channel)
    }
  }
}

/** Within a bound in both directions, so that a clock step does not delay the import by an hour. */
function isStillWritten({ answered, endedAt }: FallbackCall, now: Instant): boolean {
  return answered !== null && endedAt !== null && Math.abs(now - endedAt) < soundSettlesMs
}

async function importOne(parts: ImportParts, one: FallbackCall): Promise<void> {
  const { store, db, site, node, log } = parts
  const arrivedAt = one.arrivedAt ?? one.pickedUpAt ?? parts.now()
  const channel = {
    id: one.channel,
    state: 'Down',
    createdAt: arrivedAt,
    endpoint: null,
    callerNumber: one.caller.number,
    callerName: one.caller.name,
    stasisArgs: one.entry,
    isInApp: false,
    variables: {},
  }
  const read = (args: string[]) => readEntry(site, node, channel, args, arrivedAt)
  const known = read(one.entry)
  if (!known) log.error({ channel: one.channel }, 'fallback call without a readable entry: counted as a call to 12345')
  const entry = known ?? read(unknownEntry)
  if (!entry) throw new Error('no call can be made of an empty entry')
  const agentId = one.answered ? await agentOf(db, one.answered.endpoint) : null
  const fresh = enter(entry, arrivedAt).call
  const begun = newer(await store.begun(node, one.channel), (await parts.aside()).get(fresh.id))
  const call = closed(fresh, begun, one, agentId, parts.now())
  if (!isImported(begun, one)) await store.write([call])
  const [kept] = await db
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.node, node), eq(calls.channel, one.channel)))
  if (begun && kept) parts.endAside(kept.id)
  parts.tell(call)
  if (one.message && kept) await keepMessage(parts, kept.id, call, one.message)
  if (one.answered && kept) {
    const { recording, at } = one.answered
    // Its row first: if this process dies, the next one finds and closes it.
    await store.beginRecording(kept.id, recording, at)
    parts.keepRecording(kept.id, recording, call.endedAt ?? parts.now())
  }
  const outcome = call.stage.phase === 'ended' ? call.stage.outcome : undefined
  log.info({ callId: kept?.id, outcome, line: call.line.number }, 'fallback call imported')
}

/** An earlier import was interrupted, or Asterisk did not forget the call: parts in the record are not added again. */
function isImported(begun: Begun | null, one: FallbackCall): boolean {
  return begun !== null && begun.outcome !== null && begun.segments.at(-1)?.kind === segmentKind(one)
}

const segmentKind = (one: FallbackCall): Segment['kind'] => (one.isLeftAtOnce ? 'GREETING' : 'FALLBACK')

/** @param call a controller's knowledge of it; empty when no controller had it */
function outcomeOf(one: FallbackCall, call: Call): Outcome {
  if (one.isLeftAtOnce) return 'LEFT_BEFORE_QUEUE'
  if (one.answered) return 'FALLBACK_ANSWERED'
  // Connected by a controller, or told the progress of a ticket, before the fallback took the call.
  if (call.answeredAt !== null && one.endedAt !== null) return 'ANSWERED'
  if (isMessage(one.message)) return 'FALLBACK_MESSAGE'
  if (one.endedAt === null) return 'PLATFORM_LOST'
  const isServed = call.queuedAt === null && call.inquired?.some(({ result }) => result === 'FOUND')
  return isServed ? 'SELF_SERVED' : 'FALLBACK_LEFT'
}

/**
 * The row may be slightly older than a controller's state elsewhere, and lacks it when the fallback's talk wrote it.
 */
function newer(row: Begun | null, state: Call | undefined): Begun | null {
  if (!state || row?.outcome || (row?.state && row.version >= state.version)) return row
  const { version, segments } = state
  return { version: Math.max(version, row?.version ?? 0), outcome: null, state, facts: state, segments }
}

/** @param begun by a controller that died; what happened until then stays in the record */
function closed(fresh: Call, begun: Begun | null, one: FallbackCall, agentId: AgentId | null, now: Instant): Call {
  const call = begun?.state ?? { ...fresh, ...begun?.facts }
  const before = withSegmentEnd({ segments: begun?.segments ?? [] }, one.takenAt ?? now, null).segments
  const outcome = outcomeOf(one, call)
  const endedAt = one.endedAt ?? now
  const endedBy: EndedBy = outcome === 'PLATFORM_LOST' ? 'SYSTEM' : 'CALLER'
  const segment: Segment = {
    kind: segmentKind(one),
    agentId,
    channel: null,
    startedAt: (before.length > 0 ? one.takenAt : one.pickedUpAt) ?? call.arrivedAt,
    endedAt,
    result: outcome,
  }
  return {
    ...call,
    version: Math.max(call.version, (begun?.version ?? 0) + 1),
    stage: { phase: 'ended', outcome, endedBy },
    pickedUpAt: call.pickedUpAt ?? one.pickedUpAt,
    answeredAt: call.answeredAt ?? one.answered?.at ?? null,
    endedAt,
    // The number is unknown here and not stored: the row keeps the agent's id.
    agent: agentId ? { id: agentId, number: '' } : call.agent,
    hangupCause: one.cause,
    timers: {},
    segments: [...before, segment],
  }
}

async function agentOf(db: Db, endpoint: string): Promise<AgentId | null> {
  const [device] = await db.select({ userId: devices.userId }).from(devices).where(eq(devices.id, endpoint))
  return device?.userId ? (String(device.userId) as AgentId) : null
}

function isMessage(message: FallbackCall['message']): boolean {
  return message !== null && message.durationMs >= shortestMessageMs
}

async function keepMessage(
  parts: ImportParts,
  callId: CallId,
  call: Call,
  message: NonNullable<FallbackCall['message']>,
): Promise<void> {
  const file = join(parts.recordingDir, message.file)
  await syncToDisk(file, parts.recordingDir)
  const sound = await readFile(file)
  await parts.db
    .insert(callbacks)
    .ignore()
    .values({
      id: newId(call.endedAt ?? call.arrivedAt),
      reason: 'MESSAGE',
      callId,
      fileName: message.file,
      callerNumber: call.caller.number,
      lineId: parts.lineId(call.line.number),
      since: call.endedAt ?? parts.now(),
      durationMs: message.durationMs,
      sha256: createHash('sha256').update(sound).digest('hex'),
      status: isMessage(message) ? 'TO_CALL_BACK' : 'EMPTY',
    })
}
