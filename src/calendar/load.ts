import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { type Fault, type Path, type Reading, readYaml } from '../site/yaml.ts'
import { type CalendarYear, type WorkingTime, yearOfNotice } from './calendar.ts'
import { numberOfDay, weekdayOfNumber } from './days.ts'
import { workingTimeFile, yearFile } from './files.ts'

/** The contents of `config/calendar/`: a file for each year with a notice, and how limits are counted. */
export interface CalendarFiles {
  /** In order. */
  years: CalendarYear[]
  workingTime: WorkingTime
}

export interface LoadedCalendar {
  /** Null as long as there is any fault. */
  calendar: CalendarFiles | null
  faults: Fault[]
}

const workingTimeName = 'working-time.yaml'

/** Reads the whole folder and names every fault at once. */
export function loadCalendarFiles(configDir: string): LoadedCalendar {
  const folder = join(configDir, 'calendar')
  const { names, faults: strange } = namesIn(folder)
  const workingTime = readYaml(join(folder, workingTimeName), workingTimeFile)
  const years = names.map((name) => ({ year: Number(name.slice(0, 4)), file: readYaml(join(folder, name), yearFile) }))
  const faults = [
    ...strange,
    ...workingTime.faults,
    ...unorderedHours(workingTime),
    ...years.flatMap(({ year, file }) => [...file.faults, ...strayDays(file, year)]),
  ]
  faults.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
  if (faults.length > 0 || !workingTime.value) return { calendar: null, faults }
  const notices = years.flatMap(({ file }) => (file.value ? [yearOfNotice(file.value)] : []))
  return { calendar: { years: notices, workingTime: workingTime.value }, faults }
}

/** @throws Error that lists every fault */
export function requireCalendarFiles(configDir: string): CalendarFiles {
  const { calendar, faults } = loadCalendarFiles(configDir)
  if (calendar) return calendar
  throw new Error(`calendar:\n${faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`)
}

/** Names of the years' files. A file that would never be read is a fault: `2027.yml` must not be missed in January. */
function namesIn(folder: string): { names: string[]; faults: Fault[] } {
  let found: string[]
  try {
    // Editors leave hidden files beside the edited ones.
    found = readdirSync(folder).filter((name) => !name.startsWith('.') && !name.endsWith('~'))
  } catch {
    // The missing working-time.yaml is reported as well.
    return { names: [], faults: [] }
  }
  const isYear = (name: string) => /^\d{4}\.yaml$/.test(name)
  const names = found.filter(isYear).sort()
  const strange = found.filter((name) => !isYear(name) && name !== workingTimeName)
  const faults = strange.map((name) => ({
    file: join(folder, name),
    line: 1,
    message: `unknown file: a year is named like 2026.yaml, the office hours ${workingTimeName}`,
  }))
  if (names.length === 0) faults.push({ file: folder, line: 1, message: 'contains no year, e.g. 2026.yaml' })
  return { names, faults }
}

type FileOf<Schema extends z.ZodType> = Reading<z.output<Schema>>

/** Days outside the year, reversed or overlapping ranges, make-up days that would be worked anyway. */
function strayDays(file: FileOf<typeof yearFile>, year: number): Fault[] {
  const { known } = file
  if (!known) return []
  const faults: Fault[] = []
  const fault = (path: Path, message: string) => faults.push(file.faultAt(path, message))
  if (known.year !== undefined && known.year !== year) fault(['year'], `${known.year}: the file is called ${year}.yaml`)

  const check = (date: string | undefined, path: Path): void => {
    if (date === undefined || date.startsWith(`${year}-`)) return
    fault(path, `${date} belongs in ${date.slice(0, 4)}.yaml; raise the version there`)
  }
  const holidays = known.holidays ?? []
  for (const [index, holiday] of holidays.entries()) {
    check(holiday?.from, ['holidays', index, 'from'])
    check(holiday?.to, ['holidays', index, 'to'])
    if (!holiday?.from || !holiday.to) continue
    const { from, to } = holiday
    if (to < from) fault(['holidays', index, 'to'], 'ends before it begins')
    const earlier = holidays
      .slice(0, index)
      .find((other) => other?.from && other.to && from <= other.to && other.from <= to)
    if (earlier) fault(['holidays', index, 'from'], `overlaps ${earlier.name ?? 'another holiday'}`)
  }

  const seen = new Set<string>()
  for (const [index, makeUp] of (known.makeUpDays ?? []).entries()) {
    const date = makeUp?.date
    if (date === undefined) continue
    const path: Path = ['makeUpDays', index, 'date']
    check(date, path)
    if (seen.has(date)) fault(path, `${date} is listed twice`)
    seen.add(date)
    if (![0, 6].includes(weekdayOfNumber(numberOfDay(date)))) fault(path, `${date} is no Saturday or Sunday`)
    const holiday = holidays.find((other) => other?.from && other.to && other.from <= date && date <= other.to)
    if (holiday) fault(path, `${date} lies in ${holiday.name ?? 'a holiday'}`)
  }
  return faults
}

/** Seasons must be in the order of the year, hours in the order of the day: counting relies on it. */
function unorderedHours(file: FileOf<typeof workingTimeFile>): Fault[] {
  const faults: Fault[] = []
  const seasons = file.known?.officeHours ?? []
  for (const [index, season] of seasons.entries()) {
    const before = seasons[index - 1]?.from
    if (season?.from !== undefined && before !== undefined && season.from <= before) {
      faults.push(file.faultAt(['officeHours', index, 'from'], `${season.from} must come after ${before}`))
    }
    const hours = season?.hours ?? []
    for (const [at, stretch] of hours.entries()) {
      const end = hours[at - 1]?.to
      if (stretch?.from !== undefined && end !== undefined && stretch.from <= end) {
        faults.push(file.faultAt(['officeHours', index, 'hours', at], 'must come after the hours before it'))
      }
    }
  }
  return faults
}
