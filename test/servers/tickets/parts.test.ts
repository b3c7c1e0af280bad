import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { CategoryCode } from '../../../src/platform/types.ts'
import type { TicketList } from '../../../src/tickets/api.ts'
import type { PartCounts } from '../../../src/tickets/parts/api.ts'
import { ticketTasks } from '../../../src/tickets/records/schema.ts'
import type { TicketTimeline } from '../../../src/tickets/timeline/api.ts'
import { townshipDuties, units } from '../../../src/units/schema.ts'
import type { UnitKind } from '../../../src/units/unit.ts'
import { anOffice } from './office.ts'
import { unit } from './world.ts'

const day = 86_400_000
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

/** The county's station with a bureau and a street, and another county's station, each with a person. */
async function withCounty() {
  const office = await anOffice()
  const row = (code: string, kind: UnitKind, parentCode: string | null) => ({
    ...{ code: unit(code), name: code, shortName: code, initials: code, kind, assessClass: 'ASSESSED' as const },
    ...{ parentCode: parentCode === null ? null : unit(parentCode), sortOrder: 1, changedAt: 0 },
  })
  await office.db.insert(units).values([row('far', 'WORKSTATION', null), row('roads', 'COUNTY', 'lzq')])
  await office.db.insert(units).values([row('street', 'TOWNSHIP', 'lzq'), row('far-roads', 'COUNTY', 'far')])
  for (const [name, role] of [...stations, ...bureaus]) {
    await office.join(name, role, unit(name))
  }
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'lzq', reason: '属地' })
  await act(office, 'lzq', number, 'sign')
  return { office, number }
}
const stations = [
  ['lzq', 'WORKSTATION'],
  ['far', 'WORKSTATION'],
] as const
const bureaus = [
  ['roads', 'CLERK'],
  ['street', 'CLERK'],
  ['far-roads', 'CLERK'],
] as const

describe('a county', () => {
  it('sends parts to its own bureaus only, and to a township what its duty list names', async () => {
    const { office, number } = await withCounty()
    const send = async (...to: string[]) => {
      const answer = await act(office, 'lzq', number, 'delegate', { units: to, note: '现场查看' })
      return answer.statusCode === 200 ? 'sent' : answer.json().code
    }
    expect(await send('far-roads')).toBe('ticket.unit-not-below')
    expect(await send('cgj')).toBe('ticket.unit-not-below')
    expect(await send('nobody')).toBe('ticket.unit-unknown')
    expect(await send('roads', 'street')).toBe('ticket.not-a-township-duty')
    expect((await office.detail('lzq', number)).parts).toEqual([])
    await office.db.insert(townshipDuties).values({ categoryCode: '030400' as CategoryCode, basis: '市政设施巡查' })
    expect(await send('roads', 'street')).toBe('sent')
    expect((await office.detail('dispatcher', number)).parts.map(({ unit: { code } }) => code)).toEqual([
      'roads',
      'street',
    ])
    // The city sends to the station, not past it.
    const other = await office.create()
    const past = await office.act('dispatcher', other, 'dispatch', { version: 1, lead: 'roads', reason: '属地' })
    expect(past.json().code).toBe('ticket.unit-below-station')
  })

  it('shows a bureau its own part, and nobody of another county anything', async () => {
    const { office, number } = await withCounty()
    await office.db.insert(townshipDuties).values({ categoryCode: '030400' as CategoryCode, basis: '市政设施巡查' })
    await act(office, 'lzq', number, 'delegate', { units: ['roads', 'street'], note: '现场查看' })
    await act(office, 'roads', number, 'sign-part')
    await act(office, 'roads', number, 'answer-part', { answer: '已补坑' })
    const street = await office.detail('street', number)
    expect(street.parts.map(({ unit: { code } }) => code)).toEqual(['street'])
    expect(street).toMatchObject({ requests: [], holder: null, internalReply: null, dispatchReason: null })
    expect(street.history.map(({ kind }) => kind)).toEqual(['register', 'delegate'])
    expect(JSON.stringify(street)).not.toContain('已补坑')
    expect((await office.detail('lzq', number)).parts.map(({ answer }) => answer)).toEqual(['已补坑', null])
    expect(await counts(office, 'lzq')).toMatchObject({ review: 1, sent: 1 })

    // The paper of the unit in charge says what its page hides, and so do clocks of others and what waits for a decision.
    await act(office, 'lzq', number, 'suspend', { reason: 'TESTING', until: Date.now() + 3 * day, note: '等配件' })
    const asking = await office.detail('lzq', number)
    expect(asking).toMatchObject({ asks: ['SUSPENSION'], clocks: expect.arrayContaining(['DECIDE_SUSP', 'PART']) })
    expect((await office.list('lzq', 'asks=SUSPENSION')).tickets).toMatchObject([{ asks: ['SUSPENSION'] }])
    for (const name of ['street', 'roads']) {
      const { asks, runs, clocks } = await office.detail(name, number)
      expect([asks, [...new Set(runs.map(({ unit }) => unit?.code))]]).toEqual([[], [name]])
      expect(clocks.filter((clock) => !['PART_SIGN', 'PART'].includes(clock))).toEqual([])
      const { clocks: shown } = await office.get<TicketTimeline>(name, `/api/tickets/${number}/timeline`)
      expect([...new Set(shown.map(({ unit }) => unit))]).toEqual([name])
      expect((await office.list(name, 'part=any')).tickets).toMatchObject([{ asks: [] }])
      expect((await office.list(name, 'part=any&asks=SUSPENSION')).tickets).toEqual([])
      for (const path of ['', '/work-order', '/work-order/pdf']) {
        expect(office.code(await office.ask(name, `/api/tickets/${number}/papers${path}`))).toBe('paper.not-found')
      }
    }
    expect((await office.ask('lzq', `/api/tickets/${number}/papers/work-order`)).statusCode).toBe(200)

    const file = await office.bytes(
      'roads',
      `/api/attachments?name=a.pdf&kind=HANDLING&ticket=${number}`,
      Buffer.from('x'),
    )
    expect(file.statusCode).not.toBe(200)
    for (const name of ['far', 'far-roads']) {
      expect((await office.ask(name, `/api/tickets/${number}`)).statusCode).toBe(403)
      expect((await office.ask(name, `/api/tickets/${number}/state`)).statusCode).toBe(403)
      expect((await office.list(name)).tickets).toEqual([])
      expect((await box(office, name, 'todo')).tickets).toEqual([])
      expect((await office.ask(name, '/api/tickets/export.csv')).body).not.toContain(number)
      const upload = await office.bytes(
        name,
        `/api/attachments?name=a.pdf&kind=HANDLING&ticket=${number}`,
        Buffer.from('x'),
      )
      expect(upload.statusCode).toBe(403)
      expect((await office.act(name, number, 'sign-part', { version: 6 })).statusCode).toBe(403)
    }
    // What is for the city to decide is no station's.
    for (const [action, more] of [
      ['correct', { categoryCode: '030401' }],
      ['dispatch', { lead: 'cgj', reason: '改派' }],
      ['close', {}],
    ] as const) {
      expect((await act(office, 'lzq', number, action, more)).statusCode).toBe(403)
    }
  })
})
