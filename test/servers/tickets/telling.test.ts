import { expect, test } from 'vitest'
import { anOffice } from './office.ts'

/** What a decision or a report tells the citizen, until they have been told. */

test('what a report of progress tells the citizen is seen on the ticket, also where nothing was asked for', async () => {
  const office = await anOffice()
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
  await office.act('cgj', number, 'sign', { version: 2 })
  await office.act('cgj', number, 'progress', { version: 3, note: '正在核查', tell: '正在核查，请耐心等待' })
  const { tellings, requests } = await office.detail('dispatcher', number)
  expect([requests, tellings]).toMatchObject([[], [{ words: '正在核查，请耐心等待', toldAt: null }]])
})
