import { resolve } from 'node:path'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { calls } from '../../../../../src/calls/records/schema.ts'
import { requireSeeds } from '../../../../../src/catalogue/load.ts'
import { syncSeeds } from '../../../../../src/catalogue/store.ts'
import { agents } from '../../../../../src/floor/agents/schema.ts'
import { listNotices } from '../../../../../src/notifications/store.ts'
import { userRoles } from '../../../../../src/people/schema.ts'
import { openDatabase } from '../../../../../src/platform/database/database.ts'
import type { UnitCode } from '../../../../../src/platform/types.ts'
import { listTickets } from '../../../../../src/tickets/lists/reads.ts'
import { countTickets } from '../../../../../src/tickets/lists/worklist.ts'
import { listClusters } from '../../../../../src/tickets/merge/clusters.ts'
import {
  ticketCalls,
  ticketRequests,
  tickets as ticketRows,
  ticketTasks,
} from '../../../../../src/tickets/records/schema.ts'
import { loadSampleTickets } from '../../../../../src/tools/setup/sample/sample-tickets.ts'
import { aPerson, monday, timing } from '../../../tickets/world.ts'
import { site } from '../../../web/world.ts'
import { freshDatabaseUrl } from '../../../world.ts'

const configDir = resolve(import.meta.dirname, '../../../../../config')

test('a fresh sample has tickets in every state, and each of its clerks has some to do', async () => {
  const { db, close } = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  onTestFinished(close)
  await syncSeeds(db, requireSeeds(configDir), monday)
  const clerks = ['rsj', 'cgj', 'zjj', 'luzhou']
  const everyone = [await aPerson(db, '1001', 'AGENT'), await aPerson(db, 'dispatcher', 'DISPATCHER')]
  for (const unit of clerks) everyone.push(await aPerson(db, unit, 'CLERK', unit))
  await db.insert(userRoles).values(everyone.flatMap(({ id, roles }) => roles.map((role) => ({ userId: id, role }))))

  const [agent] = everyone
  await db.insert(agents).values({ userId: agent?.id ?? 0, number: '1001', stateSince: monday })

  const added = await loadSampleTickets(db, { timing, site, node: 'node-1' }, monday)
  expect(added).toBeGreaterThanOrEqual(24)
  const everybody = { id: 0, roles: ['DISPATCHER' as const], unitCode: null }
  const filter = { sort: 'newest', part: 'any', caller: undefined } as const
  const { tickets } = await listTickets(db, everybody, filter, { cursor: undefined, limit: 100 }, monday)
  expect(tickets).toHaveLength(added)
  expect(new Set(tickets.map((ticket) => ticket.state))).toEqual(
    new Set(['REGISTERED', 'DISPATCHED', 'SIGNED', 'REPLIED', 'CLOSED', 'DIRECT_CLOSED', 'CLASSIFIED']),
  )
  expect(new Set(tickets.map((ticket) => ticket.lamp))).toEqual(new Set(['GREEN', 'YELLOW', 'RED']))
  for (const unit of clerks) {
    const counts = await countTickets(db, unit as UnitCode, monday)
    expect(counts.dispatched, unit).toBeGreaterThan(0)
    expect(counts.signed, unit).toBeGreaterThan(0)
  }
  const all = await countTickets(db, null, monday)
  for (const count of [all.registered, all.returned, all.replied, all.soon, all.overdue])
    expect(count).toBeGreaterThan(0)

  // What waits for a decision, what a unit below has to do, what many call about.
  const requests = await db.select().from(ticketRequests)
  expect(new Set(requests.map(({ kind }) => kind))).toEqual(
    new Set(['RETURN', 'EXTENSION', 'SUSPENSION', 'PROMISE', 'END']),
  )
  expect(requests.filter(({ decision }) => decision === null).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['RETURN', 'EXTENSION', 'END']),
  )
  const parts = (await db.select().from(ticketTasks)).filter(({ role }) => role === 'SUB')
  expect(new Set(parts.map(({ unitCode, partStep }) => `${unitCode} ${partStep}`))).toEqual(
    new Set(['luzhou-cgj ANSWERED', 'luzhou-jtj SENT']),
  )
  expect(await listClusters(db)).toMatchObject([{ isOffered: true }])

  // Each came out of a call of its caller's, which was still going on.
  const links = await db
    .select({ ticket: ticketRows.registeredAt, phone: ticketRows.callerPhone, call: calls })
    .from(ticketCalls)
    .innerJoin(ticketRows, eq(ticketRows.id, ticketCalls.ticketId))
    .innerJoin(calls, eq(calls.id, ticketCalls.callId))
  expect(links).toHaveLength(added)
  for (const { ticket, phone, call } of links) {
    expect(call.answeredAt ?? Number.POSITIVE_INFINITY).toBeLessThan(ticket)
    expect(call.endedAt ?? 0).toBeGreaterThan(ticket)
    if (phone !== null) expect(call.callerNumber).toBe(phone)
  }

  // A day's work, not a heap: the dispatcher finds some news of the last hours, and has read what is older.
  const dispatcher = everyone.find(({ roles }) => roles.includes('DISPATCHER'))
  const notices = await listNotices(db, { userId: dispatcher?.id ?? 0, unitCode: null }, null, 100)
  const unread = notices.filter(({ readAt }) => readAt === null)
  expect(unread.length).toBeGreaterThan(0)
  expect(unread.length).toBeLessThan(8)
  expect(notices.length).toBeGreaterThan(unread.length)
  expect(notices.every(({ createdAt }) => createdAt <= monday)).toBe(true)

  expect(await loadSampleTickets(db, { timing, site, node: 'node-1' }, monday)).toBe(0)
})
