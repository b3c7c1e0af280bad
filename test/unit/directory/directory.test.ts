import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type DirectoryKind, dialDigits, findEntries } from '../../../src/directory/entry.ts'
import { hoursInWords, isOpenAt, readHours, writeHours } from '../../../src/directory/hours.ts'
import { mayDial, trunkFor } from '../../../src/directory/may-dial.ts'
import { pinyinOf } from '../../../src/platform/text/pinyin.ts'

const at = (wall: string) => Date.parse(`${wall}+08:00`)
/** Monday to Friday, and Saturday 2026-10-10, which is worked for the national holiday. */
const isWorkingDay = (day: string) => day === '2026-10-10' || ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())

describe('hours', () => {
  it.each([
    ['24h', '24h', '全天'],
    ['全天', '24h', '全天'],
    ['24小时', '24h', '全天'],
    ['工作日 8:30-12:00 14:30-18:00', 'workdays 08:30-12:00 14:30-18:00', '工作日 08:30–12:00、14:30–18:00'],
    ['工作日8：30—12：00，14：30—18：00', 'workdays 08:30-12:00 14:30-18:00', '工作日 08:30–12:00、14:30–18:00'],
    ['08:00-20:00', 'daily 08:00-20:00', '每天 08:00–20:00'],
    [
      '周一至周六 9:00-17:00；周日 9:00-12:00',
      'mon-sat 09:00-17:00; sun 09:00-12:00',
      '周一至周六 09:00–17:00；周日 09:00–12:00',
    ],
    ['周末 全天', 'sat-sun 24h', '周六至周日 全天'],
  ])('%s is kept as %s and read as %s', (typed, kept, words) => {
    const hours = readHours(typed)
    expect(hours && writeHours(hours)).toBe(kept)
    expect(hours && hoursInWords(hours)).toBe(words)
  })

  it.each([
    '',
    'now and then',
    '25:00-26:00',
    '18:00-08:00',
    'workdays',
    '8:30',
    '9:00-12:00 11:00-13:00',
    'mon-tue-wed 9:00-10:00',
  ])('%j cannot be read', (typed) => expect(readHours(typed)).toBeNull())

  it('say the same however often they are written and read, in either language', () => {
    const days = fc.constantFrom('daily', 'workdays', 'mon', 'mon-fri', 'sat-sun', 'fri-mon')
    const stretch = fc
      .tuple(fc.nat(700), fc.integer({ min: 1, max: 700 }))
      .map(([from, length]) => ({ from, to: from + length }))
    const clock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
    const rule = fc.tuple(days, stretch).map(([name, { from, to }]) => `${name} ${clock(from)}-${clock(to)}`)
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), (rules) => {
        const hours = readHours(rules.join(';'))
        if (hours === null) throw new Error(rules.join(';'))
        expect(readHours(writeHours(hours))).toEqual(hours)
        expect(readHours(hoursInWords(hours))).toEqual(hours)
      }),
    )
  })

  it('are open by the calendar of working days, a make-up Saturday included, and shut at their end', () => {
    const hours = readHours('workdays 08:30-12:00') ?? []
    expect(isOpenAt(hours, at('2026-11-23T08:30:00'), isWorkingDay)).toBe(true)
    expect(isOpenAt(hours, at('2026-11-23T11:59:59'), isWorkingDay)).toBe(true)
    expect(isOpenAt(hours, at('2026-11-23T12:00:00'), isWorkingDay)).toBe(false)
    expect(isOpenAt(hours, at('2026-11-28T09:00:00'), isWorkingDay)).toBe(false)
    expect(isOpenAt(hours, at('2026-10-10T09:00:00'), isWorkingDay)).toBe(true)
  })

  it('of a day of the week do not ask the calendar', () => {
    const hours = readHours('sat-sun 09:00-10:00') ?? []
    expect(isOpenAt(hours, at('2026-11-29T09:30:00'), () => false)).toBe(true)
    expect(isOpenAt(hours, at('2026-11-30T09:30:00'), () => true)).toBe(false)
  })
})

const rows = (
  [
    ['国网长治供电公司', '95598', 'UTILITY', '停电、抢修'],
    ['市供水公司', '03555552302', 'UTILITY', '爆管'],
    ['公安报警', '110', 'EMERGENCY', ''],
    ['长子县供电所', '03555559800', 'DEPARTMENT', ''],
    ['大同12345', '035212345', 'CITY', ''],
  ] as [string, string, DirectoryKind, string][]
).map(([name, number, kind, remark]) => ({ name, number, kind, remark, pinyin: pinyinOf(name) }))
const found = (typed: string) => findEntries(rows, typed).map((row) => row.number)

describe('the search', () => {
  it.each([
    ['95598', ['95598']],
    ['955', ['95598']],
    ['0355 555 98', ['03555559800']],
    ['供电', ['03555559800', '95598']],
    ['gongdian', ['03555559800', '95598']],
    ['gdgs', ['95598']],
    ['zzxgds', ['03555559800']],
    ['爆管', ['03555552302']],
    ['１１０', ['110']],
    ['nothing of this', []],
  ])('finds %s', (typed, numbers) => expect(found(typed)).toEqual(numbers))

  it('without a word shows all, emergencies first', () => {
    expect(found('')).toHaveLength(rows.length)
    expect(found('')[0]).toBe('110')
  })
})

describe('which number may be dialled', () => {
  const known = {
    emergencies: [{ name: '急救', number: '120' }],
    directory: [
      { name: '国网长治供电公司', number: '95598', kind: 'UTILITY' as const },
      { name: '省12345', number: '035112345', kind: 'PROVINCE' as const },
    ],
    people: ['+8613900001234', '+863552123456;ext=801'],
    own: ['12345', '03555550345'],
  }
  const asked = (number: string) => mayDial(number, known, '0355')

  it.each([
    ['120', { reason: 'EMERGENCY', number: '120', name: '急救', kind: 'EMERGENCY' }],
    ['0355-120', { reason: 'EMERGENCY', number: '120', name: '急救', kind: 'EMERGENCY' }],
    ['95598', { reason: 'DIRECTORY', number: '95598', name: '国网长治供电公司', kind: 'UTILITY' }],
    // Of an address only the digits are dialled.
    ['sip:95598@192.0.2.66;x', { reason: 'DIRECTORY', number: '95598', name: '国网长治供电公司', kind: 'UTILITY' }],
    ['0351-12345', { reason: 'DIRECTORY', number: '035112345', name: '省12345', kind: 'PROVINCE' }],
    ['139 0000 1234', { reason: 'TICKET', number: '13900001234', name: null, kind: null }],
    ['2123456', { reason: 'TICKET', number: '03552123456', name: null, kind: null }],
  ])('%s', (number, answer) => expect(asked(number)).toEqual(answer))

  it.each(['13900001235', '110', '95599', '0352-12345', '001234567890', '9559', '955980', '', '120,W'])(
    'not %j',
    (number) => expect(asked(number)).toBeNull(),
  )

  it.each([
    '+88216123456',
    '0088216123456',
    '12345',
    '0355-12345',
    '0355-5550345',
    '10086',
    '955123',
    '9601234',
    '0351-12345',
    '0355-1681234',
    '400-600-0121',
  ])('not %j by a ticket whose people were given this number', (number) =>
    expect(mayDial(number, { ...known, directory: [], people: [number] }, '0355')).toBeNull(),
  )

  it('is never more than what is known, whatever is asked', () => {
    const all = ['120', '95598', '035112345', '13900001234', '03552123456']
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9 ()]{1,18}$/)), (number) => {
        const answer = asked(number)
        if (answer) expect(all).toContain(answer.number)
      }),
    )
  })

  it('is sent over the trunk that leads there', () => {
    const carrier = { name: 'carrier', kind: 'carrier' as const, sendTo: '192.0.2.1:5060' }
    const province = { name: 'province', kind: 'province' as const, sendTo: '192.0.2.2:5060' }
    expect(trunkFor({ kind: 'PROVINCE' }, [carrier, province], false)).toBe(province)
    expect(trunkFor({ kind: 'EMERGENCY' }, [province, carrier], false)).toBe(carrier)
    expect(trunkFor({ kind: 'PROVINCE' }, [carrier, { ...province, sendTo: null }], false)).toBe(carrier)
    expect(trunkFor({ kind: null }, [province], false)).toBeNull()
    const sample = { ...carrier, sendTo: 'sample' }
    expect([true, false].map((isPlayed) => trunkFor({ kind: null }, [sample], isPlayed))).toEqual([sample, null])
  })
})

test('numbers are kept as they are dialled from here', () => {
  expect(
    ['0351-12345', '5552201', '10086', '400-600-0121', '95598', '0355 12345'].map((text) => dialDigits(text, '0355')),
  ).toEqual(['035112345', '03555552201', '10086', '4006000121', '95598', '12345'])
})
