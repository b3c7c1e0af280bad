import { eq, inArray } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { dayNumberOf, dayOf, dayOfNumber } from '../../../src/calendar/days.ts'
import { writeWorkbook } from '../../../src/catalogue/rules/workbook.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { CountyCode } from '../../../src/platform/types.ts'
import { notifications } from '../../../src/tickets/records/schema.ts'
import { units } from '../../../src/units/schema.ts'
import { sweepAlarms } from '../../../src/workstations/alarms.ts'
import type { DutyPreview, StationAbove, StationDetail, StationList } from '../../../src/workstations/api.ts'
import { daysOf, monthAfter, usualDutyRules as rules } from '../../../src/workstations/roster.ts'
import { dutyColumns } from '../../../src/workstations/sheet.ts'
import { anOffice } from '../tickets/office.ts'
import { monday, timingToCome, unit } from '../tickets/world.ts'

type Office = Awaited<ReturnType<typeof anOffice>>
const person = { name: '秦晓东', phone: '0355-5553000' }
const facts = {
  ...{ leader: person, handler: person, backup: person, feedback: person },
  ...{ dutyPhone: '0355-5553009', funding: '县财政', cover: 'ALL', version: 0 },
}
const today = (ahead = 0) => dayOfNumber(dayNumberOf(Date.now()) + ahead)

/** The station of 潞州区 with a person, another one, and a township below the first. */
async function stations() {
  const office = await anOffice()
  const row = (code: string, kind: 'WORKSTATION' | 'TOWNSHIP', parent: string | null) => ({
    ...{ code: unit(code), name: `${code}全称`, shortName: `${code}站`, initials: code, kind, sortOrder: 2 },
    ...{ parentCode: parent === null ? null : unit(parent), countyCode: '140403' as CountyCode },
    ...{ assessClass: 'ASSESSED' as const, changedAt: monday },
  })
  await office.db.insert(units).values([row('qin', 'WORKSTATION', null)])
  await office.db.insert(units).values([row('town', 'TOWNSHIP', 'lzq')])
  await office.join('lzq', 'WORKSTATION', unit('lzq'))
  await office.join('town', 'CLERK', unit('town'))
  return office
}
const fill = (office: Office, who: string, more: object = {}, code = 'lzq') =>
  office.put(who, `/api/workstations/${code}/duties`, {
    ...{ from: today(), to: today(70), shifts: ['DAY', 'NIGHT'], leader: '申局长', ...person, ...more },
  })
const confirm = (office: Office, who: string, month: string) =>
  office.send(who, '/api/workstations/lzq/confirmations', { month })

test('a station fills in its posts and shifts and confirms the month; the centre sees it, and may not confirm', async () => {
  const office = await stations()
  const month = today().slice(0, 7)
  const early = await confirm(office, 'lzq', month)
  expect(early.statusCode).toBe(409)
  expect(early.json().detail).toContain('负责人')
  expect((await office.put('lzq', '/api/workstations/lzq', { ...facts, cover: 'DAY' })).statusCode).toBe(200)
  expect(office.code(await office.put('lzq', '/api/workstations/lzq', facts))).toBe('workstation.stale')
  const gaps = await confirm(office, 'lzq', month)
  expect(gaps.json().detail).toContain('无人值班')
  expect((await fill(office, 'lzq', { to: today(91) })).statusCode).toBe(200)
  expect(office.code(await confirm(office, 'dispatcher', month))).toBe('access.denied')
  expect((await confirm(office, 'lzq', month)).json()).toMatchObject({ confirmed: { isChangedSince: false } })

  const { stations: all } = await office.get<StationList>('dispatcher', '/api/workstations')
  expect(all.map(({ unit: { code } }) => code)).toEqual(['lzq', 'qin'])
  const own = all.find(({ unit: { code } }) => code === 'lzq')
  expect(own).toMatchObject({ accounts: 1, now: { isExpected: true }, confirmed: { by: 'lzq的名字𠀀' } })
  expect(own?.lastSeenAt).toBeGreaterThan(0)
  // The nights are the centre's to say.
  const seen = await office.get<StationDetail>('dispatcher', '/api/workstations/lzq')
  expect(seen).toMatchObject({ cover: 'ALL', may: { keep: true, setCover: true, confirm: false } })
  const { version } = seen
  expect(
    (await office.put('dispatcher', '/api/workstations/lzq', { ...facts, version, cover: 'DAY' })).json().cover,
  ).toBe('DAY')

  // A shift that is changed afterwards is shown beside the confirmation.
  office.wait(1_000)
  await fill(office, 'lzq', { from: today(), to: today(), name: '路建军' })
  const changed = await office.get<StationDetail>('lzq', `/api/workstations/lzq?month=${month}`)
  expect(changed.confirmed).toMatchObject({ isChangedSince: true })
  const actions = await office.db.select({ action: auditEvents.action }).from(auditEvents)
  expect(actions.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['workstation.changed', 'workstation.duty-set', 'workstation.confirmed']),
  )
})

test('a station sees and keeps itself alone; a township learns who is on duty above it, and no more', async () => {
  const office = await stations()
  await fill(office, 'lzq', { from: today(), to: today(1) })
  const { stations: own } = await office.get<StationList>('lzq', '/api/workstations')
  expect(own.map(({ unit: { code } }) => code)).toEqual(['lzq'])
  expect(office.code(await office.ask('lzq', '/api/workstations/qin'))).toBe('workstation.not-found')
  expect(office.code(await fill(office, 'lzq', {}, 'qin'))).toBe('workstation.not-found')
  expect(office.code(await office.ask('town', '/api/workstations'))).toBe('access.denied')
  expect(office.code(await office.ask('cgj', '/api/workstations/lzq'))).toBe('access.denied')

  const above = await office.get<StationAbove>('town', '/api/units/own/station')
  expect(above.station).toMatchObject({ unit: { name: 'lzq' }, isOwn: false })
  expect((await office.get<StationAbove>('cgj', '/api/units/own/station')).station).toBeNull()
  expect((await office.get<StationAbove>('lzq', '/api/units/own/station')).station).toMatchObject({ isOwn: true })
})

test('a shift that is over, days in the wrong order and a telephone that is none are refused at their field', async () => {
  const office = await stations()
  const refused = async (more: object) => {
    const { detail, faults } = (await fill(office, 'lzq', more)).json()
    return [faults?.[0]?.path, detail]
  }
  expect(await refused({ from: today(-1), to: today() })).toEqual(['body.from', expect.stringContaining('已过')])
  expect(await refused({ from: today(3), to: today(2) })).toEqual(['body.to', expect.stringContaining('不能早于')])
  expect(await refused({ to: today(92) })).toEqual(['body.to', expect.stringContaining('92 天')])
  expect(await refused({ phone: '值班室' })).toEqual(['body.phone', expect.stringContaining('不是电话号码')])
  await fill(office, 'lzq', { from: today(), to: today(2) })
  const cleared = await office.send('lzq', '/api/workstations/lzq/duties/clear', {
    from: today(2),
    to: today(2),
    shifts: ['DAY'],
  })
  expect(cleared.statusCode).toBe(200)
})

test('a list that turns are taken out of is no longer confirmed, also when none is left; other months stay', async () => {
  const office = await stations()
  const [month, next] = [today().slice(0, 7), monthAfter(today().slice(0, 7))]
  await office.put('lzq', '/api/workstations/lzq', facts)
  await fill(office, 'lzq', { to: today(91) })
  for (const of of [month, next]) expect((await confirm(office, 'lzq', of)).statusCode).toBe(200)
  const confirmedIn = async (of: string) =>
    (await office.get<StationDetail>('lzq', `/api/workstations/lzq?month=${of}`)).confirmed
  const clear = (from: string, to: string) =>
    office.send('lzq', '/api/workstations/lzq/duties/clear', { from, to, shifts: ['DAY', 'NIGHT'] })
  const days = daysOf(next)
  await clear(days[0] ?? '', days.at(-1) ?? '')
  expect(await confirmedIn(next)).toBeNull()
  expect(await confirmedIn(month)).toMatchObject({ isChangedSince: false })
})

test('the list comes back from a spreadsheet: every fault first, then all of it or nothing', async () => {
  const office = await stations()
  const table = (rows: string[][]) =>
    writeWorkbook([{ name: '值班表', heads: dutyColumns.map(({ title, width }) => ({ title, width })), rows }], monday)
  const send = async (who: string, rows: string[][], path = 'sheet/preview') =>
    office.bytes(who, `/api/workstations/${path}`, Buffer.from(await table(rows)))
  const good = [['lzq', today(1), '全天', '', '秦晓东', '0355-5553000']]
  const faulty = await send('lzq', [
    ...good,
    ['qin', today(1), '白班', '', '牛海涛', '0355-5553001'],
    ['lzq', '明天', '早班', '', '', '无'],
  ])
  expect((faulty.json() as DutyPreview).faults.map(({ row, column }) => `${column}${row}`)).toEqual([
    'A3',
    'B4',
    'C4',
    'E4',
    'F4',
  ])
  const preview = (await send('lzq', good)).json() as DutyPreview
  expect(preview).toMatchObject({ added: 2, faultCount: 0 })
  // Of another preview, or with a fault, nothing is written.
  expect(office.code(await send('lzq', good, `sheet?digest=${'0'.repeat(64)}`))).toBe('workstation.sheet-changed')
  expect(office.code(await send('lzq', [['lzq', '明天', '白班', '', '', '']], `sheet?digest=${preview.digest}`))).toBe(
    'workstation.sheet-faults',
  )
  expect((await send('lzq', good, `sheet?digest=${preview.digest}`)).statusCode).toBe(200)
  expect(
    (await send('dispatcher', [...good, ['qin', today(1), '白班', '', '牛海涛', '0355-5553001']])).json(),
  ).toMatchObject({ same: 2, added: 1 })
  expect(office.code(await office.bytes('lzq', '/api/workstations/sheet/preview', Buffer.from('工作站,日期')))).toBe(
    'workstation.sheet-unreadable',
  )
  const out = await office.ask('lzq', `/api/workstations/duties.xlsx?month=${today(1).slice(0, 7)}`)
  expect(out.headers['content-type']).toContain('spreadsheetml')
})

test('what is wrong is told once to the station and in one line to the centre, and settles itself', async () => {
  const office = await stations()
  const published: string[] = []
  let at = Date.now()
  const sweep = () =>
    sweepAlarms({
      ...{ db: office.db, rules, now: () => at, log: createLogger('test', 'silent') },
      bus: { publish: (topic: string) => void published.push(topic) },
      calendar: async () => timingToCome.calendar,
    })
  const told = (who: 'workstation.wanting' | 'workstation.alarm') =>
    office.db.select().from(notifications).where(eq(notifications.topic, who))
  await sweep()
  const atFirst = await told('workstation.wanting')
  const ofStation = atFirst.filter(({ unitCode }) => unitCode === 'lzq').map(({ payload }) => payload.title)
  expect(ofStation).toEqual(
    expect.arrayContaining([
      expect.stringContaining('无人值班'),
      expect.stringContaining('未确认'),
      expect.stringContaining('未填写'),
    ]),
  )
  expect(await told('workstation.alarm')).toHaveLength(1)
  expect(published).toEqual(['notices.kept'])
  // Again, by this process or another one: nothing new.
  expect(await Promise.all([sweep(), sweep()])).toEqual([
    { raised: 0, settled: 0 },
    { raised: 0, settled: 0 },
  ])

  await office.put('lzq', '/api/workstations/lzq', facts)
  await fill(office, 'lzq', { from: today(), to: today(60) })
  // The night that began yesterday has nobody until the day shift begins: then all that is left is the confirmation.
  at = Date.parse(`${today(1)}T10:00:00+08:00`)
  office.wait(at - Date.now())
  await office.logInAgain()
  await confirm(office, 'lzq', dayOf(at).slice(0, 7))
  expect((await sweep()).settled).toBeGreaterThanOrEqual(3)
  const left = await told('workstation.wanting')
  const open = left.filter(({ unitCode, payload }) => unitCode === 'lzq' && payload.settledAt === undefined)
  expect(open.map(({ payload }) => payload.title).filter((title) => !String(title).includes('请确认'))).toEqual([])
  // It comes back when its cause does, and the month is to be confirmed again.
  await office.send('lzq', '/api/workstations/lzq/duties/clear', { from: today(1), to: today(1), shifts: ['DAY'] })
  expect((await sweep()).raised).toBe(2)
  const rows = await office.db
    .select()
    .from(notifications)
    .where(inArray(notifications.topic, ['workstation.alarm']))
  expect(rows.length).toBeGreaterThan(1)
})
