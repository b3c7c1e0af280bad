import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { TicketList } from '../../../src/tickets/api.ts'
import type { PartCounts } from '../../../src/tickets/parts/api.ts'
import { ticketTasks } from '../../../src/tickets/records/schema.ts'
import { anOffice } from './office.ts'
import { unit } from './world.ts'

type Office = Awaited<ReturnType<typeof anOffice>>

const act = async (office: Office, name: string, number: string, action: string, more: object = {}) => {
  const { version } = await office.detail(name, number)
  return office.act(name, number, action, { version, ...more })
}
const box = (office: Office, name: string, of: string) => office.get<TicketList>(name, `/api/parts?box=${of}`)
const counts = (office: Office, name: string) => office.get<PartCounts>(name, '/api/parts/counts')

async function withCoUnit() {
  const office = await anOffice()
  const number = await office.create()
  const sent = { version: 1, lead: 'cgj', coUnits: ['rsj'], coDemand: '核实欠薪', reason: '市管道路' }
  await office.act('dispatcher', number, 'dispatch', sent)
  return { office, number }
}

describe('a co-unit', () => {
  it('has its part on a list of its own, by its own clock, and answers it to the unit in charge', async () => {
    const { office, number } = await withCoUnit()
    const [mine] = (await box(office, 'rsj', 'todo')).tickets
    expect(mine).toMatchObject({ number, part: { units: ['rsj'], step: 'SENT', demand: '核实欠薪' } })
    const [part] = (await office.detail('dispatcher', number)).parts
    const { handleDueAt } = await office.detail('cgj', number)
    expect(part).toMatchObject({ unit: { code: 'rsj' }, role: 'CO', from: null, step: 'SENT', answer: null })
    expect(mine?.nextDueAt).toBe(part?.nextDueAt)
    expect(part?.nextDueAt).toBeLessThan(handleDueAt ?? 0)

    expect((await act(office, 'rsj', number, 'sign-part')).statusCode).toBe(200)
    await act(office, 'cgj', number, 'sign')
    const early = await act(office, 'cgj', number, 'reply', { publicReply: '已修复', internalReply: '换灯头' })
    expect([early.statusCode, early.json().code]).toEqual([409, 'ticket.parts-open'])
    expect((await office.detail('cgj', number)).state).toBe('SIGNED')
    await act(office, 'rsj', number, 'answer-part', { answer: '欠薪已核实' })
    expect(await counts(office, 'rsj')).toMatchObject({ todo: 0 })
    expect(await counts(office, 'cgj')).toMatchObject({ review: 1, sent: 0 })
    expect((await box(office, 'cgj', 'review')).tickets.map((one) => one.number)).toEqual([number])

    const back = await act(office, 'cgj', number, 'return-part', { unit: 'rsj', note: '没有结果' })
    expect(back.statusCode).toBe(200)
    expect((await box(office, 'rsj', 'todo')).tickets[0]?.part?.step).toBe('SIGNED')
    await act(office, 'rsj', number, 'answer-part', { answer: '已责令支付' })
    const done = await act(office, 'cgj', number, 'reply', { publicReply: '已修复', internalReply: '汇总' })
    expect(done.json().state).toBe('REPLIED')
    const { parts, history } = await office.detail('dispatcher', number)
    expect(parts).toMatchObject([{ step: 'ANSWERED', answer: '已责令支付', nextDueAt: null }])
    // What was not accepted is still in the history.
    expect(history.filter(({ kind }) => kind === 'answer-part').map(({ details }) => details.answer)).toEqual([
      '欠薪已核实',
      '已责令支付',
    ])
    expect(await counts(office, 'cgj')).toMatchObject({ review: 0 })
  })

  it('gives its part back to the dispatchers, and the joint answer may say why it is missing', async () => {
    const { office, number } = await withCoUnit()
    await act(office, 'cgj', number, 'sign')
    await act(office, 'rsj', number, 'decline-part', { note: '非本局职责' })
    expect((await box(office, 'dispatcher', 'declined')).tickets.map((one) => one.number)).toEqual([number])
    expect(await counts(office, 'dispatcher')).toMatchObject({ declined: 1 })
    expect((await office.ask('rsj', '/api/parts?box=declined')).statusCode).toBe(403)
    expect((await act(office, 'cgj', number, 'keep-part', { unit: 'rsj', note: '属职责' })).statusCode).toBe(409)
    await act(office, 'dispatcher', number, 'keep-part', { unit: 'rsj', note: '属职责' })
    const reply = { publicReply: '已修复', internalReply: '换灯头', missingParts: '人社局未反馈' }
    expect((await act(office, 'cgj', number, 'reply', reply)).json().state).toBe('REPLIED')
    await act(office, 'dispatcher', number, 'close')
    const [row] = await office.db
      .select()
      .from(ticketTasks)
      .where(eq(ticketTasks.unitCode, unit('rsj')))
    expect(row).toMatchObject({ partStep: 'LAPSED', slot: 1, answer: null })
    expect(await counts(office, 'rsj')).toMatchObject({ todo: 0, overdue: 0 })
    // It still sees the closed ticket.
    expect((await office.detail('rsj', number)).state).toBe('CLOSED')
  })

  it('is added and taken back by a dispatcher, and is out of it then', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
    expect((await office.ask('rsj', `/api/tickets/${number}`)).statusCode).toBe(403)
    await act(office, 'dispatcher', number, 'add-co', { coUnits: ['rsj'], note: '现场配合' })
    expect((await office.list('rsj')).tickets.map((one) => one.number)).toEqual([number])
    await act(office, 'dispatcher', number, 'recall-part', { unit: 'rsj', note: '不必再办' })
    expect((await office.ask('rsj', `/api/tickets/${number}`)).statusCode).toBe(403)
    expect((await office.list('rsj')).tickets).toEqual([])
  })
})
