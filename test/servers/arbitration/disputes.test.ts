import { createHash } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { DisputeDetail, DisputeList } from '../../../src/arbitration/api.ts'
import { noticeDays } from '../../../src/arbitration/dispute.ts'
import { disputeDuties } from '../../../src/arbitration/duties.ts'
import { isDisputeFile } from '../../../src/arbitration/files.ts'
import { disputeTickets } from '../../../src/arbitration/schema.ts'
import { auditEvents } from '../../../src/audit/schema.ts'
import { dayOf } from '../../../src/calendar/days.ts'
import type { CatalogueRuleList, RuleProposals } from '../../../src/catalogue/rules/api.ts'
import { catalogueRules } from '../../../src/catalogue/schema.ts'
import { messages } from '../../../src/messages/schema.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import { notifications } from '../../../src/tickets/records/schema.ts'
import { openWriter } from '../../../src/tickets/records/writer.ts'
import { units } from '../../../src/units/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { lamps, timingToCome as timing, unit } from '../tickets/world.ts'

type Office = Awaited<ReturnType<typeof anOffice>>
const hour = 3_600_000

async function version(office: Office, number: string) {
  return (await office.detail('dispatcher', number)).version
}
async function act(office: Office, who: string, number: string, action: string, more: object = {}) {
  const answer = await office.act(who, number, action, { version: await version(office, number), ...more })
  if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
}

/** 城管局 and 人社局 send it to and fro. */
async function aReturnWar(office: Office): Promise<string> {
  const number = await office.create()
  await act(office, 'dispatcher', number, 'dispatch', { lead: 'cgj', reason: '路灯' })
  await act(office, 'cgj', number, 'return', { reason: 'U2', note: '三定方案第六条', suggestedUnit: 'rsj' })
  await act(office, 'dispatcher', number, 'dispatch', { lead: 'rsj', reason: '城管局退单' })
  await act(office, 'rsj', number, 'return', { reason: 'U2', note: '明显不属本局' })
  return number
}

async function keep(office: Office, id: string, action: string, more: object = {}, who = 'dispatcher') {
  const { version: seen } = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  return office.send(who, `/api/disputes/${id}/actions`, { action, version: seen, ...more })
}
const there = (...codes: string[]) => codes.map((unit) => ({ unit, isPresent: true, attendee: '李科长' }))

/** Called as soon as the notice allows, held and ruled: the clock is moved behind the meeting. */
async function ruled(office: Office, id: string, change: object = {}): Promise<void> {
  const at = timing.calendar.addWorkingMinutes(Date.now(), noticeDays * 7 * 60) + hour
  const done = async (action: string, more: object) => {
    const answer = await keep(office, id, action, more)
    if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
  }
  await done('call', { at, viewsBy: at - hour, place: '三楼会议室', chair: '王主任' })
  office.wait(at - Date.now() + hour)
  await office.logInAgain()
  await done('hold', { heldAt: at, minutes: '议定如下', attendance: there('cgj', 'rsj') })
  const ruling = { lead: 'cgj', basis: '城市照明管理规定第四条', text: '公共照明由城管局负责', validFrom: dayOf(at) }
  await done('rule', { ...ruling, ...change })
}

test('a return war ends in a designation that cannot be given back, and in a rule that two people approve', async () => {
  const office = await anOffice()
  const number = await aReturnWar(office)
  const closed = await aReturnWar(office)
  const made = await office.send('dispatcher', '/api/disputes', {
    ...{ question: '背街小巷路灯由谁维修', rung: 'J1', isKind: true, categoryCode: '030401' },
    ...{ tickets: [number, closed], parties: ['cgj', 'rsj'] },
  })
  expect(made.statusCode).toBe(201)
  const { id } = made.json()
  const proposed = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  expect(proposed.holdBy).toBeGreaterThan(Date.now())

  // Parties are told, state their view, and see their own side of it.
  const told = await office.db.select().from(notifications).where(eq(notifications.topic, 'dispute.proposed'))
  expect(told.map(({ unitCode }) => unitCode).toSorted()).toEqual(['cgj', 'rsj'])
  const view = await office.send('cgj', `/api/disputes/${id}/actions`, { action: 'view', text: '背街小巷归社区' })
  expect(view.statusCode).toBe(200)
  const theirs = await office.get<DisputeDetail>('rsj', `/api/disputes/${id}`)
  expect(theirs.parties.find(({ unit }) => unit.code === 'cgj')?.view).toBe('背街小巷归社区')
  expect(theirs.actions).toEqual(['view', 'evidence'])

  await ruled(office, id)
  // One of the tickets was settled meanwhile.
  await act(office, 'dispatcher', closed, 'void', { reason: 'MISTAKE', note: '已另行处理' })
  const signedOn = dayOf(Date.now())
  const signed = await keep(office, id, 'sign', { chair: '王主任', signedOn })
  expect(signed.statusCode).toBe(200)
  const inForce = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  const year = signedOn.slice(0, 4)
  expect(inForce).toMatchObject({
    ...{ state: 'IN_FORCE', minutesNumber: `长热会〔${year}〕1号`, proposal: { state: 'OPEN', approvals: 0 } },
    // Both units had given both tickets back.
    effect: { before: { returns: 4 }, after: { days: 0, returns: 0 } },
  })
  expect(inForce.tickets.toSorted((one, other) => ((one.words ?? '') < (other.words ?? '') ? -1 : 1))).toMatchObject([
    { number: closed, designation: 'DONE', words: expect.stringContaining('不再改派') },
    { number, designation: 'DONE', words: '已指定承办' },
  ])
  const silent = inForce.history.find(({ kind }) => kind === 'hold')?.words
  expect(silent).toContainEqual({ label: '未提交意见，视为同意', text: 'rsj' })

  const ticket = await office.detail('cgj', number)
  expect(ticket).toMatchObject({ state: 'DISPATCHED', leadUnit: { code: 'cgj' } })
  expect(ticket.dispatchReason).toBe(`长热会〔${year}〕1号：公共照明由城管局负责`)
  expect(ticket.actions).not.toContain('return')
  await act(office, 'cgj', number, 'sign')
  const again = await office.act('cgj', number, 'return', {
    ...{ version: await version(office, number), reason: 'U2', note: '再退' },
  })
  expect(again.statusCode).toBe(409)

  // The rule: one person twice is not two.
  const { proposals } = await office.get<RuleProposals>('director', '/api/catalogue/proposals')
  const [proposal] = proposals
  const approve = (who: string) => office.send(who, `/api/catalogue/proposals/${proposal?.id}/approve`, {})
  expect((await approve('dispatcher')).json()).toMatchObject({ state: 'OPEN' })
  expect(office.code(await approve('dispatcher'))).toBe('proposal.same-person')
  expect(office.code(await approve('cgj'))).toBe('access.denied')
  expect((await approve('director')).json()).toMatchObject({ state: 'ADOPTED' })
  expect(office.code(await approve('director'))).toBe('proposal.decided')
  const { rules } = await office.get<CatalogueRuleList>('dispatcher', '/api/catalogue/rules')
  expect(rules).toMatchObject([{ category: { code: '030401' }, unit: { code: 'cgj' }, target: 'UNIT' }])
  expect(rules[0]?.basis).toContain(`长热会〔${year}〕1号`)
  const choice = await office.get<{ lead: { code: string } }>('dispatcher', '/api/catalogue/choice?category=030401')
  expect(choice.lead.code).toBe('cgj')

  const actions = (await office.db.select().from(auditEvents).orderBy(desc(auditEvents.id))).map(({ action }) => action)
  expect(actions).toEqual(
    expect.arrayContaining(['dispute.proposed', 'dispute.acted', 'dispute.read', 'catalogue.approved']),
  )
})

test('a dispute is there for those who take part; units cannot keep it, and nothing of other tickets is told', async () => {
  const office = await anOffice()
  const number = await office.create()
  const body = { question: '归谁', rung: 'J1', tickets: [number], parties: ['cgj'] }
  expect(office.code(await office.send('cgj', '/api/disputes', body))).toBe('access.denied')
  const { id } = (await office.send('dispatcher', '/api/disputes', body)).json()
  expect(office.code(await office.ask('rsj', `/api/disputes/${id}`))).toBe('dispute.not-found')
  expect((await office.get<DisputeList>('rsj', '/api/disputes')).disputes).toEqual([])
  expect((await office.get<DisputeList>('cgj', '/api/disputes')).disputes).toHaveLength(1)
  // It has not had this ticket.
  expect((await office.get<DisputeDetail>('cgj', `/api/disputes/${id}`)).tickets).toEqual([])
  expect(office.code(await office.ask('1001', `/api/disputes/${id}`))).toBe('access.denied')
  const byUnit = await office.send('cgj', `/api/disputes/${id}/actions`, {
    action: 'withdraw',
    version: 1,
    why: '不议',
  })
  expect(office.code(byUnit)).toBe('dispute.not-allowed')
  const director = await office.send('director', `/api/disputes/${id}/actions`, {
    action: 'withdraw',
    version: 1,
    why: '不议',
  })
  expect(office.code(director)).toBe('dispute.not-allowed')
})

test('bad input is refused in words, and nothing of it is written', async () => {
  const office = await anOffice()
  const number = await office.create()
  const body = { question: '归谁', rung: 'J1', tickets: [number], parties: ['cgj'] }
  const propose = async (change: object) =>
    office.code(await office.send('dispatcher', '/api/disputes', { ...body, ...change }))
  expect(await propose({ tickets: ['CZ20200101000001'] })).toBe('ticket.not-found')
  expect(await propose({ parties: [] })).toBe('request.invalid')
  expect(await propose({ parties: ['nobody'] })).toBe('dispute.unit-unknown')
  expect(await propose({ tickets: [] })).toBe('dispute.no-subject')
  expect(await propose({ isKind: true })).toBe('dispute.no-subject')
  expect(await propose({ isKind: true, categoryCode: '990000' })).toBe('ticket.category-unknown')
  expect((await office.get<DisputeList>('dispatcher', '/api/disputes')).disputes).toEqual([])

  const { id } = (await office.send('dispatcher', '/api/disputes', body)).json()
  const soon = Date.now() + hour
  const call = { at: soon, viewsBy: soon, place: '会议室', chair: '王' }
  expect(office.code(await keep(office, id, 'call', call))).toBe('dispute.notice-too-short')
  expect(office.code(await keep(office, id, 'sign', { chair: '王', signedOn: dayOf(Date.now()) }))).toBe(
    'dispute.wrong-state',
  )
  const stale = await office.send('dispatcher', `/api/disputes/${id}/actions`, {
    action: 'withdraw',
    version: 9,
    why: '不议',
  })
  expect(office.code(stale)).toBe('dispute.stale')
  const [first, second] = await Promise.all([
    keep(office, id, 'withdraw', { why: '自行协商' }),
    keep(office, id, 'withdraw', { why: '自行协商' }),
  ])
  expect([first.statusCode, second.statusCode].toSorted()).toEqual([200, 409])
})

test('what a dead process left of a ruling is designated by the next one, once', async () => {
  const office = await anOffice()
  const number = await aReturnWar(office)
  const body = { question: '归谁', rung: 'J2', tickets: [number], parties: ['cgj', 'rsj'] }
  const { id } = (await office.send('dispatcher', '/api/disputes', body)).json()
  await ruled(office, id)
  expect((await keep(office, id, 'sign', { chair: '王', signedOn: dayOf(Date.now()) })).statusCode).toBe(200)
  const before = await version(office, number)
  // As when it died after the event and before its note.
  await office.db.update(disputeTickets).set({ state: 'PENDING', words: null })
  const writer = openWriter({ db: office.db, bus: { publish: () => undefined }, timing: async () => timing })
  const [designations, reviews] = disputeDuties({
    ...{ db: office.db, writer, log: createLogger('test', 'fatal') },
    now: () => Date.now() + 370 * 24 * hour,
  })
  await designations?.work()
  const { tickets: links } = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  expect(links).toMatchObject([{ number, designation: 'DONE', words: '已指定承办' }])
  expect(await version(office, number)).toBe(before)

  // A year later it is looked at again, once, and goes on.
  await reviews?.work()
  await reviews?.work()
  const due = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  expect(due).toMatchObject({ state: 'REVIEW_DUE', actions: ['confirm', 'lapse'] })
  expect((await keep(office, id, 'confirm', { why: '仍适用' })).statusCode).toBe(200)
  const { state, reviewAt } = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  expect(state).toBe('IN_FORCE')
  expect(reviewAt).toBeGreaterThan(due.reviewAt ?? 0)
})

test('the accused unit of a report, and one below it, is neither a party to its dispute nor invited', async () => {
  const office = await anOffice()
  await office.db
    .update(units)
    .set({ parentCode: unit('cgj') })
    .where(eq(units.code, unit('lzq')))
  const number = await office.create({ type: 'REPORT', accusedUnit: 'cgj', content: '举报环卫班索要财物' })
  const propose = (parties: string[], invited: string[] = []) =>
    office.send('dispatcher', '/api/disputes', { question: '归谁', rung: 'J1', tickets: [number], parties, invited })
  for (const [parties, invited] of [[['rsj', 'cgj']], [['rsj'], ['cgj']], [['lzq']]] as [string[], string[]?][]) {
    const barred = await propose(parties, invited)
    expect(office.code(barred)).toBe('ticket.accused-unit')
    expect(barred.body).toContain(number)
  }
  const { id } = (await propose(['rsj'])).json()
  const at = timing.calendar.addWorkingMinutes(Date.now(), noticeDays * 7 * 60) + hour
  const call = (invited: string[]) =>
    keep(office, id, 'call', { at, viewsBy: at - hour, place: '会议室', chair: '王主任', invited })
  expect(office.code(await call(['lzq']))).toBe('ticket.accused-unit')
  expect((await office.get<DisputeList>('cgj', '/api/disputes')).disputes).toEqual([])
  expect(
    await office.db
      .select()
      .from(notifications)
      .where(eq(notifications.unitCode, unit('cgj'))),
  ).toEqual([])
  expect((await call([])).statusCode).toBe(200)
})

/** A ruling about lamps that proposes a rule. @returns its id */
async function aRulingOfAKind(office: Office): Promise<string> {
  const made = await office.send('dispatcher', '/api/disputes', {
    ...{ question: '背街小巷路灯由谁维修', rung: 'J1', isKind: true, categoryCode: '030401', parties: ['cgj', 'rsj'] },
  })
  const { id } = made.json()
  await ruled(office, id)
  const signed = await keep(office, id, 'sign', { chair: '王主任', signedOn: dayOf(Date.now()) })
  expect(signed.statusCode).toBe(200)
  return id
}
async function approver(office: Office) {
  const { proposals } = await office.get<RuleProposals>('director', '/api/catalogue/proposals')
  return (who: string) => office.send(who, `/api/catalogue/proposals/${proposals[0]?.id}/approve`, {})
}

test('what a ruling proposed is refused when it lapses, though one person had approved it', async () => {
  const office = await anOffice()
  const id = await aRulingOfAKind(office)
  const approve = await approver(office)
  expect((await approve('dispatcher')).json()).toMatchObject({ state: 'OPEN' })
  expect((await keep(office, id, 'lapse', { why: '职责已调整' })).statusCode).toBe(200)
  expect(office.code(await approve('director'))).toBe('proposal.decided')
  const { proposals } = await office.get<RuleProposals>('director', '/api/catalogue/proposals')
  expect(proposals).toMatchObject([
    { state: 'REFUSED', refusedBy: 'dispatcher的名字𠀀', refusedWhy: '裁定已终止：职责已调整' },
  ])
  expect((await office.get<CatalogueRuleList>('dispatcher', '/api/catalogue/rules')).rules).toEqual([])
})

test('an adopted ruling takes the place of the rule that decided, and decides itself', async () => {
  const office = await anOffice()
  // The decisive one is neither the first in the table nor the last.
  const rule = { categoryCode: lamps, target: 'UNIT' as const, unitCode: unit('rsj'), coUnitCodes: [], changedAt: 0 }
  const ranked = { 'a-low': 0, 'z-high': 7, 'm-high': 7, 'p-middle': 3 }
  for (const [key, priority] of Object.entries(ranked)) {
    await office.db.insert(catalogueRules).values({ ...rule, key, priority })
  }
  const choice = () => office.get<{ lead: { code: string } }>('dispatcher', '/api/catalogue/choice?category=030401')
  expect((await choice()).lead.code).toBe('rsj')
  await aRulingOfAKind(office)
  const approve = await approver(office)
  await approve('dispatcher')
  expect((await approve('director')).json()).toMatchObject({ state: 'ADOPTED', ruleKey: 'm-high' })
  expect((await choice()).lead.code).toBe('cgj')
  const { rules } = await office.get<CatalogueRuleList>('dispatcher', '/api/catalogue/rules')
  const adopted = rules.filter(({ key }) => key === 'm-high').at(-1)
  expect(adopted).toMatchObject({ unit: { code: 'cgj' }, priority: 7 })
})

/** The smallest PNG there is. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

test('evidence is also a file: kept by its bytes, read by those who take part, each time written down', async () => {
  const office = await anOffice()
  await office.db
    .update(units)
    .set({ phone: '139-0355-7001' })
    .where(eq(units.code, unit('cgj')))
  const number = await office.create()
  const made = await office.send('dispatcher', '/api/disputes', {
    ...{ question: '路灯由谁维修', rung: 'J1', tickets: [number], parties: ['cgj'] },
  })
  const { id } = made.json()
  const add = (who: string, name: string, bytes: Buffer) =>
    office.bytes(who, `/api/disputes/${id}/files?name=${encodeURIComponent(name)}`, bytes)
  const added = await add('cgj', '现场照片.png', picture)
  expect(added.statusCode).toBe(201)
  // What it is not, and whom it does not concern.
  expect(office.code(await add('cgj', '现场照片.pdf', picture))).toBe('attachment.not-as-named')
  expect(office.code(await add('cgj', '程序.exe', Buffer.from('MZ程序')))).toBe('attachment.type-refused')
  expect(office.code(await add('rsj', '照片.png', picture))).toBe('dispute.not-found')
  expect(office.code(await add('director', '照片.png', picture))).toBe('dispute.not-allowed')

  const { files } = await office.get<DisputeDetail>('dispatcher', `/api/disputes/${id}`)
  expect(files).toMatchObject([{ fileName: '现场照片.png', bytes: picture.length, unit: { code: 'cgj' } }])
  const path = `/api/disputes/${id}/files/${files[0]?.id}`
  const read = await office.ask('dispatcher', path)
  expect([read.statusCode, read.rawPayload.equals(picture)]).toEqual([200, true])
  expect(office.code(await office.ask('rsj', path))).toBe('dispute.not-found')
  const sha256 = createHash('sha256').update(picture).digest('hex')
  expect([await isDisputeFile(office.db, sha256), await isDisputeFile(office.db, '0'.repeat(64))]).toEqual([
    true,
    false,
  ])
  const actions = await office.db.select({ action: auditEvents.action }).from(auditEvents)
  expect(actions.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['dispute.file-added', 'dispute.file-read']),
  )

  // The unit's mobile is told as its bell is, and of the question nothing.
  const sent = await office.db.select().from(messages).where(eq(messages.kind, 'MEETING'))
  expect(sent.map(({ toNumber, subject }) => [toNumber, subject])).toEqual([['13903557001', id]])
  expect(sent[0]?.text).not.toContain('路灯')
})
