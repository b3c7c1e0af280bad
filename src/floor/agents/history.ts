import { setTimeout as sleep } from 'node:timers/promises'
import { and, eq, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import { patiently } from '../../platform/process/patient.ts'
import type { AgentId, Instant } from '../../platform/types.ts'
import type { Agent, AgentChange, AgentState } from './agent.ts'
import { agentSpans, agents } from './schema.ts'

/**
 * Writes changes of agents to the database: the `agents` row follows, and each stay in a state is one `agent_spans`
 * row. Written asynchronously, so that a database outage keeps no agent from talking.
 *
 * Several processes change one agent, and their writes may arrive in any order: the row accepts only a higher version,
 * and a span's id is the same in every process, so that "it began" and "it ended" may come in either order and twice.
 */
export interface History {
  record(changes: AgentChange[]): void
  /** Resolves when all recorded changes are written. */
  drain(): Promise<void>
  /** Drops unwritten changes; `catchUp` of another process repairs it. */
  stop(): void
}

type SpanRow = typeof agentSpans.$inferInsert

/** During a long outage of the database the oldest stays beyond this are dropped, to limit memory. */
const mostPending = 200_000
const batchSize = 200
/** Reserved, ringing and talking follow each other quickly, for many agents: gathered, they are one transaction. */
const gatherMs = 200

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function base32(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = crockford[rest % 32] + text
  return text
}

/**
 * Sorts by time like a ULID; derived from agent and stay instead of chance, so that every process computes the same.
 */
export function spanId(agentId: AgentId, stay: number, since: Instant): string {
  return base32(since, 10) + base32(Number(agentId), 8) + base32(stay, 8)
}

/** Time away from the floor is not a stay. */
const isStay = (state: AgentState) => state !== 'OFFLINE'

export function spansOf({ agent, stay, ended }: AgentChange): SpanRow[] {
  const rows: SpanRow[] = []
  if (ended && isStay(ended.state)) {
    rows.push(spanRow(agent.id, ended, ended.version, agent.since))
  }
  if (isStay(agent.state)) rows.push(spanRow(agent.id, agent, stay, null))
  return rows
}

function spanRow(
  agentId: AgentId,
  stay: Pick<Agent, 'state' | 'reason' | 'callId' | 'lastCallId' | 'since'>,
  version: number,
  endedAt: Instant | null,
): SpanRow {
  return {
    id: spanId(agentId, version, stay.since),
    userId: Number(agentId),
    state: stay.state,
    reason: stay.reason,
    callId: stay.state === 'WRAP_UP' ? stay.lastCallId : stay.callId,
    startedAt: stay.since,
    // The clock may have been set back in the meantime.
    endedAt: endedAt === null ? null : Math.max(endedAt, stay.since),
  }
}

export function openHistory(db: Db, log: Log): History {
  const stopping = new AbortController()
  let pending: AgentChange[] = []
  let writing: Promise<void> | null = null

  async function writeAll(): Promise<void> {
    while (pending.length > 0 && !stopping.signal.aborted) {
      const batch = pending.slice(0, batchSize)
      pending = pending.slice(batchSize)
      await patiently('agents in the database', () => writeBatch(db, batch, log), { log, signal: stopping.signal })
    }
  }

  return {
    record(changes) {
      if (changes.length === 0) return
      pending.push(...changes)
      if (pending.length > mostPending) {
        log.error(
          { lost: pending.length - mostPending },
          'database unreachable for too long: oldest agent spans dropped',
        )
        pending = pending.slice(-mostPending)
      }
      writing ??= sleep(gatherMs)
        .then(writeAll)
        .finally(() => {
          writing = null
        })
    },
    async drain() {
      while (writing) await writing
    },
    stop: () => stopping.abort(),
  }
}

/** One refused row must not hold the others back. */
async function writeBatch(db: Db, batch: AgentChange[], log: Log): Promise<void> {
  try {
    await db.transaction((tx) => write(tx, batch))
  } catch (error) {
    if (!isRefusal(error)) throw error
    for (const change of batch) {
      try {
        await db.transaction((tx) => write(tx, [change]))
      } catch (single) {
        if (!isRefusal(single)) throw single
        log.error(
          { err: single, agentId: change.agent.id, version: change.agent.version },
          'database refused a change of an agent: change dropped',
        )
      }
    }
  }
}

async function write(tx: Tx, batch: AgentChange[]): Promise<void> {
  const spans = batch.flatMap((change) => (change.ended || change.agent.version === change.stay ? spansOf(change) : []))
  await writeSpans(tx, spans)
  const latest = new Map<AgentId, Agent>()
  for (const { agent } of batch) {
    const known = latest.get(agent.id)
    if (!known || known.version < agent.version) latest.set(agent.id, agent)
  }
  // Always in the same order, which prevents deadlocks between two processes.
  const ordered = [...latest.values()].sort((a, b) => Number(a.id) - Number(b.id))
  for (const agent of ordered) await writeAgent(tx, agent)
}

async function writeSpans(tx: Tx, rows: SpanRow[]): Promise<void> {
  if (rows.length === 0) return
  const ordered = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  await tx
    .insert(agentSpans)
    .values(ordered)
    .onDuplicateKeyUpdate({
      set: {
        endedAt: sql`least(coalesce(${agentSpans.endedAt}, values(ended_at)), coalesce(values(ended_at), ${agentSpans.endedAt}))`,
      },
    })
}

async function writeAgent(tx: Tx, agent: Agent): Promise<void> {
  await tx
    .update(agents)
    .set({
      state: agent.state,
      reason: agent.reason,
      stateSince: agent.since,
      callId: agent.callId,
      version: agent.version,
    })
    .where(and(eq(agents.userId, Number(agent.id)), lt(agents.version, agent.version)))
}

/**
 * Writes what a process that died, or a lost reply of Redis, left out: rows that are behind, the agents' current stays,
 * and the end of stays that are over.
 */
export async function catchUp(db: Db, floor: { agent: Agent; stay: number }[]): Promise<void> {
  const known = await db.select({ id: agents.userId, version: agents.version }).from(agents)
  const versions = new Map(known.map((row) => [String(row.id), row.version]))
  const behind = floor.filter(({ agent }) => {
    const version = versions.get(agent.id)
    return version !== undefined && version < agent.version
  })
  for (const { agent, stay } of behind) {
    await db.transaction(async (tx) => {
      await writeSpans(tx, spansOf({ agent, stay, ended: null }))
      // If a process with the true end is still pending, it writes an earlier one; the earlier one wins.
      await tx.execute(sql`update agent_spans set ended_at = ${new Date(agent.since).toISOString().slice(0, 23).replace('T', ' ')}
        where user_id = ${Number(agent.id)} and ended_at is null and started_at < ${new Date(agent.since).toISOString().slice(0, 23).replace('T', ' ')}`)
      await writeAgent(tx, agent)
    })
  }
}

/** Refused permanently, in contrast to a server that is unreachable, busy or read-only and will accept it later. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return /^ER_(NO_REFERENCED_ROW|DATA_TOO_LONG|TRUNCATED|BAD_NULL|WARN_DATA_OUT_OF_RANGE|DUP_ENTRY)/.test(code)
}
