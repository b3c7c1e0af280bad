import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { openReadings, type Reading } from '../../../src/audit/readings.ts'
import { auditEvents } from '../../../src/audit/schema.ts'
import { tell } from '../../../src/notifications/teller.ts'
import type { Session } from '../../../src/people/store.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { SessionId } from '../../../src/platform/types.ts'
import { anOffice } from '../tickets/office.ts'

const log = createLogger('test', 'silent')
type Office = Awaited<ReturnType<typeof anOffice>>

async function rowsOf({ db }: Office) {
  const rows = await db.select().from(auditEvents).orderBy(auditEvents.id)
  return rows
    .filter((row) => !row.action.startsWith('session'))
    .map(({ actor, action, subject, details }) => ({ actor, action, subject, details }))
}

describe('what leaves the house', () => {
  it('is written down: who, what, by which filter and how many', async () => {
    const office = await anOffice()
    const call = await office.ownCall({ endedAt: Date.now() })
    const number = await office.create({ callIds: [call] })
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    for (const [name, url] of [
      ['cgj', `/api/tickets/${number}`],
      ['cgj', '/api/tickets?sort=due&limit=20'],
      ['cgj', '/api/tickets/returned'],
      ['1001', '/api/calls?limit=5'],
      ['1001', `/api/calls/${call}`],
      ['1001', '/api/callbacks?status=CALLED_BACK'],
      ['1001', `/api/callers/${call}/tickets`],
    ] as const) {
      expect((await office.ask(name, url)).statusCode, url).toBe(200)
    }
    const filterOf = (more: object) => expect.objectContaining(more)
    expect(await rowsOf(office)).toEqual([
      { actor: 'cgj', action: 'ticket.read', subject: number, details: null },
      {
        actor: 'cgj',
        action: 'tickets.listed',
        subject: null,
        details: { shown: 1, filter: filterOf({ sort: 'due', limit: 20 }) },
      },
      { actor: 'cgj', action: 'tickets.returned-listed', subject: null, details: { shown: 0, filter: {} } },
      { actor: '1001', action: 'calls.listed', subject: null, details: { shown: 1, filter: { limit: 5 } } },
      { actor: '1001', action: 'call.read', subject: call, details: null },
      {
        actor: '1001',
        action: 'callbacks.listed',
        subject: null,
        details: { shown: 0, filter: filterOf({ status: 'CALLED_BACK' }) },
      },
      { actor: '1001', action: 'caller.tickets-listed', subject: call, details: { tickets: [number] } },
    ])
  })

  it('is one reading as long as it is the same, for ten minutes', async () => {
    const office = await anOffice()
    const number = await office.create()
    const read = async () => {
      await office.detail('dispatcher', number)
      await office.list('dispatcher', 'limit=10')
      return (await rowsOf(office)).map(({ action }) => action)
    }
    expect(await read()).toEqual(['ticket.read', 'tickets.listed'])
    expect(await read()).toHaveLength(2)
    // What it says has changed.
    await office.act('1001', number, 'urge', { note: '又来电' })
    expect(await read()).toEqual(['ticket.read', 'tickets.listed', 'ticket.read'])
    await office.detail('1001', number)
    expect(await rowsOf(office)).toHaveLength(4)
    office.wait(11 * 60_000)
    expect(await read()).toHaveLength(6)
  })

  it('is not shown when it cannot be written down', async () => {
    const office = await anOffice()
    const number = await office.create()
    const call = await office.ownCall()
    const urls = [
      `/api/tickets/${number}`,
      '/api/tickets',
      '/api/calls',
      `/api/calls/${call}`,
      `/api/callers/${call}/tickets`,
      '/api/callbacks',
    ]
    await office.db.execute('RENAME TABLE audit_events TO audit_events_away')
    for (const url of urls) {
      const answer = await office.ask('1001', url)
      expect(answer.statusCode, url).toBeGreaterThanOrEqual(500)
      expect(answer.body, url).not.toContain('路灯')
    }
    await office.db.execute('RENAME TABLE audit_events_away TO audit_events')
    for (const url of urls) expect((await office.ask('1001', url)).statusCode, url).toBe(200)
  })
})

describe('many readings at once', () => {
  it('are all written down, in few statements', async () => {
    const office = await anOffice()
    const { readings, request } = readingsOf(office, { alarmAt: 1_000_000, refuseAt: 1_000_000 })
    const before = await inserts(office)
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => readings.note(request, reading(1, { subject: `CZ${at}` }))),
    )
    const rows = await office.db
      .select({ subject: auditEvents.subject })
      .from(auditEvents)
      .where(eq(auditEvents.action, 'ticket.read'))
    expect(new Set(rows.map((row) => row.subject)).size).toBe(500)
    expect((await inserts(office)) - before).toBeLessThan(100)
  })
})

describe('a person who reads too much', () => {
  it('is told to supervisors, auditors and directors once, and is refused beyond the second bound until the next day', async () => {
    const office = await anOffice()
    const boss = await office.join('boss', 'SUPERVISOR')
    const { readings, request, clock } = readingsOf(office, { alarmAt: 10, refuseAt: 20 })
    const read = (records: number, of: number) => readings.note(request, reading(records, { of }))
    await read(10, 1)
    expect(await told(office)).toEqual([])
    await read(4, 2)
    await read(4, 3)
    expect(await told(office)).toEqual(['alarmAt'])
    for (const of of [4, 5]) await expect(read(3, of)).rejects.toMatchObject({ code: 'reading.too-many' })
    expect(await told(office)).toEqual(['alarmAt', 'refuseAt'])
    // What was not shown is not written down as shown.
    expect(await office.db.select().from(auditEvents).where(eq(auditEvents.action, 'ticket.read'))).toHaveLength(3)

    const announced = await office.db.select().from(outbox).where(eq(outbox.topic, 'reading.bound'))
    for (const { topic, payload } of [...announced, ...announced]) {
      await tell({ db: office.db, bus: office.bus, hasMail: false, now: Date.now }, topic, payload)
    }
    const notices = await office.get<{ notifications: { topic: string; who: string; records: number }[] }>(
      'boss',
      '/api/notifications',
    )
    expect(notices.notifications.map(({ topic, who, records }) => [topic, who, records])).toEqual([
      ['reading.bound', '甲（reader）', 20],
      ['reading.bound', '甲（reader）', 10],
    ])
    expect(boss.id).toBeGreaterThan(0)
    clock.ahead += 24 * 3_600_000
    await read(3, 6)
  })

  it('goes on reading while Redis is away: it is written down, and counted again later', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.ways.redis.cut()
    expect((await office.ask('dispatcher', `/api/tickets/${number}`)).statusCode).toBe(200)
    await office.ways.redis.mend()
    expect((await office.ask('dispatcher', '/api/tickets')).statusCode).toBe(200)
  })
})

const reading = (records: number, more: Partial<Reading>): Reading => ({
  action: 'ticket.read',
  subject: 'CZ1',
  records,
  ...more,
})

function readingsOf(office: Office, bounds: { alarmAt: number; refuseAt: number }) {
  const clock = { ahead: 0 }
  const person = { id: 1, username: 'reader', name: '甲', roles: [], unitCode: null }
  const session: Session = { id: 's' as SessionId, person, agentNumber: null, createdAt: 0, expiresAt: 0 }
  const readings = openReadings({
    ...{ db: office.db, redis: office.redis, bus: office.bus, bounds, log },
    guard: { sessionOf: () => session },
    now: () => Date.now() + clock.ahead,
  })
  const request = { ip: '127.0.0.1', headers: {} } as unknown as Parameters<typeof readings.note>[0]
  return { readings, request, clock }
}

async function told({ db }: Office): Promise<unknown[]> {
  const rows = await db
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, 'reading.bound-passed'))
    .orderBy(auditEvents.id)
  return rows.map((row) => row.details?.bound)
}

async function inserts({ db }: Office): Promise<number> {
  const [rows] = await db.execute("SHOW GLOBAL STATUS LIKE 'Com_insert'")
  return Number((rows as unknown as { Value: string }[])[0]?.Value)
}
