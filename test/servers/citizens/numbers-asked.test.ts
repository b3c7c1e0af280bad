import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { numbersLimit } from '../../../src/citizens/numbers-asked.ts'
import { anOffice } from '../tickets/office.ts'

const numberOf = (last: number) => `139${String(last).padStart(8, '0')}`

test('a masked number cannot be found out by trying: searching by numbers is audited and limited', async () => {
  const office = await anOffice()
  await office.call({ callerNumber: '+8613912345678' })
  // The page asks for the list and for its total at once, and then again.
  for (const page of [1, 2]) {
    const [list] = await Promise.all([
      office.get('1001', '/api/calls?caller=13912345678'),
      office.get('1001', '/api/calls/total?caller=13912345678'),
    ])
    expect(list, String(page)).toMatchObject({ calls: [{}] })
  }
  await office.list('1001', 'caller=13912345678')
  const searched = await office.db.select().from(auditEvents).where(eq(auditEvents.action, 'citizen.number-searched'))
  // Reading the list again is the same search.
  expect(searched.map((row) => [row.actor, row.subject])).toEqual([['1001', '+8613912345678']])

  for (let tried = 1; tried < numbersLimit.tries; tried += 1) {
    const list = tried % 2 === 0 ? '/api/calls' : '/api/tickets'
    expect((await office.ask('1001', `${list}?caller=${numberOf(tried)}`)).statusCode).toBe(200)
  }
  for (const again of [1, 2]) {
    const refused = await office.ask('1001', `/api/tickets?caller=${numberOf(99_999_999)}`)
    expect(office.code(refused), String(again)).toBe('citizen.too-many-numbers')
    expect(refused.headers['retry-after']).toBeDefined()
  }
  // One person's doing is not another's.
  expect((await office.ask('dispatcher', '/api/tickets?caller=13912345678')).statusCode).toBe(200)
  expect((await office.ask('1001', '/api/calls')).statusCode).toBe(200)
})

test('a number that is typed into the search is a search by number, and the auditor sees it masked', async () => {
  const office = await anOffice()
  for (const page of [1, 2])
    await office.list('1001', `search=${encodeURIComponent('路灯 139-1234-5678')}&limit=${page}`)
  await office.list('1001', 'search=CZ20261130000029')
  await office.list('1001', `search=${encodeURIComponent('路灯不亮')}`)
  const searched = await office.db.select().from(auditEvents).where(eq(auditEvents.action, 'citizen.number-searched'))
  expect(searched.map((row) => [row.actor, row.subject])).toEqual([['1001', '+8613912345678']])

  await office.join('auditor', 'AUDITOR')
  expect((await office.ask('dispatcher', '/api/tickets/export.csv?search=13912345678')).statusCode).toBe(200)
  await office.ask('auditor', `/api/audit?subject=${encodeURIComponent('+8613912345678')}`)
  const { body } = await office.ask('auditor', '/api/audit')
  expect(body).toContain('139****5678')
  expect(body).not.toMatch(/139-?1234-?5678/)
  const table = await office.ask('auditor', '/api/audit/export.csv')
  expect(table.body).not.toMatch(/139-?1234-?5678/)
})

test('nobody has the numbers of all citizens shown to him, and who tries is written down once', async () => {
  const office = await anOffice()
  const call = await office.call()
  const number = await office.create()
  const show = (one: number) =>
    one % 2 === 0
      ? office.send('1001', `/api/calls/${call}/reveal`, { reason: '回访' })
      : office.send('1001', `/api/tickets/${number}/reveal`, { reason: '回访' })
  for (let shown = 0; shown < numbersLimit.tries; shown += 1) expect((await show(shown)).statusCode).toBe(200)
  for (const one of [0, 1, 2]) expect(office.code(await show(one))).toBe('citizen.too-many-numbers')
  const denied = await office.db.select().from(auditEvents).where(eq(auditEvents.action, 'access.denied'))
  expect(denied.map((row) => [row.actor, row.isAllowed, row.details])).toEqual([['1001', 0, { why: 'numbers-asked' }]])
})
