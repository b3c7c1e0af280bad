import type { YearNotice } from './calendar.ts'
import { type Day, dayOfNumber, numberOfDay, weekdayOfNumber } from './days.ts'

/**
 * The yearly notice of the State Council's General Office (国务院办公厅关于…年部分节假日安排的通知) as people paste it: days off
 * and Saturdays and Sundays that are worked (调休). Pure: the web page imports this file too. It reads and doubts, and a
 * person confirms: what it cannot be sure of is said.
 */

export interface ReadNotice {
  /** Null: the text does not say it. */
  year: number | null
  /** `国办发明电〔2025〕7号`, if it is there. */
  document: string | null
  holidays: YearNotice['holidays'][number][]
  makeUpDays: YearNotice['makeUpDays'][number][]
  /** What a person has to look at, in Chinese. Empty: everything was read and fits together. */
  doubts: string[]
}

const festivals = ['元旦', '春节', '清明节', '劳动节', '端午节', '中秋节', '国庆节'] as const
const names = '元旦|春节|清明节?|劳动节|端午节?|中秋节?|国庆节?'
/** `六、国庆节、中秋节：`, with or without its number. */
const heading = new RegExp(`(?:[一二三四五六七八九十]、|^|[。;])-?((?:${names})(?:[、和](?:${names}))*):`, 'g')
const oneDate = '(?:(\\d{4})年)?(\\d{1,2})月(\\d{1,2})日(?:\\(([^)]*)\\))?'
const dates = new RegExp(
  `${oneDate}(?:[至到—–~-]+(?:(\\d{4})年)?(?:(\\d{1,2})月)?(\\d{1,2})日(?:\\(([^)]*)\\))?)?`,
  'g',
)
const weekdays = '日一二三四五六'

/** @param text as it was pasted: with line breaks anywhere, full-width digits, spaces */
export function readNotice(text: string): ReadNotice {
  const flat = text
    .normalize('NFKC')
    .replace(/[\s\u200b\ufeff]+/g, '')
    .replaceAll('：', ':')
    .replaceAll('；', ';')
  const year = yearIn(flat)
  const found: ReadNotice = { year, document: documentIn(flat), holidays: [], makeUpDays: [], doubts: [] }
  if (year === null) found.doubts.push('没有读到是哪一年的通知，请把标题“关于…年部分节假日安排的通知”一并粘贴。')
  const items = itemsIn(flat)
  if (items.length === 0) found.doubts.push('没有读到放假安排，请粘贴通知全文（“一、元旦：……”）。')
  if (year !== null) for (const item of items) readItem(item, year, found)
  const named = items.flatMap(({ name }) => name)
  for (const festival of festivals) {
    if (items.length > 0 && !named.some((name) => name.includes(festival.replace(/节$/, '')))) {
      found.doubts.push(`没有读到“${festival}”的安排。`)
    }
  }
  if (year !== null) found.doubts.push(...contradictionsIn(found, year))
  return found
}

function yearIn(flat: string): number | null {
  const [, year] =
    /关于(\d{4})年(?:部分)?节假日/.exec(flat) ??
    /现将(\d{4})年元旦/.exec(flat) ??
    /(\d{4})年(?:部分)?节假日安排/.exec(flat) ??
    []
  return year === undefined ? null : Number(year)
}

function documentIn(flat: string): string | null {
  const [, kind, year, number] = /(国办发(?:明电)?)[〔[(](\d{4})[〕\])](\d+)号/.exec(flat) ?? []
  return kind === undefined ? null : `${kind}〔${year}〕${number}号`
}

interface Item {
  name: string
  text: string
}

function itemsIn(flat: string): Item[] {
  const heads = [...flat.matchAll(heading)]
  return heads.map((head, at) => {
    const from = (head.index ?? 0) + head[0].length
    const to = heads[at + 1]?.index ?? flat.length
    // Who signed it, and when, comes after the last item.
    return { name: head[1] ?? '', text: flat.slice(from, to).split('国务院办公厅')[0] ?? '' }
  })
}

function readItem({ name, text }: Item, year: number, found: ReadNotice): void {
  // What is recommended is no order: 鼓励各单位……安排职工在除夕休息.
  const sentences = text.split('。').filter((sentence) => !/鼓励|节假日期间|建议/.test(sentence))
  let days = 0
  for (const sentence of sentences) {
    for (const part of sentence.split(/[,，]/)) {
      const isWork = /上班/.test(part) || (/上班/.test(sentence) && !/放假|补休|休息/.test(part))
      const isOff = /放假|补休|休息/.test(part) && !isWork
      for (const range of rangesIn(part, year, found)) {
        if (isWork) found.makeUpDays.push(...daysOf(range).map((date) => ({ date, for: name })))
        else if (isOff) {
          found.holidays.push({ name, ...range })
          days += daysOf(range).length
        } else found.doubts.push(`“${part}”没有写明放假还是上班，请核对。`)
      }
    }
    const [, said] = /[共为](\d+)天/.exec(sentence) ?? /放假(\d+)天/.exec(sentence) ?? []
    if (said !== undefined && Number(said) !== days) {
      found.doubts.push(`${name}：通知写“${said}天”，读到 ${days} 天，请核对。`)
    }
  }
  if (days === 0) found.doubts.push(`没有读到“${name}”哪几天放假。`)
}

interface Range {
  from: Day
  to: Day
}

function rangesIn(part: string, year: number, { doubts }: ReadNotice): Range[] {
  let ofYear = year
  return [...part.matchAll(dates)].flatMap((match) => {
    const [, fromYear, fromMonth = '', fromDay = '', fromNote, toYear, toMonth, toDay, toNote] = match
    if (fromYear !== undefined) ofYear = Number(fromYear)
    const from = dayFrom(ofYear, fromMonth, fromDay)
    if (toYear !== undefined) ofYear = Number(toYear)
    const to = toDay === undefined ? from : dayFrom(ofYear, toMonth ?? fromMonth, toDay)
    if (from === null || to === null || to < from) {
      doubts.push(`“${match[0]}”不是有效的日期，请核对。`)
      return []
    }
    doubts.push(...weekdayDoubts(from, fromNote), ...weekdayDoubts(to, toNote))
    return [{ from, to }]
  })
}

function dayFrom(year: number, month: string, day: string): Day | null {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return dayOfNumber(numberOfDay(text) || 0) === text ? text : null
}

/** `周四`, `农历除夕、周二`, `星期六`: what the notice says of a day must be so. */
function weekdayDoubts(day: Day, note: string | undefined): string[] {
  const [, said] = /(?:周|星期)([一二三四五六日天])/.exec(note ?? '') ?? []
  if (said === undefined) return []
  const real = weekdays[weekdayOfNumber(numberOfDay(day))]
  return said.replace('天', '日') === real ? [] : [`${day} 是星期${real}，通知写的是“${note}”，请核对年份和日期。`]
}

export function daysOf({ from, to }: { from: Day; to: Day }): Day[] {
  const [first, last] = [numberOfDay(from), numberOfDay(to)]
  return Array.from({ length: last - first + 1 }, (_, n) => dayOfNumber(first + n))
}

/** What cannot be: a worked day that is no Saturday or Sunday or lies in a holiday, a day twice, another year's day. */
export function contradictionsIn(
  { holidays, makeUpDays }: Pick<ReadNotice, 'holidays' | 'makeUpDays'>,
  year: number,
): string[] {
  const off = holidays.flatMap((holiday) => daysOf(holiday))
  const worked = makeUpDays.map(({ date }) => date)
  const twice = (days: Day[]) => [...new Set(days.filter((day, at) => days.indexOf(day) !== at))]
  const isOfNotice = (day: Day) => day.startsWith(`${year}-`) || day.startsWith(`${year - 1}-12-`)
  const weekday = (day: Day) => weekdayOfNumber(numberOfDay(day))
  return [
    ...twice(off).map((day) => `${day} 写了两次放假，请核对。`),
    ...twice(worked).map((day) => `${day} 写了两次上班，请核对。`),
    ...worked.filter((day) => off.includes(day)).map((day) => `${day} 既放假又上班，请核对。`),
    ...worked.filter((day) => ![0, 6].includes(weekday(day))).map((day) => `${day} 不是周末，却写了上班，请核对。`),
    ...[...off, ...worked].filter((day) => !isOfNotice(day)).map((day) => `${day} 不在 ${year} 年，请核对。`),
  ]
}
