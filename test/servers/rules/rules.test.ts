import { like } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { dayOf, wallTimeOf } from '../../../src/calendar/days.ts'
import { readNotice } from '../../../src/calendar/notice.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import type { CalendarPlan, LimitPlan, LimitProfiles } from '../../../src/rules/api.ts'
import { defaultRules, openTiming } from '../../../src/tickets/clocks/timing.ts'
import { moveClocks } from '../../../src/tickets/clockwork/moving.ts'
import { anOffice } from '../tickets/office.ts'

const day = 86_400_000

/** The notice of next year, in the words of a real one. */
function noticeOf(year: number): string {
  const words = (date: string) => {
    const at = new Date(`${date}T00:00:00Z`)
    return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日（周${'日一二三四五六'[at.getUTCDay()]}）`
  }
  return `国务院办公厅关于${year}年部分节假日安排的通知
国办发明电〔${year - 1}〕7号
一、元旦：${words(`${year}-01-01`)}放假，共1天。
二、春节：${words(`${year}-02-05`)}至${words(`${year}-02-12`)}放假调休，共8天。
三、清明节：${words(`${year}-04-05`)}放假，共1天。
四、劳动节：${words(`${year}-05-01`)}至${words(`${year}-05-05`)}放假调休，共5天。
五、端午节：${words(`${year}-06-09`)}放假，共1天。
六、中秋节：${words(`${year}-09-15`)}放假，共1天。
七、国庆节：${words(`${year}-10-01`)}至${words(`${year}-10-07`)}放假调休，共7天。`
}

const given = (text: string) => {
  const { year, holidays, makeUpDays } = readNotice(text)
  return { year: year ?? 0, source: '国务院办公厅通知', holidays, makeUpDays }
}

async function anOfficeWithTicket() {
  const office = await anOffice()
  const number = await office.create()
  const sent = await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
  if (sent.statusCode !== 200) throw new Error(sent.body)
  return { office, number }
}

it('shows which clocks a notice moves before anything is written, and moves them once it is confirmed', async () => {
  const { office, number } = await anOfficeWithTicket()
  const before = await office.detail('dispatcher', number)
  const due = dayOf(before.handleDueAt ?? 0)
  const year = Number(due.slice(0, 4))
  const view = await office.get<{
    years: { year: number; version: number; holidays: string[]; makeUpDays: string[] }[]
  }>('dispatcher', '/api/calendar')
  const known = view.years.find((one) => one.year === year)
  // The day that the handling is due becomes a day off: of the kind „one more holiday was ordered“.
  const notice = {
    ...{
      year,
      source: '国务院办公厅补充通知',
      // No day is both: it may be a Saturday that was to be worked.
      makeUpDays: (known?.makeUpDays ?? []).flatMap((date) => (date === due ? [] : { date, for: '调休' })),
    },
    holidays: [...(known?.holidays ?? []), due].map((date) => ({ name: '假日', from: date, to: date })),
  }
  const preview = await office.send('director', '/api/admin/calendar/preview', notice)
  expect(preview.statusCode).toBe(200)
  const plan = preview.json() as CalendarPlan
  expect(plan.years).toMatchObject([{ year, version: 1, changed: [{ date: due, isWorkingDay: false }] }])
  const moved = plan.moves.find((move) => move.number === number && move.clock === 'HANDLE')
  expect(moved).toMatchObject({ unit: 'cgj', from: before.handleDueAt })
  expect(moved?.to).toBeGreaterThan(before.handleDueAt ?? 0)
  expect((await office.detail('dispatcher', number)).handleDueAt).toBe(before.handleDueAt)

  const confirmed = await office.send('director', '/api/admin/calendar/confirm', { notice, versions: { [year]: 1 } })
  expect(confirmed.json()).toEqual({ years: [{ year, version: 2 }] })
  const jobs = (await office.db.select().from(outbox)).filter(({ queue }) => queue === 'clocks')
  expect(jobs.map(({ topic }) => topic)).toEqual(['calendar.changed'])
  const bus = { publish: () => undefined } as never
  const log = { info: () => undefined } as never
  const parts = { db: office.db, bus, log, now: Date.now, timing: openTiming(office.db, defaultRules) } as never
  const from = Number(jobs[0]?.payload.from)
  expect(await moveClocks(parts, from)).toBe(1)
  expect((await office.detail('dispatcher', number)).handleDueAt).toBe(moved?.to)
  // Twice is once.
  expect(await moveClocks(parts, from)).toBe(0)
  // Somebody else confirms what they had previewed before.
  const late = await office.send('director', '/api/admin/calendar/confirm', { notice, versions: { [year]: 1 } })
  expect(late.json().code ?? late.json().years).toEqual([])
  const audits = await office.db.select().from(auditEvents).where(like(auditEvents.action, 'calendar.%'))
  expect(audits.length).toBeGreaterThan(0)
  expect(wallTimeOf(moved?.to ?? 0)).toContain('23:59:59')
})

it('loads a year from the words of its notice, and refuses what contradicts itself', async () => {
  const { office } = await anOfficeWithTicket()
  const year = 2031
  const text = noticeOf(year)
  expect(readNotice(text).doubts).toEqual([])
  const notice = given(text)
  const plan = (await office.send('director', '/api/admin/calendar/preview', notice)).json() as CalendarPlan
  expect(plan.years).toMatchObject([{ year, version: 0 }])
  expect(
    (await office.send('director', '/api/admin/calendar/confirm', { notice, versions: { [year]: 0 } })).json(),
  ).toEqual({
    years: [{ year, version: 1 }],
  })
  const view = await office.get<{ years: { year: number; holidays: string[] }[] }>('cgj', '/api/calendar')
  expect(view.years.find((one) => one.year === year)?.holidays).toContain(`${year}-10-07`)
  const twice = await office.send('director', '/api/admin/calendar/confirm', {
    notice: { ...notice, makeUpDays: [{ date: `${year}-01-04`, for: '元旦' }] },
    versions: { [year]: 0 },
  })
  expect(twice.json().code).toBe('calendar.changed')
  const wrong = { ...notice, makeUpDays: [{ date: `${year}-10-01`, for: '国庆节' }] }
  expect((await office.send('director', '/api/admin/calendar/preview', wrong)).json()).toMatchObject({
    code: 'calendar.contradiction',
    detail: expect.stringContaining('既放假又上班'),
  })
  const early = {
    ...notice,
    year: 2041,
    holidays: [{ name: '元旦', from: '2040-12-31', to: '2041-01-02' }],
    makeUpDays: [],
  }
  expect((await office.send('director', '/api/admin/calendar/preview', early)).json()).toMatchObject({
    code: 'calendar.year-not-loaded',
    detail: expect.stringContaining('2040'),
  })
  for (const who of ['dispatcher', 'cgj', '1001']) {
    expect((await office.send(who, '/api/admin/calendar/preview', notice)).statusCode).toBe(403)
  }
})

it('a profile of limits is chosen for a day to come; open tickets keep theirs, and what they would have is shown', async () => {
  const { office, number } = await anOfficeWithTicket()
  const before = await office.detail('dispatcher', number)
  const known = await office.get<LimitProfiles>('director', '/api/admin/limits')
  expect(known.inForce).toEqual({ profile: 'default', version: 1 })
  const from = dayOf(Date.now() + day)
  const plan = (
    await office.send('director', '/api/admin/limits/preview', { profile: 'default', from })
  ).json() as LimitPlan
  expect(plan).toEqual({ moves: [], count: 0, isMore: false })
  const other = known.profiles.find(({ profile }) => profile !== 'default')
  if (other) {
    const moved = (
      await office.send('director', '/api/admin/limits/preview', { profile: other.profile, from })
    ).json() as LimitPlan
    expect(moved.moves.every((move) => move.number === number)).toBe(true)
  }
  expect(
    (await office.send('director', '/api/admin/limits/choose', { profile: 'default', from: dayOf(Date.now()) })).json()
      .code,
  ).toBe('limits.too-early')
  expect((await office.send('director', '/api/admin/limits/choose', { profile: 'nowhere', from })).json().code).toBe(
    'limits.unknown',
  )
  expect((await office.send('director', '/api/admin/limits/choose', { profile: 'default', from })).json()).toEqual({
    ...{ profile: 'default', version: 1, from },
  })
  const after = await office.get<LimitProfiles>('director', '/api/admin/limits')
  expect(after.choices[0]).toMatchObject({ profile: 'default', from, by: expect.stringContaining('director') })
  expect((await office.detail('dispatcher', number)).handleDueAt).toBe(before.handleDueAt)
  expect((await office.ask('dispatcher', '/api/admin/limits')).statusCode).toBe(403)
})
