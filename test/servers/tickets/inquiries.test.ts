import { asc, eq } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { type Database, type Db, openDatabase } from '../../../src/platform/database/database.ts'
import { closeRedis, openRedis } from '../../../src/platform/redis/redis.ts'
import {
  anonymousCallLimit,
  anonymousLimit,
  callerLimit,
  type Inquiries,
  openInquiries,
  ticketLimit,
} from '../../../src/tickets/inquiries.ts'
import type { NewTicket } from '../../../src/tickets/records/rows.ts'
import { createTicket } from '../../../src/tickets/records/store.ts'
import { freshServers } from '../world.ts'
import { aMatter, loadBasics, monday, timing } from './world.ts'

let database: Database
let db: Db
let redis: Redis
let inquiries: Inquiries

beforeEach(async () => {
  const servers = await freshServers()
  database = openDatabase(servers)
  db = database.db
  redis = await openRedis(servers, 'commands')
  inquiries = openInquiries({ db, redis, now: () => monday })
  await loadBasics(db)
})
afterEach(async () => {
  closeRedis(redis)
  await database.close()
})

async function aTicket(change: Partial<NewTicket> = {}): Promise<{ number: string; queryCode: string }> {
  const made = await createTicket(db, aMatter(change), { kind: 'register' }, { by: null, now: monday, timing })
  if (!made.ok) throw new Error(made.refusal.code)
  return made
}

const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')
const asks = (number: string, code: string, caller: string | null = '+8613903551234', callId = 'call') =>
  inquiries.ask({ number, code, caller, callId })

describe('asking for a ticket', () => {
  it('tells its state to whoever has its number and its code', async () => {
    const { number, queryCode } = await aTicket()
    expect(await asks(number, queryCode)).toEqual({
      result: 'FOUND',
      progress: { number, state: 'REGISTERED', registeredAt: monday, dueAt: null },
    })
  })

  it('answers alike a wrong code, a code that is cut short, and a ticket that there is not', async () => {
    const { number, queryCode } = await aTicket()
    for (const code of [wrongOf(queryCode), queryCode.slice(0, 5), `${queryCode}0`, '']) {
      expect(await asks(number, code, null, `call-${code}`)).toEqual({ result: 'NOT_FOUND' })
    }
    expect(await asks('CZ20200101000001', queryCode)).toEqual({ result: 'NOT_FOUND' })
  })

  it('is counted by ticket, whatever number the guesser shows, and nothing is told then even with the right code', async () => {
    const { number, queryCode } = await aTicket()
    const guesses = Array.from({ length: 20 }, (_, guesser) => asks(number, wrongOf(queryCode), `+861390355${guesser}`))
    const results = (await Promise.all(guesses)).map((answer) => answer.result)
    expect(results.filter((result) => result === 'NOT_FOUND')).toHaveLength(ticketLimit.tries)
    expect(await asks(number, queryCode)).toEqual({ result: 'LOCKED' })
  })

  it('is counted by caller, whatever ticket is guessed', async () => {
    for (let guess = 0; guess < callerLimit.tries; guess += 1) {
      expect(await asks(`CZ20200101${String(guess).padStart(6, '0')}`, '123456')).toEqual({ result: 'NOT_FOUND' })
    }
    const { number, queryCode } = await aTicket()
    expect(await asks(number, queryCode)).toEqual({ result: 'LOCKED' })
    expect((await asks(number, queryCode, '+8613900000000')).result).toBe('FOUND')
  })

  it('is counted by call where no number is shown: nobody is locked out by another anonymous caller', async () => {
    const guesses = (callId: string, most: number) =>
      Array.from({ length: most }, (_, guess) => asks(`CZ20200101${callId}${guess}`, '123456', null, callId))
    for (const callId of ['11111', '22222', '33333', '44444', '55555']) {
      const results = (await Promise.all(guesses(callId, 4))).map(({ result }) => result)
      expect(results.filter((result) => result === 'NOT_FOUND')).toHaveLength(anonymousCallLimit.tries)
    }
    const { number, queryCode } = await aTicket()
    expect(await asks(number, queryCode, null, '11111')).toEqual({ result: 'LOCKED' })
    expect((await asks(number, queryCode, null, '66666')).result).toBe('FOUND')
  })

  it('by all anonymous callers together has a bound, and those with a number are not concerned', async () => {
    const { number, queryCode } = await aTicket()
    const guesses = Array.from({ length: anonymousLimit.tries }, (_, guess) =>
      asks(`CZ20200101${String(guess).padStart(6, '0')}`, '123456', null, `call-${guess}`),
    )
    await Promise.all(guesses)
    expect(await asks(number, queryCode, null, 'another')).toEqual({ result: 'LOCKED' })
    expect((await asks(number, queryCode)).result).toBe('FOUND')
  })

  it('that is answered does not count: a caller may ask for all of his tickets', async () => {
    const { number, queryCode } = await aTicket()
    for (let time = 0; time <= callerLimit.tries; time += 1) {
      expect((await asks(number, queryCode)).result).toBe('FOUND')
      expect((await asks(number, queryCode, null)).result).toBe('FOUND')
    }
  })

  it('is written down: who, which ticket, whether he was told; never the code', async () => {
    const { number, queryCode } = await aTicket()
    await asks(number, wrongOf(queryCode))
    await asks(number, queryCode, null)
    const rows = await db
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.action, 'ticket.inquired'))
      .orderBy(asc(auditEvents.id))
    expect(rows.map(({ actor, subject, isAllowed }) => [actor, subject, isAllowed])).toEqual([
      ['+8613903551234', number, 0],
      ['anonymous', number, 1],
    ])
    expect(JSON.stringify(rows)).not.toContain(queryCode)
  })

  it('is refused, not answered, while a server is away', async () => {
    const { number, queryCode } = await aTicket()
    closeRedis(redis)
    await expect(asks(number, queryCode)).rejects.toThrow()
  })
})
