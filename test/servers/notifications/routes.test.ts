import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { NoticeList } from '../../../src/notifications/api.ts'
import { keepNotice, purgeNotices } from '../../../src/notifications/store.ts'
import { users } from '../../../src/people/schema.ts'
import { notifications } from '../../../src/tickets/records/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { unit } from '../tickets/world.ts'
import { next } from '../web/world.ts'

test('a bell rings for the own unit and for oneself, unread first, and what is read is read for the unit', async () => {
  const office = await anOffice()
  const { db } = office
  const [clerk] = await db.select().from(users).where(eq(users.username, 'cgj'))
  const keep = (eventKey: string, recipient: { unitCode: string | null; userId: number | null }) =>
    db.transaction((tx) =>
      keepNotice(
        tx,
        {
          ...{ eventKey, channel: 'IN_APP', topic: 'ticket.urge', ticketId: null, userId: recipient.userId },
          unitCode: recipient.unitCode === null ? null : unit(recipient.unitCode),
          facts: { number: `CZ2026112300000${eventKey}` },
        },
        Date.now(),
      ),
    )
  const ofUnit = { unitCode: 'cgj', userId: null }
  for (const key of ['1', '2', '3']) await keep(key, ofUnit)
  expect(await keep('3', ofUnit)).toBeNull()
  await keep('4', { unitCode: null, userId: clerk?.id ?? 0 })
  await keep('5', { unitCode: 'rsj', userId: null })

  const numbersIn = (list: NoticeList) => list.notifications.map((each) => each.number?.at(-1))
  const read = (query = '') => office.get<NoticeList>('cgj', `/api/notifications${query}`)
  const all = await read()
  expect(numbersIn(all)).toEqual(['4', '3', '2', '1'])
  expect(all).toMatchObject({ unread: 4, next: null })

  // Another unit's is neither seen nor marked.
  const [strange] = await db
    .select()
    .from(notifications)
    .where(eq(notifications.unitCode, unit('rsj')))
  const ids = [all.notifications[1]?.id, strange?.id]
  expect((await office.send('cgj', '/api/notifications/read', { ids })).json()).toEqual({ unread: 3 })
  expect((await office.get<NoticeList>('rsj', '/api/notifications')).unread).toBe(1)

  // Read ones come last, page by page, none twice and none missing.
  const pages: NoticeList[] = []
  for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.next ?? null) {
    pages.push(await read(`?limit=2&cursor=${cursor}`))
  }
  expect(pages.map(numbersIn)).toEqual([
    ['4', '2'],
    ['1', '3'],
  ])
  await office.send('cgj', '/api/notifications/read', { upTo: all.notifications[0]?.id })
  expect((await read()).unread).toBe(0)

  for (const [payload, code] of [
    [{}, 'request.invalid'],
    [{ ids: [] }, 'request.invalid'],
    [{ ids: ['x'] }, 'request.invalid'],
  ] as const) {
    expect(office.code(await office.send('cgj', '/api/notifications/read', payload))).toBe(code)
  }
  expect(office.code(await office.ask('cgj', '/api/notifications?cursor=x'))).toBe('list.bad-cursor')
  expect(office.code(await office.ask('nobody', '/api/notifications'))).toBe('session.required')

  // Live: told by whoever keeps them, to every page of the unit and to nobody else's.
  const page = await office.watching('cgj')
  const other = await office.watching('rsj')
  const strangeSigns: unknown[] = []
  other.on('notice:new', (sign) => strangeSigns.push(sign))
  const sign = next(page, 'notice:new')
  office.bus.publish('notices.kept', { topic: 'clock.red', number: 'CZ1', at: 1, units: [unit('cgj')], users: [] })
  expect(await sign).toEqual({ topic: 'clock.red', number: 'CZ1', at: 1 })
  expect(strangeSigns).toEqual([])

  const later = Date.now() + 91 * 24 * 3_600_000
  expect(await purgeNotices(db, Date.now())).toBe(0)
  expect(await purgeNotices(db, later)).toBe(5)
})
