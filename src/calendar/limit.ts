/** How long something may take, and on which clock. Pure. */

/** MINUTE and HOUR run day and night; DAY ends with a day; the other two count working days and office hours only. */
export const limitUnits = ['MINUTE', 'HOUR', 'DAY', 'WORKING_HOUR', 'WORKING_DAY'] as const
export type LimitUnit = (typeof limitUnits)[number]

export interface Limit {
  readonly count: number
  readonly unit: LimitUnit
}

/** As limits are written in `config/` and in the domain model. */
const abbreviations: Record<string, LimitUnit> = {
  min: 'MINUTE',
  h: 'HOUR',
  d: 'DAY',
  wh: 'WORKING_HOUR',
  wd: 'WORKING_DAY',
}

const written = Object.fromEntries(Object.entries(abbreviations).map(([short, unit]) => [unit, short])) as Record<
  LimitUnit,
  string
>

/** As it is written in `config/`, `0.5 wd`. */
export const writeLimit = ({ count, unit }: Limit): string => `${count} ${written[unit]}`

const unitWords: Record<LimitUnit, string> = {
  MINUTE: '分钟',
  HOUR: '小时',
  DAY: '天',
  WORKING_HOUR: '个工作小时',
  WORKING_DAY: '个工作日',
}

/** As people read it, `5 个工作日`. */
export const limitInWords = ({ count, unit }: Limit): string => `${count} ${unitWords[unit]}`

/** Half days and half hours exist on the working clocks only: `0.5 h` is `30 min`. */
const mayBeHalf = (unit: LimitUnit): boolean => unit === 'WORKING_HOUR' || unit === 'WORKING_DAY'

/** Reads `30 min`, `2 h`, `3 d`, `4 wh`, `0.5 wd`. @returns null when it is no limit */
export function readLimit(text: string): Limit | null {
  const [, count = '', abbreviation = ''] = /^(\d{1,4}(?:\.5)?) ?([a-z]{1,3})$/.exec(text.trim()) ?? []
  const unit = abbreviations[abbreviation]
  const value = Number(count)
  if (!unit || value <= 0 || (!Number.isInteger(value) && !mayBeHalf(unit))) return null
  return { count: value, unit }
}
