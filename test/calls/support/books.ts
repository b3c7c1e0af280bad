import { join } from 'node:path'
import { desc, eq, isNull } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { livingKey } from '../../../src/calls/control/ledger.ts'
import type { Call, Stage } from '../../../src/calls/machine/call.ts'
import { recordings } from '../../../src/calls/recordings/schema.ts'
import { callbacks, callSegments, calls } from '../../../src/calls/records/schema.ts'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { wait } from '../../../src/tools/setup/files.ts'
import { crash, settings } from '../hotline.ts'
import { patienceMs } from './patience.ts'

/** What the hotline has written down, and what is left of its calls anywhere. */

export type CallRow = typeof calls.$inferSelect

export async function withDatabase<T>(work: (db: ReturnType<typeof openDatabase>['db']) => Promise<T>): Promise<T> {
  const database = openDatabase(settings(), { connections: 1 })
  try {
    return await work(database.db)
  } finally {
    await database.close()
  }
}

/** The newest call of a number, as soon as its record is closed. */
export async function closedRecord(callerNumber: string): Promise<CallRow> {
  return until(`the record of ${callerNumber} is closed`, () =>
    withDatabase(async (db) => {
      const [row] = await db
        .select()
        .from(calls)
        .where(eq(calls.callerNumber, callerNumber))
        .orderBy(desc(calls.id))
        .limit(1)
      return row?.endedAt ? row : null
    }),
  )
}

export async function segmentsOf(callId: CallRow['id']): Promise<string[]> {
  return withDatabase(async (db) => {
    const rows = await db.select().from(callSegments).where(eq(callSegments.callId, callId)).orderBy(callSegments.seq)
    return rows.map((row) => `${row.kind} ${row.result}`)
  })
}

/** The recording of a call, as soon as it is kept, with the file's path. */
export async function keptRecording(callId: CallRow['id']) {
  return until(`the recording of ${callId} is kept`, () =>
    withDatabase(async (db) => {
      const rows = await db.select().from(recordings).where(eq(recordings.callId, callId))
      const [row] = rows
      return rows.length === 1 && row?.status === 'KEPT'
        ? { ...row, file: join(settings().spoolDir, 'recording', `${row.name}.wav`) }
        : null
    }),
  )
}

/** Who has to call the caller back, and why. */
export async function callbackOf(callId: CallRow['id']) {
  return withDatabase(async (db) => {
    const [row] = await db.select().from(callbacks).where(eq(callbacks.callId, callId))
    return row ?? null
  })
}

/** Everything of calls that still exists at Asterisk, in Redis or as an open record; empty when all is over. */
export async function leftOvers(): Promise<string[]> {
  const redis = new Redis(settings().redisUrl)
  try {
    const keys = await redis.keys('{hotline}:*')
    const states = await Promise.all(
      keys.filter((key) => /floor:agent:/.test(key)).map((key) => redis.hmget(key, 'number', 'state')),
    )
    const open = await withDatabase((db) => db.select({ id: calls.id }).from(calls).where(isNull(calls.endedAt)))
    return [
      ...(await ask<{ id: string }[]>('channels')).map((one) => `channel ${one.id}`),
      ...(await ask<{ id: string }[]>('bridges')).map((one) => `bridge ${one.id}`),
      ...keys.filter((key) => /:(call|offer):|:(living-calls|calls-aside)$/.test(key)),
      ...states.flatMap(([number, state]) =>
        /RESERVED|RINGING|TALKING|HOLD|OUTBOUND/.test(state ?? '') ? [`agent ${number} is ${state}`] : [],
      ),
      ...open.map((row) => `open record ${row.id}`),
    ]
  } finally {
    redis.disconnect()
  }
}

/** Waits until no channel, bridge, Redis entry, busy agent or open record is left; else says what is. */
export async function nothingIsLeft(limitMs = patienceMs): Promise<void> {
  const end = Date.now() + limitMs
  let left = await leftOvers()
  while (left.length > 0 && Date.now() < end) {
    await wait(200)
    left = await leftOvers()
  }
  if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`)
}

/** Asks Asterisk itself, behind the hotline's back. */
export async function ask<T>(path: string): Promise<T> {
  const { ariUrl, ARI_USERNAME, ariPassword } = settings()
  const authorization = `Basic ${Buffer.from(`${ARI_USERNAME}:${ariPassword}`).toString('base64')}`
  const response = await fetch(`${ariUrl}/ari/${path}`, { headers: { authorization } })
  if (!response.ok) throw new Error(`GET ${path}: ${response.status}`)
  return (await response.json()) as T
}

export async function flushRedis(): Promise<void> {
  const redis = new Redis(settings().redisUrl)
  await redis.flushdb()
  redis.disconnect()
}

/** Where the caller is, null for the one whose number is withheld, as the controller last kept it, straight from Redis; null when there is no such call. */
export async function stageOf(callerNumber: string | null): Promise<Stage | null> {
  const redis = new Redis(settings().redisUrl)
  try {
    for (const text of await redis.hvals(livingKey)) {
      const call: Call = JSON.parse(text)
      if (call.caller.number === callerNumber) return call.stage
    }
    return null
  } finally {
    redis.disconnect()
  }
}

/** The phase, or the step of it. */
async function phaseOf(callerNumber: string | null): Promise<string | null> {
  const stage = await stageOf(callerNumber)
  if (stage?.phase === 'inquiring') return stage.inquiry.step
  return stage && 'step' in stage ? stage.step : (stage?.phase ?? null)
}

/** Desks of other tests are closed; their telephones are gone a moment later. */
export async function untilNobodyServes(): Promise<void> {
  const redis = new Redis(settings().redisUrl)
  try {
    await until('no agent has a telephone any more', async () => {
      const agents = await redis.keys('{hotline}:floor:agent:*')
      const reachable = await Promise.all(agents.map((key) => redis.hget(key, 'isReachable')))
      return reachable.includes('1') ? null : true
    })
  } finally {
    redis.disconnect()
  }
}

export async function untilPhase(callerNumber: string | null, phase: string): Promise<void> {
  await until(`${callerNumber} is ${phase}`, async () => ((await phaseOf(callerNumber)) === phase ? true : null))
}

/** Waits for a sign of life that a controller connected to Asterisk has given after this instant. */
export async function untilControlled(since: number): Promise<void> {
  const redis = new Redis(settings().redisUrl)
  try {
    await until('a controller is connected', async () => {
      const sign = JSON.parse((await redis.get(`{hotline}:calls-role:${settings().NODE_NAME}`)) ?? 'null')
      return sign?.ariConnected && sign.at > since ? true : null
    })
  } finally {
    redis.disconnect()
  }
}

/** Kills the controller, and waits until the next one has taken its calls over: before that no agent's request is heard. */
export async function crashController(): Promise<void> {
  const before = await livingVersions()
  await crash('calls')
  // Only now: a sign of life of the one that is gone may be as young as the kill.
  await untilControlled(Date.now())
  await until('the calls are taken over', async () => {
    const now = await livingVersions()
    // One that is missing is over, or was set aside.
    return [...before].every(([id, version]) => (now.get(id) ?? Number.POSITIVE_INFINITY) > version) ? true : null
  })
}

/** Each controller that takes a call over keeps it anew. */
async function livingVersions(): Promise<Map<string, number>> {
  const redis = new Redis(settings().redisUrl)
  try {
    const kept = (await redis.hvals(livingKey)).map((text): Call => JSON.parse(text))
    return new Map(kept.map(({ id, version }) => [id, version]))
  } finally {
    redis.disconnect()
  }
}

/** Asks again until there is an answer. @throws naming what was waited for */
export async function until<T>(what: string, ask: () => Promise<T | null>, limitMs = patienceMs): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`)
    await wait(100)
  }
}
