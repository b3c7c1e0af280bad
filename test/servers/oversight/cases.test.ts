import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { CaseDetail, CaseList } from '../../../src/oversight/cases/api.ts'
import { isPhoto } from '../../../src/oversight/cases/photos.ts'
import { oversightCaseEvents, oversightCases, oversightPhotos } from '../../../src/oversight/cases/schema.ts'
import { lapseSome, urgeSome } from '../../../src/oversight/cases/urging.ts'
import { notifications, ticketDeadlines } from '../../../src/tickets/records/schema.ts'
import { aSupervision, dayMs, log } from './supervision.ts'

type Supervision = Awaited<ReturnType<typeof aSupervision>>
const path = (name: string) => `/api/oversight/cases/${encodeURIComponent(name)}`

function papers(office: Supervision) {
  const read = (who: string, name: string) => office.get<CaseDetail>(who, path(name))
  const act = async (who: string, name: string, action: string, more: object = {}) => {
    const { version } = await read('overseer', name)
    return office.send(who, `${path(name)}/actions`, { action, version, ...more })
  }
  return {
    read,
    act,
    async done(who: string, name: string, action: string, more: object = {}): Promise<CaseDetail> {
      const answer = await act(who, name, action, more)
      if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
      return read('overseer', name)
    },
    async begin(kind: string, more: object = {}): Promise<CaseDetail> {
      const answer = await office.send('overseer', '/api/oversight/cases', { kind, ...more })
      if (answer.statusCode !== 201) throw new Error(answer.body)
      return read('overseer', answer.json().id)
    },
    list: async (who: string, query = '') =>
      (await office.get<CaseList>(who, `/api/oversight/cases?${query}`)).cases.map(
        ({ number, kind }) => number ?? kind,
      ),
  }
}
/** Of a draft what people add before they ask for the issue. */
const edited = (draft: CaseDetail, texts: Record<string, string>, more: object = {}) => ({
  ...{ subject: draft.subject || '热线工单办理情况', leader: '王局长', dueAt: draft.dueAt, meetAt: draft.meetAt },
  texts: { ...draft.texts, ...texts },
  ...more,
})

test('a 督办单 is prepared by one person and issued by another, answered by its unit, and settled', async () => {
  const office = await aSupervision()
  const { begin, act, done, read, list } = papers(office)
  const { number: ticket } = await office.send1('cgj', { urgency: 'P2' })
  const draft = await begin('ORDER', { tickets: [ticket], trigger: 'T04' })
  expect([draft.number, draft.unit?.code, draft.tickets, draft.texts.facts]).toEqual([
    ...[null, 'cgj', [ticket], expect.stringContaining(ticket)],
  ])
  // P2: a day from the issue on, be the draft older than that.
  expect(draft.dueAfterMs).toBe(dayMs)
  office.wait(2 * dayMs)
  await office.logInAgain()
  await done('overseer', draft.id, 'submit')
  expect(await list('cgj')).toEqual([])
  expect(office.code(await office.ask('cgj', path(draft.id)))).toBe('oversight.case-not-found')
  expect(office.code(await act('overseer', draft.id, 'approve'))).toBe('oversight.same-person')
  expect(office.code(await act('dispatcher', draft.id, 'approve'))).toBe('oversight.not-allowed')
  const issued = await done('director', draft.id, 'approve')
  expect(issued.dueAt).toBeGreaterThan(office.now() + dayMs - 60_000)
  const year = new Date(office.now() + 8 * 3_600_000).getUTCFullYear()
  expect(issued.number).toBe(`长热督〔${year}〕0001号`)
  expect([issued.submittedBy, issued.approvedBy]).toEqual([expect.any(String), expect.any(String)])
  expect(issued.submittedBy).not.toBe(issued.approvedBy)

  // Its unit is told, sees it, and answers; others do not.
  const number = issued.number ?? ''
  const told = await office.db.select().from(notifications).where(eq(notifications.topic, 'oversight.issued'))
  expect(told.map(({ unitCode }) => unitCode)).toEqual(['cgj'])
  expect([await list('cgj', 'shown=OWED'), await list('rsj')]).toEqual([[number], []])
  expect(office.code(await office.ask('rsj', path(number)))).toBe('oversight.case-not-found')
  const seen = await read('cgj', number)
  expect(seen.actions).toEqual(['receive', 'answer'])
  expect(seen.history.map(({ kind }) => kind)).toEqual(['approve'])
  await done('cgj', number, 'receive')
  expect(office.code(await act('cgj', number, 'answer', { texts: { measures: '已派人' } }))).toBe(
    'oversight.incomplete',
  )
  const texts = { measures: '更换灯头', result: '已修复', signature: '王局长' }
  await done('cgj', number, 'answer', { texts })
  await done('overseer', number, 'sendBack', { words: '请附照片', dueAt: office.now() + dayMs })
  await done('cgj', number, 'answer', { texts: { ...texts, evidence: '照片两张' } })
  const settled = await done('overseer', number, 'accept', { words: '属实', score: -1 })
  expect([settled.state, settled.score, settled.actions]).toEqual(['ACCEPTED', -1, []])
  const stale = { action: 'withdraw', why: '重复', version: 1 }
  expect(office.code(await office.send('overseer', `${path(number)}/actions`, stale))).toBe('oversight.stale')
})

test('a paper is to a unit that exists, and never to the one that a report is about', async () => {
  const office = await aSupervision()
  const begin = (more: object) => office.send('overseer', '/api/oversight/cases', { kind: 'ORDER', ...more })
  expect(office.code(await begin({}))).toBe('oversight.incomplete')
  expect(office.code(await begin({ unit: 'nobody' }))).toBe('oversight.unit-unknown')
  expect(office.code(await begin({ tickets: ['CZ20000101000001'] }))).toBe('ticket.not-found')
  const number = await office.create({ type: 'REPORT', accused: '市rsj', accusedUnit: 'rsj' })
  expect(office.code(await begin({ unit: 'rsj', tickets: [number] }))).toBe('ticket.accused-unit')
  expect((await begin({ unit: 'cgj', tickets: [number] })).statusCode).toBe(201)
})

test('numbers have no gap and are given once, also when many are issued at once and some refused', async () => {
  const office = await aSupervision()
  const { begin, act, done } = papers(office)
  const drafts: string[] = []
  for (let n = 0; n < 6; n += 1) {
    const draft = await begin('ORDER', { unit: 'cgj' })
    await done('overseer', draft.id, 'edit', edited(draft, { facts: '路灯不亮', demand: '修复' }))
    await done('overseer', draft.id, 'submit')
    drafts.push(draft.id)
  }
  const answers = await Promise.all(
    drafts.flatMap((id) => [
      act('director', id, 'approve'),
      act('overseer', id, 'approve'),
      act('overseer-2', id, 'approve'),
    ]),
  )
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(6)
  const rows = await office.db.select({ number: oversightCases.number }).from(oversightCases)
  const numbers = rows.map(({ number }) => Number(/(\d{4})号/.exec(number ?? '')?.[1]))
  expect(numbers.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6])
})

test('an unanswered 督办单 goes to the inspection office, two letters in a quarter ask for a talk', async () => {
  const office = await aSupervision()
  const { begin, done } = papers(office)
  const order = await begin('ORDER', { unit: 'cgj' })
  await done('overseer', order.id, 'edit', edited(order, { facts: '路灯不亮', demand: '修复' }))
  await done('overseer', order.id, 'submit')
  await done('director', order.id, 'approve')
  for (let n = 0; n < 2; n += 1) {
    const letter = await begin('LETTER', { unit: 'rsj' })
    await done('overseer', letter.id, 'edit', edited(letter, { figures: '签收率 80%', items: '签收慢' }))
    await done('overseer', letter.id, 'submit')
    await done('overseer-2', letter.id, 'approve')
  }
  await office.sweep()
  expect(await office.standing()).toEqual(['T15 TALK rsj'])
  const talk = await begin('TALK', { unit: 'rsj', trigger: 'T15' })
  const asked = edited(talk, { agenda: '签收率', place: '三楼会议室' }, { meetAt: office.now() + dayMs })
  await done('overseer', talk.id, 'edit', asked)
  await done('overseer', talk.id, 'submit')
  await done('director', talk.id, 'approve')
  await office.sweep()
  expect(await office.standing()).toEqual([])
  const record = { attendees: '李局长', points: '签收慢的原因', commitments: '专人签收' }
  const heldAt = office.now()
  const held = await done('overseer', talk.id, 'hold', { heldAt, dueAt: heldAt + 7 * dayMs, texts: record })
  expect([held.state, held.texts.commitments]).toEqual(['HELD', '专人签收'])

  office.wait(4 * dayMs)
  await office.logInAgain()
  await office.sweep()
  expect(await office.standing()).toEqual(['T05 L3 cgj'])
  await done('cgj', order.id, 'answer', { texts: { measures: '修灯', result: '已修复', signature: '王局长' } })
  await office.sweep()
  expect(await office.standing()).toEqual([])
})

test("a leader's instruction runs 1-3-7-30, and its alert ends with the paper", async () => {
  const office = await aSupervision()
  const { begin, done, read, act } = papers(office)
  const report = await begin('REPORT')
  await done(
    'overseer',
    report.id,
    'edit',
    edited(report, { addressee: '张市长', matter: '供热', people: '三百户', options: '换泵' }),
  )
  await done('overseer', report.id, 'submit')
  expect((await done('director', report.id, 'approve')).number).toMatch(/^长热呈〔\d{4}〕01号$/)
  await done('overseer', report.id, 'instruct', { text: '请城管局三日内解决', at: office.now() })
  await office.sweep()
  expect(await office.standing()).toEqual(['T08 L2 undefined'])
  await done('overseer', report.id, 'report', { stage: 'DEPLOY', words: '王局长牵头' })
  office.wait(4 * dayMs)
  await office.logInAgain()
  const late = await read('overseer', report.id)
  expect(late.marks.map(({ mark, isLate }) => [mark, isLate])).toEqual([
    ...[
      [1, false],
      [3, true],
      [7, false],
      [30, false],
    ],
  ])
  await done('overseer', report.id, 'report', { stage: 'PROGRESS', words: '已换泵' })
  expect(office.code(await act('overseer', report.id, 'report', { stage: 'DEPLOY', words: '再部署' }))).toBe(
    'oversight.stage-done',
  )
  await done('overseer', report.id, 'answer', { texts: { result: '已恢复供热' } })
  await done('director', report.id, 'withdraw', { why: '改由省平台办理' })
  await office.sweep()
  expect(await office.standing()).toEqual([])
  // A unit has nothing to do with it.
  expect(office.code(await office.ask('cgj', path(report.id)))).toBe('oversight.case-not-found')
})

test('the machine urges once for each time that a ticket becomes overdue, and the paper ends with the cause', async () => {
  const office = await aSupervision()
  const { list, read } = papers(office)
  const { number, id } = await office.send1()
  const parts = { db: office.db, now: office.now, log }
  expect(await urgeSome(parts)).toBe(0)
  office.wait(60 * dayMs)
  await office.logInAgain()
  await office.sweep()
  // Two processes at once, and one more later: one paper.
  await Promise.all([urgeSome(parts), urgeSome(parts)])
  expect(await urgeSome(parts)).toBe(0)
  expect(await list('cgj')).toEqual([`${number}-1`])
  expect(await lapseSome(parts)).toBe(0)

  const clock = eq(ticketDeadlines.ticketId, id)
  await office.db
    .update(ticketDeadlines)
    .set({ dueAt: office.now() + dayMs, warnAt: office.now() + dayMs })
    .where(clock)
  await office.sweep()
  expect(await lapseSome(parts)).toBe(1)
  expect((await read('overseer', `${number}-1`)).state).toBe('ACCEPTED')
  expect(await office.db.$count(oversightCaseEvents)).toBe(2)
  office.wait(2 * dayMs)
  await office.sweep()
  await urgeSome(parts)
  await office.logInAgain()
  expect(await list('cgj', 'shown=OWED')).toEqual([`${number}-2`])
})

test('a record of 现场办公 has photos, and nothing else', async () => {
  const office = await aSupervision()
  const { begin, read } = papers(office)
  const site = await begin('SITE', { unit: 'cgj' })
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const photos = `${path(site.id)}/photos`
  const added = await office.bytes('overseer', `${photos}?name=${encodeURIComponent('现场.png')}`, png)
  expect(added.statusCode).toBe(201)
  expect(office.code(await office.bytes('overseer', `${photos}?name=a.pdf`, Buffer.from('%PDF-1.4\n')))).toBe(
    'oversight.no-photo',
  )
  // Before it is issued it is not the unit's.
  expect(office.code(await office.bytes('cgj', `${photos}?name=a.png`, png))).toBe('oversight.case-not-found')
  const { photos: shown } = await read('overseer', site.id)
  expect(shown.map(({ fileName }) => fileName)).toEqual(['现场.png'])
  const got = await office.ask('overseer', `/api/oversight/photos/${shown[0]?.id}`)
  expect([got.statusCode, got.headers['content-type']]).toEqual([200, 'image/png'])
  const [row] = await office.db.select().from(oversightPhotos)
  expect(await isPhoto(office.db, row?.sha256 ?? '')).toBe(true)
})
