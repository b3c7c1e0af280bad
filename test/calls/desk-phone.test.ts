import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { pagesUrl, settings } from './hotline.ts'
import { type SoftPhone, startSoftPhone } from './support/baresip.ts'
import { ask, closedRecord, nothingIsLeft, until } from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { callIn, everybodyHangsUp } from './support/sipp.ts'

let desk: Desk
let phone: SoftPhone
let phoneId: string

/** Asks the API as the logged-in page does. */
async function api<T>(method: 'GET' | 'POST' | 'DELETE', path: string, data?: unknown): Promise<T> {
  const response = await desk.page.request.fetch(`${pagesUrl()}${path}`, {
    method,
    data,
    headers: { origin: pagesUrl() },
  })
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`)
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

beforeAll(async () => {
  desk = await openDesk('1003')
  const made = await api<{ username: string; password: string }>('POST', '/api/devices', { label: '3 号台 IP 话机' })
  phoneId = made.username
  phone = await startSoftPhone({ sip: settings(), id: made.username, password: made.password, answers: 'auto' })
  await phone.until('REGISTER_OK')
  await api('POST', `/api/devices/${made.username}/choose`)
})
afterAll(async () => {
  await phone?.stop()
  await api('DELETE', `/api/devices/${phoneId}`)
  await desk.close()
})
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

test('an agent with a desk phone sees the caller on the page and answers with the phone', async () => {
  await desk.page.reload()
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from: '13903553001', to: '12345' })
  await desk.page.getByTestId('caller-number').filter({ hasText: '3001' }).waitFor()
  await desk.untilState('通话')
  await until('the citizen hears the phone', async () => (citizen.media.loudness(1_000) > 0.02 ? true : null))
  // The hand that put the receiver to the ear goes on to the keyboard.
  await desk.page.keyboard.type('路灯不亮')
  expect(await desk.page.getByTestId('content').inputValue()).toBe('路灯不亮')
  // Hung up with the receiver, not with the page.
  phone.command('hangup')
  expect((await citizen.ended).by).toBe('hotline')
  await desk.finishWrapUp()
  expect(await closedRecord('+8613903553001')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
})

test('the page can hang up for the phone', async () => {
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from: '13903553002', to: '12345' })
  await desk.untilState('通话')
  await desk.hangUp()
  expect((await citizen.ended).by).toBe('hotline')
  await desk.finishWrapUp()
  expect(await closedRecord('+8613903553002')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
})

test('the transfer keys of a phone bring in nobody: a second call is refused, and so is the transfer', async () => {
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from: '13903553003', to: '12345' })
  await desk.untilState('通话')
  const { SIP_HOST: host, SIP_PORT: port } = settings()
  phone.command('dial', `sip:1002@${host}:${port}`)
  await until('the second call is refused', async () =>
    phone.events.some(({ type, param }) => type === 'CALL_CLOSED' && /404/.test(param)) ? true : null,
  )
  expect((await ask<{ id: string }[]>('channels')).length).toBe(2)
  // This telephone hangs up after the refusal: as if its agent had.
  phone.command('transfer', `sip:12366@${host}:${port}`)
  expect((await citizen.ended).by).toBe('hotline')
  await desk.finishWrapUp()
  expect(await closedRecord('+8613903553003')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
})
