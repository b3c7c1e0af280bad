import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { addNeverCall } from '../../../src/calls/outgoing/store.ts'
import { followUpLetters } from '../../../src/followup/letters/schema.ts'
import { actOnFollowUp } from '../../../src/followup/store.ts'
import { oversightSignals } from '../../../src/oversight/triggers/schema.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import type { TicketDetail } from '../../../src/tickets/api.ts'
import { notifications } from '../../../src/tickets/records/schema.ts'
import { aFollowedOffice, bad, caller, content, type Phone } from './world.ts'

/** An agent calls and asks; a person decides about the answer; the unit reads it, and may appeal. */

type Office = Awaited<ReturnType<typeof aFollowedOffice>>
const hour = 3_600_000
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code
const marks = { timely: 2, contact: 0, facts: 1, law: 2, effect: 0 }
const verdict = (change: object = {}) => ({
  ...{ verdict: 'REDO', note: '请到现场联系来电人', marks, advice: '办结前须与来电人核实' },
  ...change,
})

async function called(office: Office & { phone: Phone }, name: string, id: string, answers: object): Promise<void> {
  const rung = await office.send(name, `/api/follow-ups/${id}/attempts`, { act: 'call' })
  if (rung.statusCode !== 200) throw new Error(rung.body)
  await office.phone.pickUp()
  const said = await office.send(name, `/api/follow-ups/${id}/answers`, answers)
  if (said.statusCode !== 200) throw new Error(said.body)
}

async function aComplaint() {
  const office = await aFollowedOffice()
  await office.join('1002', 'AGENT')
  const number = await office.closed({ type: 'COMPLAINT', caller: caller(1) })
  await office.turn()
  const phone = await office.atPhone('1002')
  const { id } = await office.taskOf(number)
  return { office: { ...office, phone }, number, id, say: phone.say }
}

test('not content, with reason R1: redone by the steps that stand, the unit has its letter, and the second rating is final', async () => {
  const { office, number, id } = await aComplaint()
  expect(await office.todo('1002')).toEqual([number])
  await called(office, '1002', id, bad)
  expect(await office.taskOf(number)).toMatchObject({ state: 'REVIEW', reason: 'R1', outcome: null })
  expect(await office.todo('1002')).toEqual([])
  expect(await office.todo('follow-up', 'REVIEW')).toEqual([number])
  expect(await office.followUp('follow-up', id)).toMatchObject({
    ...{ suggested: 'REDO', verdicts: ['REDO', 'EXPLAIN', 'LETTER', 'NEW_TICKET', 'SUPERVISE'] },
    proposed: { timely: 2, contact: 0, facts: 1, law: 2, effect: 0 },
    attempts: [{ means: 'AGENT', result: 'ANSWERED', by: '1002的名字𠀀' }],
  })
  expect(codeOf(await office.send('1002', `/api/follow-ups/${id}/verdict`, verdict()))).toBe('access.denied')
  const judged = await office.send('follow-up', `/api/follow-ups/${id}/verdict`, verdict())
  expect(judged.json()).toEqual({ state: 'DONE', outcome: 'DISSATISFIED_REASONABLE' })
  expect(await office.get<TicketDetail>('cgj', `/api/tickets/${number}`)).toMatchObject({
    ...{ state: 'DISPATCHED', round: 2, redoCount: 1 },
    rounds: [{ number: 1 }, { number: 2, kind: 'REDO', reason: 'NOT_CONTACTED', note: '请到现场联系来电人' }],
  })
  const [letter] = await office.letters('cgj')
  expect(letter).toMatchObject({ number, satisfied: 'DISSATISFIED', reason: 'R1', outcome: 'DISSATISFIED_REASONABLE' })
  expect(await office.letter('cgj', letter?.id ?? '')).toMatchObject({ marks, advice: '办结前须与来电人核实' })
  expect(await office.letters('rsj')).toEqual([])
  expect(codeOf(await office.ask('rsj', `/api/rating-letters/${letter?.id}`))).toBe('letter.not-found')

  await office.handle(number)
  await office.turn()
  const second = await office.taskOf(number, 2)
  expect(second).toMatchObject({ state: 'PLANNED', isFinal: true, isByPerson: true })
  // Asked again, and not sooner after the last call than about anything else.
  await office.later(4 * hour)
  await called(office, '1002', second.id, bad)
  const again = await office.send('follow-up', `/api/follow-ups/${second.id}/verdict`, verdict())
  expect(codeOf(again)).toBe('follow-up.verdict')
  expect(await office.followUp('follow-up', second.id)).toMatchObject({ suggested: 'SUPERVISE' })
  const supervised = verdict({ verdict: 'SUPERVISE', note: '重办后仍未联系' })
  expect((await office.send('follow-up', `/api/follow-ups/${second.id}/verdict`, supervised)).statusCode).toBe(200)
  expect((await office.detail('dispatcher', number)).state).toBe('CLOSED')
  // Supervision learns of it: the trigger T06.
  const signals = await office.db.select().from(oversightSignals)
  expect(signals.map(({ kind, words }) => ({ kind, words }))).toEqual([
    { kind: 'DISSATISFIED_AGAIN', words: '重办后仍未联系' },
  ])
})

test('who took the call does not ask, nor does the unit; a call that was never placed is no try', async () => {
  const { office, number, id, say } = await aComplaint()
  const attempt = (name: string, body: object) => office.send(name, `/api/follow-ups/${id}/attempts`, body)
  expect(codeOf(await attempt('1001', { act: 'call' }))).toBe('follow-up.not-independent')
  expect((await office.followUp('1001', id)).barToCall).toBe('follow-up.not-independent')
  expect(codeOf(await attempt('cgj', { act: 'call' }))).toBe('access.denied')
  expect(codeOf(await office.ask('cgj', `/api/follow-ups/${id}`))).toBe('access.denied')
  expect(codeOf(await office.send('cgj', `/api/follow-ups/${id}/answers`, content))).toBe('access.denied')
  say.code = 'outgoing.busy'
  expect(codeOf(await attempt('1002', { act: 'call' }))).toBe('outgoing.busy')
  expect(await office.followUp('1002', id)).toMatchObject({
    ...{ state: 'WAITING', tries: 0, attempts: [{ result: 'NOT_PLACED' }], barToCall: null },
  })
  say.code = ''
  expect((await attempt('1002', { act: 'call' })).json()).toMatchObject({ state: 'CALLING', call: expect.any(String) })
  expect(codeOf(await attempt('1002', { act: 'call' }))).toBe('follow-up.in-progress')
  expect((await attempt('1002', { act: 'result', result: 'NO_ANSWER' })).json()).toMatchObject({ state: 'WAITING' })
  expect(codeOf(await attempt('1002', { act: 'result', result: 'BUSY' }))).toBe('follow-up.no-call')
  expect(codeOf(await attempt('1002', { act: 'call' }))).toBe('follow-up.too-soon')
  expect(await office.todo('1002', 'COMING')).toEqual([number])
  // The unit's own round counts towards the same cap.
  await office.later(4 * hour)
  expect((await attempt('cgj', { act: 'unit', result: 'NO_ANSWER' })).statusCode).toBe(200)
  expect(codeOf(await attempt('rsj', { act: 'unit', result: 'NO_ANSWER' }))).toBe('follow-up.not-found')
  expect((await office.followUp('1002', id)).tries).toBe(2)
  await office.later(8 * hour)
  expect(codeOf(await attempt('1002', { act: 'call' }))).toBe('follow-up.outside-hours')
})

test('silence is no satisfaction: only who placed the call writes what was said, and only once the citizen has picked up', async () => {
  const { office, number, id } = await aComplaint()
  await office.join('1003', 'AGENT')
  const attempts = (name: string, body: object) => office.send(name, `/api/follow-ups/${id}/attempts`, body)
  const answers = (name: string) => office.send(name, `/api/follow-ups/${id}/answers`, content)
  const result = (name: string, came: string) => attempts(name, { act: 'result', result: came })
  expect(codeOf(await answers('1002'))).toBe('follow-up.no-call')
  expect((await attempts('1002', { act: 'call' })).statusCode).toBe(200)
  expect((await office.followUp('1002', id)).isInHand).toBe(true)
  expect((await office.followUp('1003', id)).isInHand).toBe(false)
  // It rings.
  expect(codeOf(await answers('1002'))).toBe('follow-up.not-answered')
  for (const came of ['REFUSED', 'OTHER_PERSON', 'BROKEN_OFF'])
    expect(codeOf(await result('1002', came))).toBe('follow-up.not-answered')
  expect(codeOf(await answers('1003'))).toBe('follow-up.not-your-call')
  expect(codeOf(await result('1003', 'REFUSED'))).toBe('follow-up.not-your-call')
  await office.phone.pickUp()
  expect(codeOf(await answers('1003'))).toBe('follow-up.not-your-call')
  expect(await office.taskOf(number)).toMatchObject({ state: 'CALLING', satisfied: null, outcome: null })
  expect((await answers('1002')).json()).toEqual({ state: 'DONE', outcome: 'SATISFIED' })
})

test('one citizen with two matters is not called about the second beside the first, nor for four hours after it', async () => {
  const { office, id } = await aComplaint()
  await office.join('1003', 'AGENT')
  const other = await office.closed({ type: 'COMPLAINT', caller: caller(1) })
  const another = await office.closed({ type: 'COMPLAINT', caller: caller(2) })
  await office.turn()
  const second = await office.taskOf(other)
  const call = (name: string, task: string) => office.send(name, `/api/follow-ups/${task}/attempts`, { act: 'call' })
  expect((await call('1002', id)).statusCode).toBe(200)
  await office.atPhone('1003')
  expect(codeOf(await call('1003', second.id))).toBe('follow-up.in-progress')
  expect((await office.followUp('1003', second.id)).barToCall).toBe('follow-up.in-progress')
  await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'result', result: 'NO_ANSWER' })
  expect(codeOf(await call('1003', second.id))).toBe('follow-up.too-soon')
  expect(await office.todo('1003')).toEqual([another])
  await office.later(4 * hour)
  expect(await office.todo('1003')).toContain(other)
  expect((await call('1003', second.id)).statusCode).toBe(200)
})

test('tried in vain until it is due: the link once more, and the task has an end', async () => {
  const { office, number, id } = await aComplaint()
  await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'call' })
  await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'result', result: 'NO_ANSWER' })
  const { dueAt } = await office.taskOf(number)
  await office.later((dueAt ?? 0) - office.now() - hour)
  await office.turn()
  expect(await office.taskOf(number)).toMatchObject({ state: 'WAITING', nextMeans: 'AGENT' })
  expect(await office.inbox()).toEqual([])
  // A due date ends with its day: the message waits for the morning.
  await office.later(12 * hour)
  await office.turn()
  await office.turn()
  expect(await office.inbox()).toEqual([expect.stringContaining('未能电话联系到您')])
  expect(await office.taskOf(number)).toMatchObject({ state: 'DONE', outcome: 'NOT_REACHED', satisfied: null })
})

test('a rating that nobody judges in a working day is in the bell of those who judge, once a day', async () => {
  const { office, number, id } = await aComplaint()
  await called(office, '1002', id, bad)
  const bell = async () => {
    const rows = await office.db.select().from(notifications).where(eq(notifications.topic, 'follow-up.late'))
    return rows.map(({ payload }) => payload)
  }
  await office.turn()
  expect(await bell()).toEqual([])
  const { reviewDueAt } = await office.taskOf(number)
  await office.later((reviewDueAt ?? 0) - office.now() + 1_000)
  await office.turn()
  await office.turn()
  // The one who follows up, and the dispatcher.
  const line = { title: '1 件评价超过一个工作日未研判' }
  expect(await bell()).toEqual([line, line])
  await office.send('follow-up', `/api/follow-ups/${id}/verdict`, verdict())
  await office.later(24 * hour)
  await office.turn()
  expect(await bell()).toHaveLength(2)
})

test('who can never be called is done with, not left in the list', async () => {
  const { office, number, id, say } = await aComplaint()
  const { id: by } = (await office.get<{ person: { id: number } }>('1002', '/api/session')).person
  const listed = { number: '+8613910000001', reason: '不愿接听', by }
  await office.db.transaction((tx) => addNeverCall(tx, listed, office.now()))
  expect(say.code).toBe('')
  const refused = await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'call' })
  expect(codeOf(refused)).toBe('outgoing.never-call')
  expect(await office.taskOf(number)).toMatchObject({ state: 'DONE', outcome: 'REFUSED', nextMeans: null })
})

test('a call whose result nobody gives counts, and is ended by what its record says', async () => {
  const { office, id } = await aComplaint()
  await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'call' })
  await office.later(2 * hour)
  await office.turn()
  expect(await office.followUp('1002', id)).toMatchObject({ state: 'WAITING', attempts: [{ result: 'NO_ANSWER' }] })
})

test('a content citizen: the machine writes the letter at once', async () => {
  const { office, number, id } = await aComplaint()
  await called(office, '1002', id, content)
  const [letter] = await office.letters('cgj')
  expect(await office.letter('cgj', letter?.id ?? '')).toMatchObject({
    ...{ number, outcome: 'SATISFIED', isByMachine: true, owed: null },
    marks: { timely: 2, contact: 2, facts: 2, law: 2, effect: 2 },
  })
})

test('the unit appeals once and in time; somebody else decides, and an upheld appeal counts no longer against it', async () => {
  const { office, number, id } = await aComplaint()
  await office.join('quality', 'QUALITY')
  await called(office, '1002', id, { ...bad, reason: 'R7', words: '我是李1，电话 139 1000 0001，态度很差' })
  const letterVerdict = verdict({ verdict: 'SUPERVISE', note: `请单位负责人谈话${'𠀀'.repeat(600)}` })
  expect((await office.send('follow-up', `/api/follow-ups/${id}/verdict`, letterVerdict)).statusCode).toBe(200)
  const signals = () => office.db.select().from(oversightSignals)
  expect(await signals()).toMatchObject([{ kind: 'FOLLOW_UP_SUPERVISED', endedAt: null }])
  const [{ id: letter } = { id: '' }] = await office.letters('cgj')
  const read = await office.letter('cgj', letter)
  expect(read).toMatchObject({ barToAppeal: null, owed: expect.stringContaining('督办') })
  expect(read.words).not.toMatch(/李1|1000 ?0001/)
  const appeal = (name: string, grounds = '录音可证态度良好') =>
    office.send(name, `/api/rating-letters/${letter}/appeal`, { grounds })
  const decide = (name: string) =>
    office.send(name, `/api/rating-letters/${letter}/decision`, { decision: 'UPHELD', note: '已听录音' })
  expect(codeOf(await decide('director'))).toBe('letter.no-appeal')
  expect(codeOf(await appeal('rsj'))).toBe('letter.not-found')
  expect((await appeal('cgj')).statusCode).toBe(200)
  expect(codeOf(await appeal('cgj'))).toBe('letter.appealed')
  expect(await office.letters('quality', 'appeals=open')).toHaveLength(1)
  expect(codeOf(await decide('follow-up'))).toBe('access.denied')
  expect((await decide('quality')).statusCode).toBe(200)
  expect(codeOf(await decide('director'))).toBe('letter.decided')
  expect(await office.letters('quality', 'appeals=open')).toEqual([])
  expect(await office.taskOf(number)).toMatchObject({ outcome: 'DISSATISFIED_NOT', satisfied: 'DISSATISFIED' })
  // What supervision was told of it is over.
  expect(await signals()).toMatchObject([{ endedAt: expect.any(Number), endedWhy: '单位申诉成立' }])
  const month = new Date(office.now() + 8 * hour).toISOString().slice(0, 7)
  const summary = await office.get<object>('cgj', `/api/rating-letters/summary?month=${month}`)
  expect(summary).toMatchObject({
    ...{ outcomes: [{ outcome: 'DISSATISFIED_NOT', count: 1 }] },
    reasons: [{ reason: 'R7', category: '路灯照明', count: 1 }],
    words: [{ number, satisfied: 'DISSATISFIED', words: expect.not.stringContaining('李1') }],
  })
})

test('about another body: a new ticket; unreasonable: explained, with the code that is proposed for the score', async () => {
  const { office, number, id } = await aComplaint()
  await called(office, '1002', id, { ...bad, reason: 'R12', words: '物业不作为' })
  const made = await office.send('follow-up', `/api/follow-ups/${id}/verdict`, verdict({ verdict: 'NEW_TICKET' }))
  expect(made.json()).toEqual({ state: 'DONE', outcome: 'DISSATISFIED_NOT' })
  const { newTicket } = await office.followUp('follow-up', id)
  expect(await office.detail('dispatcher', newTicket ?? '')).toMatchObject({
    ...{ type: 'COMPLAINT', channel: 'OUTBOUND', content: expect.stringContaining(`回访工单 ${number}`) },
  })
  const other = await office.closed({ type: 'COMPLAINT', caller: caller(2) })
  await office.turn()
  const task = await office.taskOf(other)
  await called(office, '1002', task.id, { ...bad, reason: 'R10' })
  await office.send('follow-up', `/api/follow-ups/${task.id}/verdict`, verdict({ verdict: 'EXPLAIN' }))
  expect(await office.taskOf(other)).toMatchObject({
    outcome: 'DISSATISFIED_NOT',
    exclusion: 'E01',
    verdict: 'EXPLAIN',
  })
})

test('a redo that the ticket refuses decides nothing', async () => {
  const { office, number, id } = await aComplaint()
  await called(office, '1002', id, bad)
  await office.act('dispatcher', number, 'redo', { reason: 'UNTRUE', note: '另有来电' })
  const refused = await office.send('follow-up', `/api/follow-ups/${id}/verdict`, verdict())
  expect(codeOf(refused)).toBe('ticket.wrong-state')
  expect(await office.taskOf(number)).toMatchObject({ state: 'REVIEW', verdict: null })
  expect(await office.letters('cgj')).toEqual([])
  await expect(actOnFollowUp(office.parts, id, { kind: 'cancel' })).rejects.toMatchObject({ code: 'follow-up.over' })
})

test('the unit reads no more of a hidden caller in its letter, its quotes and on paper than in the ticket', async () => {
  const office = await aFollowedOffice()
  await office.join('1002', 'AGENT')
  const call = await office.ownCall({ callerNumber: '+8613700001234', outcome: 'ANSWERED' })
  const person = { name: '张三丰', phone: '13912345678 13803550001' }
  const number = await office.closed({
    ...{ type: 'REPORT', caller: person, callIds: [call], isAtHome: true, place: '英雄路二号院3单元' },
    title: '张三丰家（英雄路二号院）门外收费不给票据',
  })
  await office.turn()
  const phone = await office.atPhone('1002')
  const { id } = await office.taskOf(number)
  const words = '我是张三丰，打 13803550001 或 13700001234，住英雄路二号院，收费的还在'
  await called({ ...office, phone }, '1002', id, { ...bad, words })
  const note = '已与张先生（13803550001）核实，英雄路二号院仍在收费'
  const judged = await office.send('follow-up', `/api/follow-ups/${id}/verdict`, verdict({ verdict: 'LETTER', note }))
  expect(judged.statusCode).toBe(200)
  const traces = /张三丰|张先生|1380355|1370000|13[78]\*|二号院/
  const [row] = await office.letters('cgj')
  const letter = await office.letter('cgj', row?.id ?? '')
  const month = new Date(office.now() + 8 * hour).toISOString().slice(0, 7)
  const summary = await office.get<{ words: object[] }>('cgj', `/api/rating-letters/summary?month=${month}`)
  const paper = async (name: string) => office.ask(name, `/api/tickets/${number}/papers/rating-letter`)
  const read = [row?.title, letter.title, letter.words, letter.verdictNote, JSON.stringify(summary.words)]
  for (const text of [...read, (await paper('cgj')).body, (await paper('dispatcher')).body]) {
    expect(text).toMatch(/收费/)
    expect(text?.replaceAll(number, '')).not.toMatch(traces)
  }
  expect((await office.letter('follow-up', letter.id)).verdictNote).toBe(note)
  // Of a unit that has the ticket now, a letter to the one before is no matter.
  await office.db.update(followUpLetters).set({ unitCode: 'rsj' as UnitCode })
  expect(codeOf(await paper('cgj'))).toBe('paper.not-found')
  expect((await paper('dispatcher')).statusCode).toBe(200)
})
