import { expect, test } from 'vitest'
import { classes } from '../../../src/tickets/exits/classified.ts'
import { anOffice, form } from './office.ts'

/** How a request ends that no unit of the city handles: each with an outcome of its own. */

const court = { reason: 'N01', act: classes.N01.act, note: classes.N01.words }

test('涉诉 is no refusal: the caller is told where to go, and what was said is kept', async () => {
  const office = await anOffice()
  const number = await office.create({ classified: court })
  const seen = await office.detail('1001', number)
  expect(seen).toMatchObject({ state: 'CLASSIFIED', clocks: [], nextDueAt: null, leadUnit: null })
  expect(seen.history).toMatchObject([
    { kind: 'classify', reason: 'N01', note: expect.stringContaining('12368'), details: { act: 'CHANNEL' } },
  ])
  const faults = await office.send('1001', '/api/tickets', { ...form, classified: { ...court, reason: 'N99' } })
  expect(office.code(faults)).toBe('request.invalid')
  expect(office.code(await office.send('1001', '/api/tickets', { ...form, classified: { ...court, note: ' ' } }))).toBe(
    'ticket.text-missing',
  )
  const both = { ...form, classified: court, handedOver: { to: '110', note: '已接' } }
  expect(office.code(await office.send('1001', '/api/tickets', both))).toBe('request.invalid')
})

test('each exit has a list of its own', async () => {
  const office = await anOffice()
  const act = async (action: string, more: object) => {
    const number = await office.create()
    const done = await office.act('dispatcher', number, action, { version: 1, ...more })
    return done.statusCode === 200 ? number : done.body
  }
  const exits = {
    CLASSIFIED: await act('classify', court),
    HANDED_OVER: await office.create({ handedOver: { to: '119', note: '消防已出动，警情 17 号' } }),
    AT_PROVINCE: await act('escalate', { note: '属省级职责' }),
    VOIDED: await act('void', { reason: 'MISTAKE', note: '误登' }),
    DIRECT_CLOSED: await office.create({
      type: 'CONSULT',
      answer: { publicReply: '工作日八点半', isKnowledge: true, article: '《办事指南》第 3 条' },
    }),
  }
  for (const [state, number] of Object.entries(exits)) {
    const { tickets } = await office.list('dispatcher', `state=${state}`)
    expect(tickets, state).toMatchObject([{ number, nextDueAt: null }])
  }
  const answered = await office.detail('dispatcher', exits.DIRECT_CLOSED)
  expect(answered.history.at(-1)?.details).toMatchObject({ article: '《办事指南》第 3 条' })
  expect(office.code(await office.act('1001', exits.CLASSIFIED, 'escalate', { version: 2, note: 'x' }))).toBe(
    'ticket.not-allowed',
  )
})

test('what is at the province comes back with an answer, or to be dispatched by a person', async () => {
  const office = await anOffice()
  const up = async () => {
    const number = await office.create()
    await office.act('dispatcher', number, 'escalate', { version: 1, note: '跨市' })
    return number
  }
  const answered = await up()
  await office.act('dispatcher', answered, 'province-answer', { version: 2, publicReply: '省厅已协调解决' })
  expect(await office.detail('1001', answered)).toMatchObject({ state: 'CLOSED', publicReply: '省厅已协调解决' })
  const refused = await up()
  await office.act('dispatcher', refused, 'province-refuse', { version: 2, note: '属市级职责' })
  expect(await office.detail('dispatcher', refused)).toMatchObject({
    ...{ state: 'REGISTERED', inboxMark: 'FROM_PROVINCE', clocks: ['DISPATCH'] },
    dispatchReason: '省平台退回：属市级职责',
  })
})

test('it is classified in answer to a return, too', async () => {
  const office = await anOffice()
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '职责' })
  expect(office.code(await office.act('dispatcher', number, 'classify', { version: 2, ...court }))).toBe(
    'ticket.wrong-state',
  )
  await office.act('cgj', number, 'return', { version: 2, reason: 'U6', note: '已在诉讼' })
  // An agent does not decide what a unit asked for.
  expect((await office.detail('1001', number)).actions).toEqual(['urge', 'supplement', 'correct'])
  expect(office.code(await office.act('1001', number, 'classify', { version: 3, ...court }))).toBe('ticket.not-allowed')
  expect((await office.act('dispatcher', number, 'classify', { version: 3, ...court })).statusCode).toBe(200)
  expect(await office.detail('dispatcher', number)).toMatchObject({ state: 'CLASSIFIED', asks: [], clocks: [] })
})
