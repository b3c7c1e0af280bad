import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { addNeverCall } from '../../../src/calls/outgoing/store.ts'
import type { Answers } from '../../../src/followup/answers.ts'
import { overtaken, planSome } from '../../../src/followup/planning.ts'
import { followUps } from '../../../src/followup/schema.ts'
import {
  actOnFollowUp,
  dueKeypadCalls,
  findFollowUp,
  recordAttempt,
  recordResult,
} from '../../../src/followup/store.ts'
import { oversightCases, oversightCaseTickets } from '../../../src/oversight/cases/schema.ts'
import { oversightAlerts } from '../../../src/oversight/triggers/schema.ts'
import { raiseSignal } from '../../../src/oversight/triggers/signals.ts'
import { newId } from '../../../src/platform/database/ids.ts'
import { followSome } from '../../../src/tickets/merge/followers.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { timingToCome } from '../tickets/world.ts'
import { aFollowedOffice, caller } from './world.ts'

/** Which matters are followed up, and how their citizens may be asked; what is counted under the lock of the row. */

type Office = Awaited<ReturnType<typeof aFollowedOffice>>
const hour = 3_600_000
const content: Answers = {
  ...{ contacted: null, solved: 'SOLVED', satisfied: 'SATISFIED', attitude: null, reason: null, words: '' },
  wantsContact: false,
}

async function planned(office: Office) {
  await planSome(office.parts, 0)
  const rows = await office.db
    .select({ task: followUps, number: tickets.number })
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .orderBy(asc(tickets.id), asc(followUps.round))
  return rows.map(({ task, number }) => ({ ...task, number }))
}

test('every matter that a unit handled is asked about, each in the way that suits it; what was answered on the call is not', async () => {
  const office = await aFollowedOffice()
  const listed = '+8613910000007'
  await office.db.transaction((tx) => addNeverCall(tx, { number: listed, reason: '不愿接听', by: 1 }, office.now()))
  const numbers = {
    plain: await office.closed({ caller: caller(1) }),
    complaint: await office.closed({ type: 'COMPLAINT', caller: caller(2) }),
    secret: await office.closed({ isConfidential: true, caller: caller(3) }),
    nameless: await office.closed({ isAnonymous: true, caller: { name: null, phone: null } }),
    landline: await office.closed({ caller: caller(5, { phone: '0355-2123456' }) }),
    unwilling: await office.closed({ caller: caller(7) }),
  }
  await office.create({ type: 'CONSULT', answer: { publicReply: '工作日八点半' }, caller: caller(8) })
  const open = await office.create({ caller: caller(9) })
  const tasks = new Map((await planned(office)).map((task) => [task.number, task]))
  expect([...tasks.keys()].toSorted()).toEqual(Object.values(numbers).toSorted())
  expect(tasks.has(open)).toBe(false)
  const asked = { state: 'PLANNED', outcome: null, round: 1, unitCode: 'cgj', isFinal: false }
  expect(tasks.get(numbers.plain)).toMatchObject({
    ...{ ...asked, isByPerson: false, mayMessage: true, mayCall: true, nextMeans: 'LINK', nextAt: expect.any(Number) },
  })
  expect(tasks.get(numbers.complaint)).toMatchObject({ ...asked, isByPerson: true, nextMeans: 'AGENT' })
  expect(tasks.get(numbers.secret)).toMatchObject({ ...asked, isByPerson: true, mayMessage: false, nextMeans: 'AGENT' })
  expect(tasks.get(numbers.nameless)).toMatchObject({
    ...{ state: 'EXEMPT', outcome: 'EXEMPT', exemption: 'ANONYMOUS', nextMeans: null },
  })
  expect(tasks.get(numbers.landline)).toMatchObject({ ...asked, mayMessage: false, nextMeans: 'KEYPAD' })
  expect(tasks.get(numbers.unwilling)).toMatchObject({ ...asked, mayCall: false, nextMeans: 'LINK' })
  // Again, and at two processes at once: a matter is planned once.
  await Promise.all([planSome(office.parts, 0), planSome(office.parts, 0)])
  expect(await planned(office)).toHaveLength(Object.keys(numbers).length)
})

test('every caller of a merged matter is asked; called are the first ten and a sample of the others', async () => {
  const office = await aFollowedOffice()
  const rules = { ...office.parts.rules, mergedCalled: 2, mergedSample: 0 }
  const lead = await office.create({ caller: caller(1) })
  const joined: string[] = []
  for (const n of [2, 3, 4]) joined.push(await office.create({ caller: caller(n), joins: lead }))
  await office.act('dispatcher', lead, 'dispatch', { lead: 'cgj', reason: '职责范围' })
  await office.handle(lead)
  const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, lead))
  if (!row) throw new Error('no lead')
  await followSome(office.db, row.id, timingToCome, office.now())
  await planSome({ ...office.parts, rules }, 0)
  const tasks = new Map((await planned(office)).map((task) => [task.number, task]))
  expect([lead, ...joined].map((number) => tasks.get(number)?.mayCall)).toEqual([true, true, false, false])
  expect(joined.map((number) => tasks.get(number)?.unitCode)).toEqual(['cgj', 'cgj', 'cgj'])
})

test('callers who follow are asked again after each round of their lead, and not while it is handled again', async () => {
  const office = await aFollowedOffice()
  const lead = await office.create({ caller: caller(1) })
  const follower = await office.create({ caller: caller(2), joins: lead })
  await office.act('dispatcher', lead, 'dispatch', { lead: 'cgj', reason: '职责范围' })
  await office.handle(lead)
  const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, lead))
  if (!row) throw new Error('no lead')
  const answerFollowers = () => followSome(office.db, row.id, timingToCome, office.now())
  // Not before they have the answer.
  expect((await planned(office)).map(({ number }) => number)).toEqual([lead])
  await answerFollowers()
  const [first, second] = await planned(office)
  expect([first?.number, second?.number]).toEqual([lead, follower])
  expect(await overtaken(office.db)).toEqual([])
  await office.act('dispatcher', lead, 'redo', { reason: 'UNTRUE', note: '灯第二天又不亮了' })
  expect((await overtaken(office.db)).toSorted()).toEqual([first?.id, second?.id].toSorted())
  for (const id of await overtaken(office.db)) await actOnFollowUp(office.parts, id, { kind: 'cancel' })
  expect((await planned(office)).map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED'])
  await office.handle(lead)
  expect((await planned(office)).filter(({ number }) => number === follower)).toHaveLength(1)
  await answerFollowers()
  expect((await planned(office)).map(({ number, round, state }) => [number, round, state])).toEqual([
    ...[
      [lead, 1, 'CANCELLED'],
      [lead, 2, 'PLANNED'],
      [follower, 1, 'CANCELLED'],
      [follower, 2, 'PLANNED'],
    ],
  ])
  expect(await overtaken(office.db)).toEqual([])
})

test('supervised matters, and those with an instruction of a leader, are asked about by a person', async () => {
  const office = await aFollowedOffice()
  const numbers = {
    plain: await office.closed({ caller: caller(1) }),
    alerted: await office.closed({ caller: caller(2) }),
    urged: await office.closed({ caller: caller(3) }),
    ordered: await office.closed({ caller: caller(4) }),
    drafted: await office.closed({ caller: caller(5) }),
    reported: await office.closed({ caller: caller(6) }),
  }
  const rows = await office.db.select({ id: tickets.id, number: tickets.number }).from(tickets)
  const idOf = new Map(rows.map(({ id, number }) => [number, id]))
  const ticketId = (number: string) => idOf.get(number) ?? null
  const at = office.now()
  const alert = { day: '2026-11-30', since: at, raisedAt: at, endedAt: at, slot: null, rulesVersion: 1 }
  await office.db.insert(oversightAlerts).values([
    {
      ...alert,
      id: newId(at),
      trigger: 'T04',
      subject: numbers.alerted,
      level: 'L2',
      ticketId: ticketId(numbers.alerted),
    },
    { ...alert, id: newId(at), trigger: 'T03', subject: numbers.urged, level: 'L1', ticketId: ticketId(numbers.urged) },
  ])
  for (const [number, issuedAt] of [
    [numbers.ordered, at],
    [numbers.drafted, null],
  ] as const) {
    const id = newId(at)
    const paper = { kind: 'ORDER', state: 'SENT', version: 1, level: 'L2', subject: '督办' } as const
    await office.db.insert(oversightCases).values({ ...paper, id, texts: {}, draftedAt: at, issuedAt, reports: [] })
    await office.db.insert(oversightCaseTickets).values({ caseId: id, ticketNumber: number })
  }
  const instruction = { kind: 'INSTRUCTION', source: 'person:1', words: '请速办', byId: null } as const
  const reported = idOf.get(numbers.reported)
  if (!reported) throw new Error('no ticket')
  await raiseSignal(office.db, { ...instruction, ticketId: reported }, at)
  const tasks = new Map((await planned(office)).map(({ number, isByPerson }) => [number, isByPerson]))
  expect(Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, tasks.get(number)]))).toEqual({
    ...{ plain: false, alerted: true, urged: false, ordered: true, drafted: false, reported: true },
  })
})

test('one call at a time, counted before it rings; the answer stands, and nobody rates again', async () => {
  const office = await aFollowedOffice()
  await office.closed({ caller: caller(5, { phone: '0355-2123456' }) })
  const [task] = await planned(office)
  if (!task) throw new Error('nothing planned')
  const { parts } = office
  expect(await dueKeypadCalls(office.db, office.now(), 10)).toMatchObject([
    { id: task.id, ticketNumber: task.number, number: '+863552123456' },
  ])
  const begin = () => recordAttempt(parts, task.id, { means: 'KEYPAD', by: null, callId: null })
  const tries = await Promise.allSettled([begin(), begin(), begin()])
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await dueKeypadCalls(office.db, office.now(), 10)).toEqual([])
  const [begun] = (await findFollowUp(office.db, task.id))?.attempts ?? []
  await recordResult(parts, task.id, begun?.id ?? '', 'BUSY')
  await expect(begin()).rejects.toMatchObject({ code: 'follow-up.too-soon' })
  await office.later(24 * hour)
  await expect(begin()).rejects.toMatchObject({ code: 'follow-up.not-now' })
  await recordAttempt(parts, task.id, { means: 'AGENT', by: null, callId: null })
  const said = await actOnFollowUp(parts, task.id, { kind: 'answer', means: 'AGENT', answers: content })
  expect(said.row).toMatchObject({ state: 'DONE', outcome: 'SATISFIED', answeredBy: 'AGENT', nextMeans: null })
  expect(said.attempts.map(({ means, result, slot }) => ({ means, result, slot }))).toEqual([
    { means: 'KEYPAD', result: 'BUSY', slot: null },
    { means: 'AGENT', result: 'ANSWERED', slot: null },
  ])
  const kept = await findFollowUp(office.db, task.id)
  expect(kept).toEqual(said)
  await expect(
    actOnFollowUp(parts, task.id, {
      kind: 'answer',
      means: 'AGENT',
      answers: { ...content, satisfied: 'DISSATISFIED' },
    }),
  ).rejects.toMatchObject({ code: 'follow-up.rated' })
})

test('a matter that is handled again has a task of its own then; the open one is overtaken', async () => {
  const office = await aFollowedOffice()
  const number = await office.closed({ caller: caller(1) })
  const [first] = await planned(office)
  await office.act('dispatcher', number, 'redo', { reason: 'UNTRUE', note: '灯第二天又不亮了' })
  expect(await overtaken(office.db)).toEqual([first?.id])
  await actOnFollowUp(office.parts, first?.id ?? '', { kind: 'cancel' })
  await office.handle(number)
  expect((await planned(office)).map(({ round, state, isByPerson }) => ({ round, state, isByPerson }))).toEqual([
    { round: 1, state: 'CANCELLED', isByPerson: false },
    { round: 2, state: 'PLANNED', isByPerson: true },
  ])
})
