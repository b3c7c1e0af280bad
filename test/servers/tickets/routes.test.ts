import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { calls } from '../../../src/calls/records/schema.ts'
import { categories } from '../../../src/catalogue/schema.ts'
import { lines } from '../../../src/lines/schema.ts'
import { users } from '../../../src/people/schema.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'
import type { CallerTickets, ReturnedTickets, TicketCounts, TicketList } from '../../../src/tickets/api.ts'
import { ticketDrafts, tickets } from '../../../src/tickets/records/schema.ts'
import { newsQuery, unitWorklist } from '../../../src/web/tickets/worklist/worklistView.ts'
import { anOffice, form } from './office.ts'
import { lamps } from './world.ts'

describe('a ticket', () => {
  it('goes from the form to its end over the API, and everybody is told what to do next', async () => {
    const office = await anOffice()
    const made = await office.send('1001', '/api/tickets', form)
    expect(made.statusCode).toBe(201)
    const { number, queryCode } = made.json()
    expect(number).toMatch(/^CZ\d{14}$/)
    expect(queryCode).toMatch(/^\d{6}$/)
    expect((await office.detail('1001', number)).actions).toEqual([
      ...['answer', 'classify', 'hand-over', 'urge', 'supplement', 'correct'],
    ])
    expect((await office.detail('dispatcher', number)).actions).toEqual([
      ...['dispatch', 'designate', 'answer', 'classify', 'escalate', 'hand-over', 'void'],
      ...['second-opinion', 'urge', 'supplement', 'correct', 'merge'],
    ])

    const sent = await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
    expect(sent.json()).toEqual({ number, state: 'DISPATCHED', version: 2 })
    expect((await office.detail('cgj', number)).actions).toEqual(['sign', 'return'])
    await office.act('cgj', number, 'sign', { version: 2 })
    await office.act('cgj', number, 'reply', { version: 3, publicReply: '已修复', internalReply: '换灯头' })
    expect((await office.act('dispatcher', number, 'close', { version: 4 })).json().state).toBe('CLOSED')

    const detail = await office.detail('cgj', number)
    expect(detail).toMatchObject({
      state: 'CLOSED',
      title: '路灯不亮，已经三天了 𠀀🐎 请尽快修',
      category: { code: '030401', name: '路灯照明' },
      county: { name: '潞州区' },
      leadUnit: { code: 'cgj', name: 'cgj' },
      caller: { name: '张三丰', phone: '139****5678' },
      publicReply: '已修复',
      clocks: [],
      actions: ['addendum'],
    })
    expect(detail.history.map((entry) => [entry.kind, entry.actor])).toEqual([
      ['register', '1001的名字𠀀'],
      ['dispatch', 'dispatcher的名字𠀀'],
      ['sign', 'cgj的名字𠀀'],
      ['reply', 'cgj的名字𠀀'],
      ['close', 'dispatcher的名字𠀀'],
    ])
  })

  it('is not answered with what the check of answers stops, unless a reason is given, which stays', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
    await office.act('cgj', number, 'sign', { version: 2 })
    const answer = {
      version: 3,
      publicReply: '您好，我局保证解决路灯问题，维修师傅13912345678。',
      internalReply: '换灯头',
    }
    const stopped = await office.act('cgj', number, 'reply', answer)
    expect([stopped.statusCode, stopped.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'ticket.reply-stopped',
        detail: '过度承诺（保证解决）；公开答复含个人信息（13912345678）。请修改答复，或写明仍要提交的理由。',
      }),
    ])
    expect((await office.detail('cgj', number)).state).toBe('SIGNED')

    const reason = '师傅同意公开自己的号码'
    expect((await office.act('cgj', number, 'reply', { ...answer, overrideReason: reason })).json().state).toBe(
      'REPLIED',
    )
    const { history } = await office.detail('dispatcher', number)
    expect(history.at(-1)?.details).toMatchObject({ overrideReason: reason })
  })

  it('may be closed on the spot with its answer, and has the number of its call', async () => {
    const office = await anOffice()
    const call = await office.ownCall({ callerNumber: '+8613800001111' })
    const answer = { publicReply: '工作日八点半到十二点', isKnowledge: false }
    const asked = { ...form, type: 'CONSULT', caller: { name: '李四' }, callIds: [call], answer }
    const number = await office.create(asked)
    expect(await office.detail('1001', number)).toMatchObject({ state: 'DIRECT_CLOSED', callIds: [call] })
    expect(await office.send('1001', `/api/tickets/${number}/reveal`, { reason: '回访' })).toMatchObject({
      statusCode: 200,
    })
    const complaint = await office.send('1001', '/api/tickets', { ...asked, type: 'COMPLAINT' })
    expect(complaint.json()).toMatchObject({
      code: 'ticket.must-be-dispatched',
      detail: expect.stringContaining('投诉'),
    })
  })

  it('stands beside the next call of its caller, which is added to it', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.create({ caller: { name: '别人', phone: '13800001111' } })
    const call = await office.ownCall({ callerNumber: '+8613912345678' })
    const beside = await office.get<CallerTickets>('1001', `/api/callers/${call}/tickets`)
    expect(beside.open.map((ticket) => ticket.number)).toEqual([number])
    expect(beside.name).toBe('张三丰')
    const urged = await office.act('1001', number, 'urge', { note: '还没人来', callId: call })
    expect(urged.json()).toMatchObject({ version: 2, state: 'REGISTERED' })
    expect(await office.detail('1001', number)).toMatchObject({ urgeCount: 1, callIds: [call] })
    // What the caller says in confidence does not stand beside the next call, and changes nothing there.
    await office.create({ isConfidential: true })
    const still = await office.get<CallerTickets>('1001', `/api/callers/${call}/tickets`)
    expect([still.name, still.open.map((ticket) => ticket.number)]).toEqual(['张三丰', [number]])
    // But where it came out of this very call.
    const secret = await office.create({ isConfidential: true, callIds: [call] })
    const now = await office.get<CallerTickets>('1001', `/api/callers/${call}/tickets`)
    expect([now.name, now.open.map((ticket) => ticket.number)]).toEqual([null, [secret, number]])
    // A ticket that comes out of a call says which number was dialled; a letter dialled none.
    const [old] = await office.db.select().from(lines).where(eq(lines.number, '12333'))
    const dialled = await office.ownCall({ lineId: old?.id ?? 0 })
    const byPhone = await office.detail('1001', await office.create({ callIds: [dialled] }))
    expect(byPhone.line).toEqual({ number: '12333', name: old?.name })
    expect((await office.detail('1001', number)).line).toBeNull()
    const ofLine = async (name: string, dialled: string) =>
      (await office.list(name, `line=${dialled}`)).tickets.map((ticket) => ticket.number)
    expect(await ofLine('dispatcher', '12333')).toEqual([byPhone.number])
    expect(await ofLine('dispatcher', '12315')).toEqual([])
    expect(await ofLine('dispatcher', '99999')).toEqual([])
    const silent = await office.ownCall({ callerNumber: null })
    expect(await office.get('1001', `/api/callers/${silent}/tickets`)).toEqual({ open: [], closed: [], name: null })
  })

  it('says that its caller wants the number to be shown to nobody, to whoever reads it', async () => {
    const office = await anOffice()
    const withheld = await office.ownCall({ callerNumber: '+8613912345678', isCallerWithheld: true })
    const open = await office.ownCall({ callerNumber: '+8613912345678' })
    const noPhone = { caller: { name: '张三丰' } }
    const number = await office.create({ ...noPhone, callIds: [withheld] })
    for (const name of ['1001', 'dispatcher']) expect((await office.detail(name, number)).isNumberWithheld).toBe(true)
    const shown = await office.create({ ...noPhone, callIds: [open] })
    expect((await office.detail('1001', shown)).isNumberWithheld).toBe(false)
    // Another number than that of the call: nobody has asked to hide it.
    const another = await office.create({ caller: { name: '张三丰', phone: '13800001111' }, callIds: [withheld] })
    expect((await office.detail('1001', another)).isNumberWithheld).toBe(false)
    const secret = await office.create({ ...noPhone, callIds: [withheld], isConfidential: true })
    expect((await office.detail('1001', secret)).isNumberWithheld).toBe(false)
  })

  it('handed in twice with one key is one ticket', async () => {
    const office = await anOffice()
    const key = { 'idempotency-key': 'page-0001-submit' }
    const [first, second] = await Promise.all([1, 2].map(() => office.send('1001', '/api/tickets', form, key)))
    expect([first?.statusCode, second?.statusCode].sort()).toEqual([200, 201])
    expect(first?.json()).toEqual(second?.json())
    const other = await office.send('1001', '/api/tickets', { ...form, content: '别的事' }, key)
    expect(office.code(other)).toBe('ticket.repeated-differently')
    expect(office.code(await office.send('1001', '/api/tickets', form, { 'idempotency-key': 'x' }))).toBe(
      'request.invalid',
    )
    expect(await office.db.select().from(tickets)).toHaveLength(1)
  })
})

describe('who may', () => {
  it('see a ticket: the hotline, and the units that take part, as long as they do', async () => {
    const office = await anOffice()
    const number = await office.create()
    expect(office.code(await office.ask('cgj', `/api/tickets/${number}`))).toBe('ticket.not-yours')
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', coUnits: ['rsj'], reason: '属地' })
    expect((await office.list('cgj')).tickets).toHaveLength(1)
    expect((await office.list('rsj', 'part=co')).tickets).toHaveLength(1)
    expect((await office.list('rsj', 'part=lead')).tickets).toHaveLength(0)
    // Whatever it asks for.
    expect((await office.list('rsj', 'unit=cgj&part=lead')).tickets).toHaveLength(0)
    expect(office.code(await office.act('rsj', number, 'sign', { version: 2 }))).toBe('ticket.not-allowed')
    expect(office.code(await office.send('cgj', '/api/tickets', form))).toBe('access.denied')
  })

  it('write down the first contact: the unit in charge, once; its clock stops', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', coUnits: ['rsj'], reason: '属地' })
    const contact = { version: 3, at: Date.now(), way: 'PHONE', withWhom: '来电人', note: '约定明日上门' }
    expect(office.code(await office.act('cgj', number, 'contact', { ...contact, version: 2 }))).toBe(
      'ticket.wrong-state',
    )
    await office.act('cgj', number, 'sign', { version: 2 })
    expect(office.code(await office.act('rsj', number, 'contact', contact))).toBe('ticket.not-allowed')
    expect(office.code(await office.act('cgj', number, 'contact', { ...contact, way: 'PIGEON' }))).toBe(
      'request.invalid',
    )
    const late = { ...contact, at: Date.now() + 3_600_000 }
    expect(office.code(await office.act('cgj', number, 'contact', late))).toBe('ticket.text-missing')
    expect((await office.detail('cgj', number)).clocks).toContain('CONTACT')
    expect((await office.act('cgj', number, 'contact', contact)).statusCode).toBe(200)
    const { clocks, history, actions } = await office.detail('cgj', number)
    expect(clocks).not.toContain('CONTACT')
    expect(actions).not.toContain('contact')
    const { at, way, withWhom, note } = contact
    expect(history.at(-1)).toMatchObject({ kind: 'contact', toState: 'SIGNED', note, details: { at, way, withWhom } })
    expect(office.code(await office.act('cgj', number, 'contact', { ...contact, version: 4 }))).toBe(
      'ticket.wrong-state',
    )
  })

  it('see a ticket that was given back: its unit until another one has signed', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    await office.act('cgj', number, 'sign', { version: 2 })
    const back = { version: 3, reason: 'U2', note: '三定', suggestedUnit: 'rsj' }
    await office.act('cgj', number, 'return', back)
    const asked = { kind: 'RETURN', unit: { code: 'cgj' }, reason: 'U2', note: '三定', suggestedUnit: 'rsj' }
    const waiting = {
      state: 'SIGNED',
      leadUnit: { code: 'cgj' },
      asks: ['RETURN'],
      requests: [{ ...asked, decision: null }],
    }
    expect(await office.detail('cgj', number)).toMatchObject({
      ...waiting,
      actions: ['contact', 'reply', 'progress', 'delegate', 'withdraw'],
    })
    expect((await office.list('dispatcher', 'asks=RETURN')).tickets).toMatchObject([{ number, asks: ['RETURN'] }])
    expect((await office.detail('dispatcher', number)).actions).toEqual([
      ...[
        'dispatch',
        'designate',
        'refuse-return',
        'add-co',
        'classify',
        'escalate',
        'void',
        'second-opinion',
        'urge',
        'supplement',
        'merge',
      ],
    ])

    await office.act('dispatcher', number, 'dispatch', { version: 4, lead: 'rsj', reason: '职责在人社' })
    const sentOn = {
      state: 'DISPATCHED',
      leadUnit: { code: 'rsj' },
      holder: { code: 'cgj' },
      firstUnit: { code: 'cgj' },
    }
    const granted = [{ ...asked, decision: 'GRANTED', decidedBy: 'dispatcher的名字𠀀' }]
    expect(await office.detail('cgj', number)).toMatchObject({
      ...sentOn,
      asks: [],
      requests: granted,
      actions: ['contact', 'progress'],
    })
    expect((await office.list('cgj')).tickets).toMatchObject([{ number }])
    expect((await office.list('cgj', 'part=lead')).tickets).toEqual([])
    expect((await office.list('rsj', 'part=lead&state=DISPATCHED')).tickets).toMatchObject([{ number }])
    expect((await office.list('dispatcher', 'asks=RETURN')).tickets).toEqual([])

    await office.act('rsj', number, 'sign', { version: 5 })
    expect(await office.detail('rsj', number)).toMatchObject({ state: 'SIGNED', holder: null, returnCount: 1 })
    expect((await office.list('cgj')).tickets).toEqual([])
    expect(office.code(await office.ask('cgj', `/api/tickets/${number}`))).toBe('ticket.not-yours')
    expect(office.code(await office.act('cgj', number, 'contact', { version: 6 }))).not.toBe(200)
    const denied = await office.db.select().from(auditEvents).where(eq(auditEvents.subject, number))
    expect(denied.filter((row) => row.action === 'access.denied' && row.isAllowed === 0)).toHaveLength(1)
  })

  it('see which unit had it first, since its matter was corrected', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    const [matter] = await office.db.select().from(categories).where(eq(categories.code, lamps))
    if (matter) await office.db.insert(categories).values({ ...matter, code: '030402' as CategoryCode })
    await office.act('dispatcher', number, 'correct', { version: 2, categoryCode: '030402' })
    expect((await office.detail('dispatcher', number)).firstUnit).toBeNull()
    await office.act('dispatcher', number, 'dispatch', { version: 3, lead: 'rsj', reason: '属地' })
    expect(await office.detail('rsj', number)).toMatchObject({ version: 4, firstUnit: { code: 'rsj' } })
  })

  it('see a ticket once that its unit gave back and helps with', async () => {
    const office = await anOffice()
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    await office.act('cgj', number, 'return', {
      version: 2,
      reason: 'U2',
      note: '三定',
      suggestedUnit: 'rsj',
    })
    await office.act('dispatcher', number, 'dispatch', { version: 3, lead: 'rsj', coUnits: ['cgj'], reason: '职责' })
    expect(await office.detail('cgj', number)).toMatchObject({ holder: { code: 'cgj' }, coUnits: [{ code: 'cgj' }] })
    expect((await office.list('cgj')).tickets).toMatchObject([{ number }])
    expect(await office.get('cgj', '/api/tickets/total')).toMatchObject({ count: 1 })
    // What the page of a unit asks before it announces a new ticket.
    const sign = { kind: 'dispatch' as const, number, version: 4, state: 'DISPATCHED' as const, at: 0 }
    const asked = newsQuery(sign, unitWorklist) ?? ''
    expect((await office.list('cgj', asked)).tickets).toEqual([])
    expect((await office.list('rsj', asked)).tickets).toMatchObject([{ number }])
    expect((await office.list('cgj', 'part=co')).tickets).toMatchObject([{ number }])
    // Not taken on in the end: with the first unit again, which still helps as well.
    await office.act('rsj', number, 'return', { version: 4, reason: 'U2', note: '三定', suggestedUnit: null })
    await office.act('dispatcher', number, 'classify', {
      version: 5,
      reason: 'N01',
      act: 'CHANNEL',
      note: '已在诉讼中',
    })
    expect(await office.detail('cgj', number)).toMatchObject({ state: 'CLASSIFIED', leadUnit: { code: 'cgj' } })
    for (const part of ['any', 'lead', 'co']) {
      expect((await office.list('cgj', `part=${part}`)).tickets).toMatchObject([{ number }])
    }
  })

  it('know a caller: never a unit when it is confidential, wherever he is written', async () => {
    const office = await anOffice()
    const number = await office.create({
      isConfidential: true,
      content: '我是张三丰，电话139-1234-5678，路灯不亮',
      caller: { name: '张三丰', phone: '13912345678', address: '英雄路88号院' },
    })
    await office.act('1001', number, 'urge', { note: '张三丰又来电 13912345678' })
    const dispatch = { version: 2, lead: 'cgj', reason: '张三丰反映' }
    await office.act('dispatcher', number, 'dispatch', dispatch)
    const seen = [
      (await office.ask('cgj', `/api/tickets/${number}`)).body,
      (await office.ask('cgj', '/api/tickets')).body,
    ]
    for (const body of seen) expect(body).not.toMatch(/张三丰|139[-*]{0,4}1?2?3?4?-?5678|英雄路88/)
    expect(await office.detail('cgj', number)).toMatchObject({ caller: null, isCallerHidden: true, mayReveal: false })
    // Nor by asking whether there is one.
    expect((await office.list('cgj', 'caller=13912345678')).tickets).toEqual([])
    expect((await office.list('cgj', `search=${encodeURIComponent('张三丰')}`)).tickets).toEqual([])
    expect((await office.list('1001', 'caller=13912345678')).tickets).toEqual([])
    expect((await office.list('director', 'caller=13912345678')).tickets).toHaveLength(1)

    const reveal = (name: string) => office.send(name, `/api/tickets/${number}/reveal`, { reason: '核实举报' })
    expect(office.code(await reveal('cgj'))).toBe('ticket.caller-hidden')
    expect(office.code(await reveal('dispatcher'))).toBe('ticket.caller-hidden')
    expect((await reveal('director')).json()).toMatchObject({ name: '张三丰', phone: '+8613912345678' })
    // Where it stands says nothing of him, and is not written down.
    const standing = { number, version: 3, state: 'DISPATCHED', leadUnit: { code: 'cgj', name: 'cgj' } }
    expect(await office.get('1001', `/api/tickets/${number}/state`)).toEqual(standing)
    expect(office.code(await office.ask('rsj', `/api/tickets/${number}/state`))).toBe('ticket.not-yours')
    const rows = await office.db.select().from(auditEvents).where(eq(auditEvents.subject, number))
    expect(rows.filter((row) => row.action === 'ticket.confidential-read')).toHaveLength(1)
    expect(
      rows.filter((row) => row.action === 'ticket.caller-revealed').map((row) => [row.actor, row.isAllowed]),
    ).toEqual([
      ['cgj', 0],
      ['dispatcher', 0],
      ['director', 1],
    ])
  })
})

describe('a worklist', () => {
  it('has its figures: a unit those of its own, the hotline those of all', async () => {
    const office = await anOffice()
    const counts = (name: string) => office.get<TicketCounts>(name, '/api/tickets/counts')
    const [first, second, third] = [
      await office.create({ urgency: 'P1' }),
      await office.create(),
      await office.create(),
    ]
    await office.create({ type: 'CONSULT', answer: { publicReply: '八点半' } })
    for (const number of [first, second]) {
      await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    }
    await office.act('dispatcher', third, 'dispatch', { version: 1, lead: 'rsj', reason: '属地' })
    await office.create()
    const none = {
      asked: 0,
      registered: 0,
      untold: 0,
      dispatched: 0,
      signed: 0,
      replied: 0,
      problem: 0,
      returned: 0,
      soon: 0,
      overdue: 0,
    }
    expect(await counts('cgj')).toEqual({ ...none, dispatched: 2 })
    expect(await counts('dispatcher')).toEqual({ ...none, registered: 1 })

    office.wait(12 * 60_000)
    await office.act('cgj', second, 'sign', { version: 2 })
    expect(await counts('cgj')).toEqual({ ...none, dispatched: 1, signed: 1, soon: 1 })
    office.wait(4 * 60_000)
    await office.act('rsj', third, 'return', { version: 2, reason: 'U2', note: '三定' })
    await office.act('cgj', second, 'reply', { version: 3, publicReply: '修好了', internalReply: '换灯头' })
    expect(await counts('cgj')).toEqual({ ...none, dispatched: 1, overdue: 1 })
    // What it wants to give back is its own until that is granted, and the clock goes on.
    expect(await counts('rsj')).toEqual({ ...none, dispatched: 1, returned: 1, asked: 1 })
    expect(await counts('dispatcher')).toEqual({
      ...none,
      asked: 1,
      registered: 1,
      returned: 1,
      replied: 1,
      overdue: 1,
    })
  })

  it('shows a unit what it gave back and what became of it, and nothing that it may not know', async () => {
    const office = await anOffice()
    const returned = (name: string) => office.get<ReturnedTickets>(name, '/api/tickets/returned')
    const [moved, kept] = [
      await office.create({ type: 'REPORT', content: '我是张三丰，举报夜间倒垃圾' }),
      await office.create(),
    ]
    const back = { version: 2, reason: 'U2', note: '张三丰反映的事项不属本局', suggestedUnit: 'rsj' }
    for (const number of [moved, kept]) {
      await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
      await office.act('cgj', number, 'return', back)
    }
    await office.act('dispatcher', moved, 'dispatch', { version: 3, lead: 'rsj', reason: '职责在人社' })
    await office.act('dispatcher', kept, 'refuse-return', { version: 3, note: '三定第五条' })
    const answered = await office.create()
    await office.act('dispatcher', answered, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    await office.act('cgj', answered, 'sign', { version: 2 })
    await office.act('cgj', answered, 'return', { ...back, version: 3 })
    await office.act('cgj', answered, 'reply', { version: 4, publicReply: '路灯已修复', internalReply: '换灯' })
    const { tickets: seen } = await returned('cgj')
    expect(seen.shift()).toMatchObject({ number: answered, decision: 'LAPSED', isAnswered: true })
    expect(seen).toMatchObject([
      {
        number: kept,
        decision: 'REFUSED',
        isAnswered: false,
        holds: 'LEAD',
        decisionNote: '三定第五条',
        reason: 'U2',
      },
      { number: moved, decision: 'GRANTED', holds: 'HOLDER', decisionNote: null, note: '＊＊＊反映的事项不属本局' },
    ])
    // Neither who reported, nor where it went.
    expect(JSON.stringify(seen[1])).not.toMatch(/张三丰|rsj|139[*\d]{4}5678/)
    expect((await returned('rsj')).tickets).toEqual([])
    expect(office.code(await office.ask('dispatcher', '/api/tickets/returned'))).toBe('access.denied')
  })
})

describe('a list', () => {
  it('is turned page by page, and nothing is missed or twice while tickets arrive', async () => {
    const office = await anOffice()
    const numbers: string[] = []
    for (let i = 0; i < 7; i += 1) numbers.unshift(await office.create())
    const first = await office.list('1001', 'limit=3')
    await office.create()
    const second = await office.list('1001', `limit=3&cursor=${first.next}`)
    const third = await office.list('1001', `limit=3&cursor=${second.next}`)
    expect([first, second, third].flatMap((page) => page.tickets.map((ticket) => ticket.number))).toEqual(numbers)
    expect(third.next).toBeNull()
    for (const cursor of ['x', `1.${ulid()}`, "' OR 1=1"]) {
      expect(office.code(await office.ask('1001', `/api/tickets?cursor=${encodeURIComponent(cursor)}`))).toBe(
        'list.bad-cursor',
      )
    }
  })

  it('by due time has what is due first at its top, page by page', async () => {
    const office = await anOffice()
    const [general, urgent, danger] = [
      await office.create(),
      await office.create({ urgency: 'P2' }),
      await office.create({ urgency: 'P1' }),
    ]
    for (const number of [general, urgent, danger]) {
      await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    }
    const pages: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: TicketList = await office.list('cgj', `sort=due&state=DISPATCHED,SIGNED&limit=1&cursor=${cursor}`)
      pages.push(...page.tickets.map((ticket) => ticket.number))
      cursor = page.next
    }
    expect(pages).toEqual([danger, urgent, general])
    office.wait(16 * 60_000)
    expect((await office.list('cgj', 'sort=due&limit=1')).tickets).toMatchObject([{ number: danger, lamp: 'RED' }])
  })

  it('is narrowed to a lamp, as each row then shows it', async () => {
    const office = await anOffice()
    const danger = await office.create({ urgency: 'P1' })
    const general = await office.create()
    for (const number of [danger, general]) {
      await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    }
    const closed = await office.create({ type: 'CONSULT', answer: { publicReply: '八点半' } })
    const seen = async (lamp: string) =>
      (await office.list('dispatcher', `lamp=${lamp}`)).tickets.map((ticket) => [ticket.number, ticket.lamp])
    expect(await seen('GREEN')).toEqual([closed, general, danger].map((number) => [number, 'GREEN']))
    expect(await seen('YELLOW,RED')).toEqual([])
    office.wait(12 * 60_000)
    expect(await seen('YELLOW')).toEqual([[danger, 'YELLOW']])
    office.wait(5 * 60_000)
    expect(await seen('YELLOW')).toEqual([])
    expect(await seen('YELLOW,RED')).toEqual([[danger, 'RED']])
    expect((await office.list('cgj', 'lamp=RED&sort=due')).tickets.map((ticket) => ticket.number)).toEqual([danger])
    expect((await office.list('rsj', 'lamp=RED')).tickets).toEqual([])
    expect(await seen('GREEN')).toHaveLength(2)
    expect(office.code(await office.ask('cgj', '/api/tickets?lamp=BLUE'))).toBe('request.invalid')
  })

  it('is narrowed by each filter, and found by words and by number', async () => {
    const office = await anOffice()
    const a = await office.create()
    const b = await office.create({ type: 'COMPLAINT', urgency: 'P2', countyCode: null, content: '井盖丢了' })
    const found = async (query: string) => (await office.list('1001', query)).tickets.map((ticket) => ticket.number)
    expect(await found('type=COMPLAINT')).toEqual([b])
    expect(await found('urgency=P3')).toEqual([a])
    expect(await found('county=140403')).toEqual([a])
    expect(await found('category=030000')).toEqual([b, a])
    expect(await found('category=030401')).toEqual([b, a])
    expect(await found('category=030400')).toEqual([b, a])
    expect(await found('category=040000')).toEqual([])
    expect(await found('state=REGISTERED,SIGNED')).toEqual([b, a])
    expect(await found('state=CLOSED')).toEqual([])
    expect(await found(`search=${encodeURIComponent('井盖')}`)).toEqual([b])
    expect(await found(`search=${encodeURIComponent('路灯 三天')}`)).toEqual([a])
    expect(await found(`search=${a.toLowerCase()}`)).toEqual([a])
    const inGroups = a.replace(/^(CZ)(\d{8})/, '$1 $2 ')
    expect(await found(`search=${encodeURIComponent(inGroups)}`)).toEqual([a])
    expect(await found(`search=${encodeURIComponent('，')}`)).toEqual([])
    expect(await found(`from=${Date.now() + 60_000}`)).toEqual([])
    expect(await found('caller=013912345678')).toEqual([b, a])
    for (const query of ['state=NICE', 'type=x', 'category=1', 'sort=best', 'limit=0', 'caller=nobody', 'unit=A']) {
      expect(office.code(await office.ask('1001', `/api/tickets?${query}`)), query).toBe('request.invalid')
    }
  })
})

describe('bad input', () => {
  it('is answered in Chinese, field by field, with a stable code', async () => {
    const office = await anOffice()
    const refused = async (change: object) =>
      office.code(await office.send('1001', '/api/tickets', { ...form, ...change }))
    expect(await refused({ categoryCode: '030400' })).toBe('ticket.category-unknown')
    expect(await refused({ categoryCode: '0304' })).toBe('request.invalid')
    expect(await refused({ countyCode: '110101' })).toBe('ticket.county-unknown')
    expect(await refused({ suggestedUnit: 'old', suggestedReason: '归它管' })).toBe('ticket.unit-unknown')
    expect(await refused({ content: ' \n ' })).toBe('request.invalid')
    expect(await refused({ content: '好\u0000' })).toBe('request.control-characters')
    expect(await refused({ content: '\u202e倒' })).toBe('request.control-characters')
    expect(await refused({ content: '半个\ud83d' })).toBe('request.control-characters')
    expect(await refused({ content: '长'.repeat(5_001) })).toBe('request.invalid')
    expect(await refused({ content: 'x'.repeat(1_000_000) })).toBe('request.too-large')
    expect(await refused({ caller: { phone: '不详' } })).toBe('request.invalid')
    expect(await refused({ content: '𠀀'.repeat(5_000) })).toBe(201)
    const empty = await office.send('1001', '/api/tickets', {})
    const faults = (empty.json() as { faults: { path: string; message: string }[] }).faults
    expect(faults).toContainEqual({ path: 'body.type', message: '请选择诉求类型' })
    expect(faults).toContainEqual({ path: 'body.categoryCode', message: '请选择事项分类' })
  })

  it('in an action changes nothing', async () => {
    const office = await anOffice()
    const number = await office.create()
    const act = async (action: string, more: object) =>
      office.code(await office.act('dispatcher', number, action, more))
    expect(await act('dispatch', { version: 1, lead: 'old', reason: 'x' })).toBe('ticket.unit-unknown')
    expect(await act('dispatch', { version: 7, lead: 'cgj', reason: 'x' })).toBe('ticket.stale')
    expect(await act('dispatch', { version: 1, lead: 'cgj', coUnits: ['cgj'], reason: 'x' })).toBe(
      'ticket.lead-among-co-units',
    )
    expect(await act('close', { version: 1 })).toBe('ticket.wrong-state')
    expect(await act('sign', { version: 1 })).toBe('ticket.not-allowed')
    expect(await act('explode', { version: 1 })).toBe('request.invalid')
    expect(await act('void', { version: 1, reason: 'N99', note: 'x' })).toBe('request.invalid')
    expect(await office.detail('1001', number)).toMatchObject({ version: 1, state: 'REGISTERED' })
    expect(office.code(await office.ask('1001', '/api/tickets/CZ20261123999999'))).toBe('ticket.not-found')
    expect(office.code(await office.ask('1001', '/api/tickets/12345'))).toBe('request.invalid')
  })
})

describe('a draft', () => {
  it('waits for its owner at any desk, and ends with its ticket', async () => {
    const office = await anOffice()
    const id = ulid()
    const url = `/api/ticket-drafts/${id}`
    const content = { content: '路灯\n𠀀', caller: { name: '张', phone: null } }
    const call = await office.ownCall()
    const save = (version: number, more: object = {}) =>
      office.put('1001', url, { version, callId: call, content: { ...content, ...more } })
    expect((await save(0)).json()).toMatchObject({ id, version: 1, content })
    // The answer was lost and the page sends it again.
    expect((await save(0)).json()).toMatchObject({ version: 1 })
    expect((await save(1, { wish: '修' })).json()).toMatchObject({ version: 2 })
    expect(office.code(await save(1, { wish: '别的' }))).toBe('draft.stale')
    expect((await office.get<{ drafts: object[] }>('1001', `/api/ticket-drafts?call=${call}`)).drafts).toMatchObject([
      { id, version: 2, callId: call, content: { wish: '修' } },
    ])
    expect(office.code(await office.ask('dispatcher', url))).toBe('draft.not-found')
    expect(office.code(await office.put('dispatcher', url, { version: 2, content }))).toBe('draft.not-found')

    await office.create({ draftId: id })
    expect(office.code(await office.ask('1001', url))).toBe('draft.not-found')
    expect(office.code(await save(2))).toBe('draft.not-found')
    expect((await office.get<{ drafts: object[] }>('1001', '/api/ticket-drafts')).drafts).toEqual([])
  })

  it('that arrives after its ticket was made is none, so that no ghost of it waits', async () => {
    const office = await anOffice()
    const id = ulid()
    await office.create({ draftId: id })
    const late = await office.put('1001', `/api/ticket-drafts/${id}`, { version: 0, content: { content: '路灯' } })
    expect(office.code(late)).toBe('draft.not-found')
    expect((await office.get<{ drafts: object[] }>('1001', '/api/ticket-drafts')).drafts).toEqual([])
    // Who names another one's draft ends nothing.
    const other = ulid()
    await office.put('dispatcher', `/api/ticket-drafts/${other}`, { version: 0, content: {} })
    await office.create({ draftId: other })
    expect((await office.ask('dispatcher', `/api/ticket-drafts/${other}`)).statusCode).toBe(200)
  })

  it('says whose words it keeps, to the one who had the call', async () => {
    const office = await anOffice()
    const [agent] = await office.db.select({ id: users.id }).from(users).where(eq(users.username, '1001'))
    const call = await office.call()
    const [mine, theirs] = [ulid(), ulid()]
    const keep = (name: string, id: string) =>
      office.put(name, `/api/ticket-drafts/${id}`, { version: 0, callId: call, content: { content: '路灯' } })
    const noCall = { content: { content: '路灯' }, callId: null, version: 0 }
    for (const [name, id] of [
      ['1001', mine],
      ['dispatcher', theirs],
    ] as const) {
      expect(office.code(await keep(name, id))).toBe('call.not-yours')
      await office.put(name, `/api/ticket-drafts/${id}`, noCall)
    }
    // As an older version let them be kept.
    await office.db.update(ticketDrafts).set({ callId: call })
    const callOf = async (name: string, id: string) =>
      (await office.get<{ call: unknown }>(name, `/api/ticket-drafts/${id}`)).call
    expect(await callOf('1001', mine)).toBeNull()
    await office.db
      .update(calls)
      .set({ agentId: agent?.id ?? 0, callerNumber: '+8613903551234' })
      .where(eq(calls.id, call))
    expect(await callOf('1001', mine)).toMatchObject({ caller: '139****1234', line: { number: expect.any(String) } })
    expect(await callOf('dispatcher', theirs)).toBeNull()
    // A report came out of the same call: its caller is told for an hour more.
    await office.create({ type: 'REPORT', callIds: [call] })
    await office.db.update(calls).set({ endedAt: Date.now() })
    expect(await callOf('1001', mine)).not.toBeNull()
    office.wait(61 * 60_000)
    expect(await callOf('1001', mine)).toBeNull()
  })

  it('can be thrown away, and is not kept without end or measure', async () => {
    const office = await anOffice()
    const save = (id: string, content: object) =>
      office.put('1001', `/api/ticket-drafts/${id}`, { version: 0, content })
    const id = ulid()
    await save(id, {})
    expect((await office.drop('1001', `/api/ticket-drafts/${id}`)).statusCode).toBe(204)
    expect(office.code(await office.drop('1001', `/api/ticket-drafts/${id}`))).toBe('draft.not-found')
    expect(office.code(await save(ulid(), { content: 'x'.repeat(50_000) }))).toBe('request.invalid')
    for (let i = 0; i < 50; i += 1) await save(ulid(), { i })
    expect(office.code(await save(ulid(), {}))).toBe('draft.too-many')
  })
})

describe('what the form chooses from', () => {
  it('is found by name, and the unit comes with its reason', async () => {
    const office = await anOffice()
    const found = await office.get<{ categories: object[] }>(
      '1001',
      `/api/categories?search=${encodeURIComponent('路灯')}`,
    )
    expect(found.categories).toMatchObject([{ code: '030401', path: ['城市管理', '市政设施', '路灯照明'] }])
    expect((await office.get<{ categories: object[] }>('1001', '/api/categories')).categories).toHaveLength(3)
    const { units, counties } = await office.get<{ units: { code: string }[]; counties: object[] }>(
      '1001',
      '/api/units',
    )
    expect(units.map((unit) => unit.code)).toEqual(['cgj', 'lzq', 'rsj'])
    expect(counties).toMatchObject([{ code: '140403', name: '潞州区' }])
    const choice = await office.get('1001', '/api/catalogue/choice?category=030401&county=140403')
    expect(choice).toMatchObject({ lead: null, reason: expect.stringContaining('没有适用的规则') })
  })
})
