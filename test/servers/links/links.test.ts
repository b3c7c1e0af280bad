import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { desc, eq, like } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { fileKindOf } from '../../../src/links/link.ts'
import { ticketLinks } from '../../../src/links/schema.ts'
import { units } from '../../../src/units/schema.ts'
import { unit } from '../tickets/world.ts'
import { anOfficeWithSchool, answer, school } from './world.ts'

type World = Awaited<ReturnType<typeof anOfficeWithSchool>>

const audited = async ({ db }: World) =>
  (await db.select().from(auditEvents).where(like(auditEvents.action, 'link.%')).orderBy(auditEvents.id)).map(
    ({ action, isAllowed }) => (isAllowed === 1 ? action : `${action} refused`),
  )
const end = (response: { json(): unknown }) => response.json() as { code: string; reason?: string; detail: string }
const hour = 3_600_000

describe('a body without accounts', () => {
  it('gets a link with the dispatch, and answers through the code that its telephone was sent', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const [message] = await world.inbox()
    expect(message).toMatch(
      new RegExp(
        `^【长治12345】有一件群众诉求请贵单位办理（工单${number}，请于.+前答复）。打开链接查看和答复：http://127.0.0.1:12345/answer#[\\w-]{43} 链接14天内有效`,
      ),
    )
    // The same announcement again, as from a second worker, makes no second link.
    expect(await world.tell(true)).toBe(0)
    const token = await world.lastToken()
    const opened = await world.open(token)
    expect(opened.json()).toMatchObject({ unit: '长治市第二中学校', phone: '199****0021', isVerified: false })
    // Before the code there is nothing of the matter.
    expect(opened.body).not.toContain('路灯')
    expect(end(await world.read({ id: opened.json().id }))).toMatchObject({ code: 'link.code-needed' })

    const browser = await world.inside(token)
    expect((await world.open(token, browser.cookie)).json().isVerified).toBe(true)
    const ticket = (await world.read(browser)).json()
    expect(ticket).toMatchObject({
      ...{ number, state: 'DISPATCHED', unit: '长治市第二中学校', actions: ['sign', 'return'] },
      caller: { name: '张三丰', phone: '139****5678' },
    })
    expect((await world.step(browser, 'sign', { version: 2 })).json()).toMatchObject({ state: 'SIGNED', isOver: false })
    const said = { at: Date.now(), way: 'PHONE', withWhom: '张三丰', note: '已致电说明' }
    expect((await world.step(browser, 'contact', { version: 3, ...said })).statusCode).toBe(200)
    const replied = await world.step(browser, 'reply', { version: 4, ...answer })
    expect(replied.json()).toEqual({ number, state: 'REPLIED', version: 5, isOver: true })

    const detail = await world.detail('dispatcher', number)
    expect(detail.publicReply).toBe(answer.publicReply)
    expect(detail.history.map(({ kind, actor, unit: from }) => [kind, actor, from?.code])).toEqual([
      ['register', '1001的名字𠀀', undefined],
      ['dispatch', 'dispatcher的名字𠀀', undefined],
      ['sign', '长治市第二中学校（链接）', school],
      ['contact', '长治市第二中学校（链接）', school],
      ['reply', '长治市第二中学校（链接）', school],
    ])
    expect(await audited(world)).toEqual([
      ...['link.opened', 'link.opened', 'link.code-sent', 'link.entered', 'link.opened', 'link.ticket-read'],
      ...['link.acted', 'link.acted', 'link.acted'],
    ])
    // It was for one answer.
    expect(end(await world.read(browser))).toMatchObject({ code: 'link.over', reason: 'USED' })
    expect(end(await world.open(token))).toMatchObject({ code: 'link.over', reason: 'USED' })
  })

  it('keeps its link while the first contact is still owed, and gets a new one when the answer comes back', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const first = await world.lastToken()
    const browser = await world.inside(first)
    await world.step(browser, 'sign', { version: 2 })
    expect((await world.step(browser, 'reply', { version: 3, ...answer })).json()).toMatchObject({ isOver: false })
    expect((await world.read(browser)).json().actions).toEqual(['contact'])
    const said = { at: Date.now(), way: 'PHONE', withWhom: '张三丰', note: '已致电说明' }
    expect((await world.step(browser, 'contact', { version: 4, ...said })).json()).toMatchObject({ isOver: true })
    await world.act('dispatcher', number, 'send-back', { version: 5, note: '请写明更换时间' })
    expect(await world.tell()).toBe(1)
    const second = await world.lastToken()
    expect(second).not.toBe(first)
    world.wait(61_000)
    const again = await world.inside(second)
    expect((await world.read(again)).json()).toMatchObject({
      state: 'SIGNED',
      said: [{ kind: 'send-back', note: '请写明更换时间' }],
    })
  })

  it('is reminded by its telephone of what others read in the bell, without another link', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    await world.act('1001', number, 'urge', { note: '还没人来' })
    expect(await world.tell()).toBe(1)
    const [, reminder = ''] = await world.inbox()
    expect(reminder).toMatch(new RegExp(`^【长治12345】工单${number}：.*催办.*请打开此前短信中的链接办理`))
    expect(reminder).not.toContain('#')
    expect(await world.db.select().from(ticketLinks)).toHaveLength(1)
  })

  it('is told what the bell would tell it, not what is news to another unit of its ticket', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.create()
    const sent = { version: 1, lead: 'cgj', coUnits: [school], coDemand: '核实', reason: '市管道路' }
    await world.act('dispatcher', number, 'dispatch', sent)
    expect(await world.tell()).toBe(1)
    await world.act('1001', number, 'urge', { note: '还没人来' })
    await world.act('1001', number, 'supplement', { note: '灯杆也歪了' })
    const { version } = await world.detail('dispatcher', number)
    const more = { version, coUnits: ['rsj'], demand: '核实', note: '涉及劳务' }
    const added = await world.act('dispatcher', number, 'add-co', more)
    expect([added.statusCode, added.body]).toEqual([200, expect.anything()])
    expect(await world.tell()).toBe(0)
    expect(await world.inbox()).toHaveLength(1)
  })

  it('gets no other link by a reminder once it has answered, or a person has withdrawn the link', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const links = await world.get<{ links: { id: string }[] }>('dispatcher', `/api/tickets/${number}/links`)
    const path = `/api/tickets/${number}/links/${links.links[0]?.id}/withdraw`
    expect((await world.send('dispatcher', path, { reason: '号码不对' })).statusCode).toBe(204)
    await world.act('1001', number, 'urge', { note: '还没人来' })
    expect(await world.tell()).toBe(0)
    expect(await world.inbox()).toHaveLength(1)

    const other = await world.sent()
    const browser = await world.inside(await world.lastToken())
    await world.step(browser, 'sign', { version: 2 })
    const said = { at: Date.now(), way: 'PHONE', withWhom: '张三丰', note: '已致电说明' }
    await world.step(browser, 'contact', { version: 3, ...said })
    expect((await world.step(browser, 'reply', { version: 4, ...answer })).json()).toMatchObject({ isOver: true })
    expect((await world.act('1001', other, 'supplement', { note: '灯杆也歪了' })).statusCode).toBe(200)
    expect(await world.tell()).toBe(0)

    // One that only expired comes anew.
    const third = await world.sent()
    world.wait(14 * 24 * hour)
    await world.logInAgain()
    expect((await world.act('1001', third, 'urge', { note: '还没人来' })).statusCode).toBe(200)
    expect(await world.tell()).toBe(1)
    expect((await world.open(await world.lastToken())).statusCode).toBe(200)
  })

  it('adds proof, and what is no file that a ticket may have is refused in words', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const { id, cookie } = await world.inside(await world.lastToken())
    const photo = await readFile(join(import.meta.dirname, '../tickets/files/samples/photo.jpg'))
    const add = (name: string, bytes: Buffer, kind = 'HANDLING') =>
      world.web.inject({
        method: 'POST',
        url: `/api/public/links/${id}/files?name=${encodeURIComponent(name)}&kind=${kind}`,
        headers: { cookie, 'content-type': 'application/octet-stream' },
        payload: bytes,
      })
    const added = await add('换灯.jpg', photo)
    expect(added.json()).toMatchObject({ kind: 'HANDLING', fileName: '换灯.jpg', mediaType: 'image/jpeg' })
    expect(end(await add('换灯.png', photo)).code).toBe('attachment.not-as-named')
    expect(end(await add('证件.jpg', photo, 'IDENTITY')).code).toBe('ticket.not-allowed')
    const file = `/api/public/links/${id}/files/${added.json().id}`
    expect((await world.fetch(file, cookie)).rawPayload.equals(photo)).toBe(true)
    expect(end(await world.fetch(file)).code).toBe('link.code-needed')
    expect((await world.detail('dispatcher', number)).attachments).toHaveLength(1)
  })

  it('asks for more time, and for a final answer with its sealed document', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const browser = await world.inside(await world.lastToken())
    await world.step(browser, 'sign', { version: 2 })
    expect((await world.read(browser)).json().actions).toEqual(expect.arrayContaining(['extend', 'final']))
    const extended = await world.step(browser, 'extend', { version: 3, amount: 2, note: '等配件' })
    expect([extended.statusCode, extended.json().state]).toEqual([200, 'SIGNED'])
    expect(await world.detail('dispatcher', number)).toMatchObject({ asks: ['EXTENSION'] })
    await world.act('dispatcher', number, 'grant-extension', { version: 4 })

    const final = { version: 5, reason: 'SETTLED', note: '已查明', publicReply: '已依法办结。' }
    expect(end(await world.step(browser, 'final', final)).code).toBe('ticket.file-missing')
    const added = await world.web.inject({
      method: 'POST',
      url: `/api/public/links/${browser.id}/files?name=a.jpg&kind=${fileKindOf('final')}`,
      headers: { cookie: browser.cookie, 'content-type': 'application/octet-stream' },
      payload: await readFile(join(import.meta.dirname, '../tickets/files/samples/photo.jpg')),
    })
    expect(added.json()).toMatchObject({ kind: 'SEALED' })
    expect((await world.step(browser, 'final', final)).statusCode).toBe(200)
    expect(await world.detail('dispatcher', number)).toMatchObject({ asks: ['FINAL'] })
  })

  it('learns nothing of who a hidden caller is, in no text and by no question', async () => {
    const world = await anOfficeWithSchool()
    await world.sent({
      isConfidential: true,
      content: '我是张三丰，电话13912345678，学校门口路灯不亮',
      caller: { name: '张三丰', phone: '13912345678', address: '英雄路二号院' },
    })
    const browser = await world.inside(await world.lastToken())
    const ticket = await world.read(browser)
    expect(ticket.json()).toMatchObject({ caller: null, mayReveal: false })
    expect(ticket.body).not.toMatch(/张三丰|1391234|5678|英雄路二号院/)
    const asked = await world.post(`/api/public/links/${browser.id}/reveal`, browser.cookie, { reason: '联系' })
    expect(end(asked).code).toBe('ticket.caller-hidden')
    expect(await audited(world)).toContain('link.caller-revealed refused')
    expect((await world.inbox()).join()).not.toMatch(/张三丰|1391234/)
  })

  it('asks for the number to call, with a reason, a few times', async () => {
    const world = await anOfficeWithSchool()
    await world.sent()
    const { id, cookie } = await world.inside(await world.lastToken())
    const ask = () => world.post(`/api/public/links/${id}/reveal`, cookie, { reason: '首次联系' })
    expect((await ask()).json()).toMatchObject({ name: '张三丰', phone: '+8613912345678' })
    const more = []
    for (let n = 0; n < 5; n += 1) more.push((await ask()).statusCode)
    expect(more).toEqual([200, 200, 200, 200, 429])
  })

  it('may do what a unit may, and nothing of the hotline', async () => {
    const world = await anOfficeWithSchool()
    await world.sent()
    const browser = await world.inside(await world.lastToken())
    for (const [action, more] of [
      ['close', { version: 2 }],
      ['dispatch', { version: 2, lead: 'cgj', reason: '给别人' }],
      ['send-back', { version: 2, note: '重写' }],
      ['reply', { version: 2, ...answer }],
    ] as const) {
      expect([action, end(await world.step(browser, action, more)).code]).toEqual([action, 'ticket.not-allowed'])
    }
    await world.step(browser, 'sign', { version: 2 })
    expect(end(await world.step(browser, 'sign', { version: 2 })).code).toBe('ticket.not-allowed')
    const stopped = await world.step(browser, 'reply', {
      version: 3,
      ...answer,
      publicReply: '保证解决，电话13912345678。',
    })
    expect(end(stopped).code).toBe('ticket.reply-stopped')
    const stale = await world.step(browser, 'reply', { version: 2, ...answer })
    expect(end(stale).code).toBe('ticket.stale')
  })
})

describe('a link', () => {
  it('that is expired, withdrawn, moved or nobody’s gets words that say so', async () => {
    const world = await anOfficeWithSchool()
    expect(end(await world.open('x'.repeat(43)))).toMatchObject({ code: 'link.over', reason: 'UNKNOWN' })
    expect((await world.open('short')).statusCode).toBe(400)

    const number = await world.sent()
    const links = () =>
      world.get<{ links: { id: string; end: string | null }[] }>('dispatcher', `/api/tickets/${number}/links`)
    const first = await world.lastToken()
    const browser = await world.inside(first)
    const [out] = (await links()).links
    expect(out?.end).toBeNull()
    const path = `/api/tickets/${number}/links`
    expect((await world.send('dispatcher', `${path}/${out?.id}/withdraw`, { reason: '发错单位' })).statusCode).toBe(204)
    for (const answered of [
      await world.open(first),
      await world.read(browser),
      await world.step(browser, 'sign', { version: 2 }),
    ]) {
      expect(end(answered)).toMatchObject({ code: 'link.over', reason: 'WITHDRAWN' })
    }
    expect(end(await world.send('dispatcher', `${path}/${out?.id}/withdraw`, { reason: '再来' })).code).toBe(
      'link.not-found',
    )

    expect((await world.send('dispatcher', path, { unit: school })).statusCode).toBe(204)
    const second = await world.lastToken()
    expect((await world.open(second)).statusCode).toBe(200)
    expect((await world.send('dispatcher', path, { unit: school })).statusCode).toBe(204)
    expect(end(await world.open(second))).toMatchObject({
      reason: 'WITHDRAWN',
      detail: expect.stringContaining('最近一条短信'),
    })
    const third = await world.lastToken()
    world.wait(14 * 24 * hour)
    expect(end(await world.open(third))).toMatchObject({ reason: 'EXPIRED' })
    expect(end(await world.enter(third, '000000'))).toMatchObject({ code: 'link.over' })

    await world.logInAgain()
    const other = await world.sent()
    const given = await world.inside(await world.lastToken())
    await world.step(given, 'return', { version: 2, reason: 'U2', note: '校外道路' })
    await world.act('dispatcher', other, 'dispatch', { version: 3, lead: 'cgj', reason: '市管道路' })
    // It answers for it until the next unit has signed.
    expect((await world.read(given)).statusCode).toBe(200)
    await world.act('cgj', other, 'sign', { version: 4 })
    expect(end(await world.read(given))).toMatchObject({ code: 'link.over', reason: 'MOVED' })
    expect((await world.send('dispatcher', `/api/tickets/${other}/links`, { unit: 'cgj' })).json().code).toBe(
      'link.not-for-unit',
    )
  })

  it('opens no other ticket: neither by its cookie nor by its token', async () => {
    const world = await anOfficeWithSchool()
    await world.sent()
    const mine = await world.inside(await world.lastToken())
    await world.sent()
    const { id: foreign } = (await world.open(await world.lastToken())).json()
    expect(end(await world.read({ id: foreign, cookie: mine.cookie })).code).toBe('link.code-needed')
    const forged = mine.cookie.replace(mine.id, foreign)
    expect(end(await world.read({ id: foreign, cookie: forged })).code).toBe('link.code-needed')
    expect(end(await world.step({ id: foreign, cookie: forged }, 'sign', { version: 2 })).code).toBe('link.code-needed')
  })

  it('gives nothing to guessing: five tries of a code, one code a minute, a number of both a day', async () => {
    const world = await anOfficeWithSchool()
    await world.sent()
    const token = await world.lastToken()
    await world.open(token)
    expect((await world.askCode(token)).statusCode).toBe(200)
    expect(end(await world.askCode(token)).code).toBe('link.too-many-codes')
    const right = await world.lastCode()
    const wrong = right === '123456' ? '654321' : '123456'
    const guesses = await Promise.all(Array.from({ length: 5 }, () => world.enter(token, wrong)))
    expect(guesses.map((guess) => end(guess).code)).toEqual(Array(5).fill('link.wrong-code'))
    // Also the right one is too late now.
    expect(end(await world.enter(token, right)).code).toBe('link.wrong-code')
    for (let n = 6; n < 30; n += 1) await world.enter(token, wrong)
    expect(end(await world.enter(token, right))).toMatchObject({ code: 'link.too-many-tries' })
    expect((await audited(world)).filter((action) => action === 'link.code-wrong refused')).toHaveLength(30)
    for (let n = 0; n < 40; n += 1) await world.open('y'.repeat(43))
    expect(end(await world.open('y'.repeat(43))).code).toBe('request.too-many')
    // A loop of strangers does not fill the audit.
    expect((await audited(world)).filter((action) => action === 'link.refused refused')).toHaveLength(1)
  })

  it('has a code that is right once, for ten minutes, and a pass that ends', async () => {
    const world = await anOfficeWithSchool()
    await world.sent()
    const token = await world.lastToken()
    await world.askCode(token)
    const code = await world.lastCode()
    const both = await Promise.all([world.enter(token, code), world.enter(token, code)])
    expect(both.map((one) => one.statusCode).sort()).toEqual([204, 403])
    await world.redis.flushdb()
    await world.askCode(token)
    world.wait(10 * 60_000)
    expect(end(await world.enter(token, await world.lastCode())).code).toBe('link.wrong-code')
    const browser = await (async () => {
      await world.redis.flushdb()
      return world.inside(token)
    })()
    world.wait(13 * hour)
    expect(end(await world.read(browser)).code).toBe('link.code-needed')
  })

  it('keeps no secret in the database, and its page is for dispatchers', async () => {
    const world = await anOfficeWithSchool()
    const number = await world.sent()
    const token = await world.lastToken()
    expect(JSON.stringify(await world.db.select().from(ticketLinks).orderBy(desc(ticketLinks.id)))).not.toContain(token)
    expect((await world.ask('cgj', `/api/tickets/${number}/links`)).statusCode).toBe(403)
    expect((await world.ask('1001', `/api/tickets/${number}/links`)).statusCode).toBe(403)
    await world.db
      .update(units)
      .set({ phone: null })
      .where(eq(units.code, unit(school)))
    expect((await world.send('dispatcher', `/api/tickets/${number}/links`, { unit: school })).json().code).toBe(
      'link.no-phone',
    )
  })
})
