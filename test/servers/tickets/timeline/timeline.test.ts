import { ulid } from 'ulid'
import { expect, it } from 'vitest'
import { recordings } from '../../../../src/calls/recordings/schema.ts'
import type { CallId, RecordingName } from '../../../../src/platform/types.ts'
import type { TicketTimeline } from '../../../../src/tickets/timeline/api.ts'
import { anOffice } from '../office.ts'

const timelineOf = (office: Awaited<ReturnType<typeof anOffice>>, who: string, number: string) =>
  office.get<TicketTimeline>(who, `/api/tickets/${number}/timeline`)

it('shows the clocks of a ticket with how they ended, its calls, and why a step is barred', async () => {
  const office = await anOffice()
  await office.join('boss', 'SUPERVISOR')
  const call = (await office.ownCall({ callerNumber: '+8613912345678' })) as CallId
  const number = await office.create({ callIds: [call] })
  await office.db.insert(recordings).values({
    ...{ id: ulid(), callId: call, name: `${call}-1` as RecordingName, status: 'KEPT', startedAt: Date.now() },
  })
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
  await office.act('cgj', number, 'sign', { version: 2 })
  await office.act('cgj', number, 'return', { version: 3, reason: 'U2', note: '三定方案第四条', suggestedUnit: null })

  const ours = await timelineOf(office, 'boss', number)
  const ended = Object.fromEntries(ours.clocks.map(({ clock, end }) => [clock, end]))
  expect(ended).toMatchObject({ DISPATCH: 'MET', SIGN: 'MET', HANDLE: null, REVIEW: null })
  expect(ours.clocks.find(({ clock }) => clock === 'HANDLE')).toMatchObject({ unit: 'cgj', pauses: [] })
  expect(ours.calls).toMatchObject([{ id: call, mayPlay: true }])

  const theirs = await timelineOf(office, 'cgj', number)
  expect(theirs.calls).toEqual([])
  expect(theirs.clocks.map(({ clock }) => clock)).toContain('SIGN')
  expect(theirs.bars).toContainEqual({ kind: 'return', words: expect.stringContaining('已申请退单') })
  expect((await office.ask('rsj', `/api/tickets/${number}/timeline`)).statusCode).toBe(403)
})

it('judges what is barred by the terms of the ticket: its extension is not barred before it is too late', async () => {
  const office = await anOffice()
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
  await office.act('cgj', number, 'sign', { version: 2 })
  expect((await office.detail('cgj', number)).actions).toContain('extend')
  expect((await timelineOf(office, 'cgj', number)).bars.map(({ kind }) => kind)).not.toContain('extend')
  await office.act('cgj', number, 'extend', { version: 3, amount: 1, note: '等配件' })
  const { bars } = await timelineOf(office, 'cgj', number)
  expect(bars.map(({ kind }) => kind)).toContain('extend')
})

it('names no call of a hidden caller', async () => {
  const office = await anOffice()
  const call = await office.ownCall({ callerNumber: '+8613912345678' })
  const number = await office.create({ callIds: [call], isConfidential: true })
  expect((await timelineOf(office, 'dispatcher', number)).calls).toEqual([])
  expect((await timelineOf(office, 'director', number)).calls).toMatchObject([{ id: call }])
})
