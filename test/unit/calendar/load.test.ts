import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadCalendarFiles, requireCalendarFiles } from '../../../src/calendar/load.ts'
import { workingTime, year2025, year2026 } from './world.ts'

const checkout = resolve(import.meta.dirname, '../../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotline-calendar-'))
  cpSync(join(checkout, 'config'), folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function edit(file: string, from: string, to: string): void {
  const path = join(folder, 'calendar', file)
  const before = readFileSync(path, 'utf8')
  if (!before.includes(from)) throw new Error(`nothing to replace in ${file}`)
  writeFileSync(path, before.replace(from, to))
}

/** The faults as an engineer reads them, each with the line that it points at. */
function faults(): string[] {
  const { calendar, faults: found } = loadCalendarFiles(folder)
  expect(calendar === null).toBe(found.length > 0)
  return found.map(({ file, line, message }) => {
    const text = file.endsWith('.yaml') ? (readFileSync(file, 'utf8').split('\n')[line - 1] ?? '') : ''
    return `${file.slice(folder.length + 1)} | ${text.trim()} | ${message}`
  })
}

it('reads the days of both notices as they were published', () => {
  const files = requireCalendarFiles(join(checkout, 'config'))
  const daysOf = (year: number) => files.years.find((each) => each.year === year)?.days
  expect(daysOf(2025)).toEqual(year2025.days)
  expect(daysOf(2026)).toEqual(year2026.days)
  expect(files.workingTime).toEqual(workingTime())
})

describe('a fault is named with its file and line:', () => {
  it.each([
    ['a day that does not exist', '2026.yaml', 'to: 2026-02-23', 'to: 2026-02-30', 'a day like'],
    ['a range that runs backwards', '2026.yaml', 'to: 2026-02-23', 'to: 2026-02-10', 'ends before it begins'],
    ['holidays that overlap', '2026.yaml', 'from: 2026-04-04', 'from: 2026-02-20', 'overlaps 春节'],
    ['a day of another year', '2026.yaml', 'from: 2026-01-01', 'from: 2025-12-31', 'belongs in 2025.yaml'],
    ['a make-up day on a Monday', '2026.yaml', 'date: 2026-05-09', 'date: 2026-05-11', 'is no Saturday or Sunday'],
    ['a make-up day in a holiday', '2026.yaml', 'date: 2026-02-14', 'date: 2026-02-15', 'lies in 春节'],
    ['a make-up day that is listed twice', '2026.yaml', 'date: 2026-02-14', 'date: 2026-02-28', 'is listed twice'],
    ['a year under the name of another', '2026.yaml', 'year: 2026', 'year: 2025', 'the file is called 2026.yaml'],
    ['no version', '2026.yaml', 'version: 1\n', '', 'version: is missing'],
    ['no source', '2026.yaml', 'source: 国务院', 'sauce: 国务院', 'sauce: unknown name'],
    ['a policy that nobody knows', 'working-time.yaml', 'END_OF_DAY\n', 'NEVER\n', 'one of END_OF_DAY, CLOSE'],
    ['hours that run backwards', 'working-time.yaml', '08:30-12:00', '12:00-08:30', 'hours like'],
    ['hours that are none', 'working-time.yaml', '08:30-12:00', '08:30', 'hours like'],
    ['an hour that no clock has', 'working-time.yaml', '14:30-18:00', '14:30-24:30', 'hours like'],
    ['hours that overlap', 'working-time.yaml', '14:30-18:00', '11:30-18:00', 'must come after the hours before it'],
    ['a season that no year has', 'working-time.yaml', '01-01', '02-30', 'a day of the year like 05-01'],
  ])('%s', (_, file, from, to, message) => {
    edit(file, from, to)
    const found = faults()
    expect(found.length).toBeGreaterThan(0)
    for (const fault of found) expect(fault).toContain(`calendar/${file} | `)
    expect(found.join('\n')).toContain(message)
    // Each points at the line that was changed, or at the whole file when the line is gone.
    if (to !== '') expect(found.some((fault) => fault.includes(to.trim()))).toBe(true)
  })

  it('seasons out of order', () => {
    edit('working-time.yaml', 'officeHours:\n', 'officeHours:\n  - { from: 05-01, hours: [08:30-12:00] }\n')
    expect(faults().join('\n')).toMatch(/from: 01-01.*must come after 05-01/)
  })

  it('a year that nobody would read', () => {
    renameSync(join(folder, 'calendar/2026.yaml'), join(folder, 'calendar/2026.yml'))
    expect(faults().join('\n')).toMatch(/^calendar\/2026\.yml .* a year is named like 2026\.yaml/)
  })

  it('no year at all', () => {
    for (const name of ['2025.yaml', '2026.yaml']) rmSync(join(folder, 'calendar', name))
    expect(faults().join('\n')).toContain('contains no year')
  })

  it('no folder', () => {
    rmSync(join(folder, 'calendar'), { recursive: true })
    const { faults: found } = loadCalendarFiles(folder)
    expect(found).toEqual([
      { file: join(folder, 'calendar/working-time.yaml'), line: 1, message: 'there is no such file' },
    ])
    expect(() => requireCalendarFiles(folder)).toThrow(/working-time\.yaml:1: there is no such file/)
  })

  it('several at once, in several files', () => {
    edit('2025.yaml', 'to: 2025-02-04', 'to: 2025-01-04')
    edit('2026.yaml', 'date: 2026-05-09', 'date: 2026-05-11')
    edit('working-time.yaml', 'END_OF_DAY\n', 'NEVER\n')
    expect(faults().map((fault) => fault.split(' | ')[0])).toEqual([
      'calendar/2025.yaml',
      'calendar/2026.yaml',
      'calendar/working-time.yaml',
    ])
  })
})
