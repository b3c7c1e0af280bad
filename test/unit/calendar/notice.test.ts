import { describe, expect, it } from 'vitest'
import { requireCalendarFiles } from '../../../src/calendar/load.ts'
import { daysOf, readNotice } from '../../../src/calendar/notice.ts'

/** The orders of real notices; official texts of the State Council's General Office. */
const notices = {
  2026: `国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。
国务院办公厅
2025年11月4日`,
  2025: `国务院办公厅关于2025年部分节假日安排的通知
国办发明电〔2024〕12号
根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，全体公民放假的假日增加2天，其中春节、劳动节各增加1天。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。`,
  2024: `国务院办公厅关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。`,
  2023: `国务院办公厅关于2023年部分节假日安排的通知
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。`,
  2019: `国务院办公厅关于2019年部分节假日安排的通知
一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。`,
  2014: `国务院办公厅关于2014年部分节假日安排的通知
一、元旦：1月1日放假1天。
二、春节：1月31日至2月6日放假调休，共7天。1月26日（星期日）、2月8日（星期六）上班。
三、清明节：4月5日放假，4月7日（星期一）补休。
四、劳动节：5月1日至3日放假调休，共3天。5月4日（星期日）上班。
五、端午节：6月2日放假，与周末连休。
六、中秋节：9月8日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月28日（星期日）、10月11日（星期六）上班。`,
}

const worked = (text: string) => readNotice(text).makeUpDays.map(({ date }) => date)
const off = (text: string) => readNotice(text).holidays.flatMap(daysOf)
const { years } = requireCalendarFiles('config')
/** Of a year of the files. */
const kept = (year: number, kind: 'HOLIDAY' | 'MAKE_UP') =>
  years
    .find((one) => one.year === year)
    ?.days.filter((day) => day.kind === kind)
    .map(({ date }) => date)

describe('a notice of the State Council', () => {
  it.each([2025, 2026] as const)('of %i gives the days that were entered by hand, without a doubt', (year) => {
    const found = readNotice(notices[year])
    expect(found.doubts).toEqual([])
    expect(found.year).toBe(year)
    expect(off(notices[year])).toEqual(kept(year, 'HOLIDAY'))
    expect(worked(notices[year]).toSorted()).toEqual(kept(year, 'MAKE_UP'))
  })

  it('names its document', () => {
    expect(readNotice(notices[2026]).document).toBe('国办发明电〔2025〕7号')
    expect(readNotice(notices[2024]).document).toBeNull()
  })

  it('of 2024 orders nothing by what it only recommends', () => {
    expect(readNotice(notices[2024])).toMatchObject({ year: 2024, doubts: [] })
    expect(off(notices[2024])).toHaveLength(1 + 8 + 3 + 5 + 1 + 3 + 7)
    expect(off(notices[2024])).not.toContain('2024-02-09')
    expect(worked(notices[2024])).toEqual([
      ...['2024-02-04', '2024-02-18', '2024-04-07', '2024-04-28', '2024-05-11', '2024-09-14', '2024-09-29'],
      '2024-10-12',
    ])
  })

  it('of 2023 and 2019 begins in the December before', () => {
    expect(readNotice(notices[2023]).doubts).toEqual([])
    expect(off(notices[2023]).slice(0, 3)).toEqual(['2022-12-31', '2023-01-01', '2023-01-02'])
    expect(off(notices[2023])).toHaveLength(3 + 7 + 1 + 5 + 3 + 8)
    expect(readNotice(notices[2019]).doubts).toEqual([])
    expect(off(notices[2019]).slice(0, 3)).toEqual(['2018-12-30', '2018-12-31', '2019-01-01'])
    expect(worked(notices[2019])[0]).toBe('2018-12-29')
  })

  it('of 2014 knows a day that is taken off later (补休)', () => {
    expect(readNotice(notices[2014]).doubts).toEqual([])
    expect(off(notices[2014])).toEqual(expect.arrayContaining(['2014-04-05', '2014-04-07']))
  })

  it('is read in one line, without numbers, with full-width digits and blanks', () => {
    const flat = notices[2026].replaceAll('\n', ' ').replace(/[一二三四五六七]、(?=.{2,3}：)/g, '')
    expect(readNotice(flat)).toEqual(readNotice(notices[2026]))
    const wide = notices[2026].replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
    expect(off(wide)).toEqual(off(notices[2026]))
  })
})

describe('what it cannot be sure of is said', () => {
  it.each([
    ['节假日安排', '没有读到是哪一年的通知'],
    ['关于2027年部分节假日安排的通知', '没有读到放假安排'],
    [notices[2026].replace('1月4日（周日）', '1月5日（周日）'), '2026-01-05 是星期一'],
    [notices[2026].replace('1月4日（周日）', '1月5日'), '2026-01-05 不是周末'],
    [notices[2026].replace('共9天', '共8天'), '春节：通知写“8天”，读到 9 天'],
    [notices[2026].replace('23日（农历正月初七、周一）', '33日'), '不是有效的日期'],
    [notices[2026].replace(/六、中秋节.*\n/, ''), '没有读到“中秋节”的安排'],
    [notices[2026].replace('9月20日（周日）', '9月26日（周六）'), '2026-09-26 既放假又上班'],
    [notices[2026].replace('5月9日（周六）上班', '5月9日（周六）另行安排'), '没有写明放假还是上班'],
    [notices[2026].replace('关于2026年', '关于2027年'), '是星期'],
  ])('%#', (text, doubt) => {
    expect(readNotice(text).doubts.join('\n')).toContain(doubt)
  })
})
