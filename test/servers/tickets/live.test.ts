import { expect, test } from 'vitest'
import type { TicketSign } from '../../../src/tickets/life/news.ts'
import { next, type Page } from '../web/world.ts'
import { anOffice } from './office.ts'

function signsOn(page: Page): TicketSign[] {
  const signs: TicketSign[] = []
  page.on('ticket:changed', (sign) => signs.push(sign))
  return signs
}

test('the page of the hotline and of the unit in charge is told at once, another unit is not', async () => {
  const office = await anOffice()
  const [atDispatcher, atLead, atOther] = await Promise.all(['dispatcher', 'cgj', 'rsj'].map(office.watching))
  if (!atDispatcher || !atLead || !atOther) throw new Error('no pages')
  const others = signsOn(atOther)

  const registered = next(atDispatcher, 'ticket:changed')
  const number = await office.create()
  expect(await registered).toMatchObject({ number, version: 1, state: 'REGISTERED', kind: 'register' })

  const told = Promise.all([next(atDispatcher, 'ticket:changed'), next(atLead, 'ticket:changed')])
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
  for (const sign of await told) {
    expect(sign).toMatchObject({ number, version: 2, state: 'DISPATCHED', kind: 'dispatch' })
    // Which ticket, and nothing else: the rest is read within one's rights.
    expect(Object.keys(sign).sort()).toEqual(['at', 'kind', 'number', 'state', 'version'])
  }

  const asked = next(atLead, 'ticket:changed')
  const back = { version: 2, reason: 'U2', note: '非本局职责' }
  expect((await office.act('cgj', number, 'return', back)).statusCode).toBe(200)
  expect(await asked).toMatchObject({ state: 'DISPATCHED', kind: 'return' })
  expect(others).toEqual([])

  const sentOn = next(atLead, 'ticket:changed')
  await office.act('dispatcher', number, 'dispatch', { version: 3, lead: 'rsj', reason: '职责在人社' })
  expect(await sentOn).toMatchObject({ state: 'DISPATCHED', kind: 'dispatch' })
  // The unit that loses it has to take it off its list.
  const gone = next(atLead, 'ticket:changed')
  expect((await office.act('rsj', number, 'sign', { version: 4 })).statusCode).toBe(200)
  expect(await gone).toMatchObject({ state: 'SIGNED', kind: 'sign' })
})

test('what was refused or asked twice is told to nobody', async () => {
  const office = await anOffice()
  const page = await office.watching('dispatcher')
  const number = await office.create()
  const signs = signsOn(page)
  const dispatch = { version: 1, lead: 'cgj', reason: '市管道路' }
  expect((await office.act('cgj', number, 'sign', { version: 1 })).statusCode).toBe(403)
  for (const _twice of [1, 2]) {
    const payload = { action: 'dispatch', ...dispatch }
    await office.send('dispatcher', `/api/tickets/${number}/actions`, payload, { 'idempotency-key': 'key-12345' })
  }
  // Each is told on its own connection in order: after this one nothing of the others is on its way.
  const last = next(page, 'ticket:changed')
  await office.act('dispatcher', number, 'urge', { note: '请尽快' })
  await last
  expect(signs.filter((sign) => sign.number === number && sign.kind !== 'register').map((sign) => sign.kind)).toEqual([
    'dispatch',
    'urge',
  ])
})

test('a page that shows no tickets any more is told nothing, until it listens again', async () => {
  const office = await anOffice()
  const [page, other] = await Promise.all(['director', 'dispatcher'].map(office.watching))
  if (!page || !other) throw new Error('no pages')
  const signs = signsOn(page)
  page.emit('tickets:unwatch')
  // What a page sends is taken in order: with this answered, that was heard.
  await page.emitWithAck('floor:watch')
  const told = next(other, 'ticket:changed')
  await office.create()
  await told
  await page.emitWithAck('tickets:watch')
  expect(signs).toEqual([])

  const again = next(page, 'ticket:changed')
  const number = await office.create()
  expect(await again).toMatchObject({ number })
})
