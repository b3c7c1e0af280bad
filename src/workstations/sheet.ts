import { type Day, numberOfDay } from '../calendar/days.ts'
import type { Cell, SheetFault, SheetRow } from '../catalogue/rules/sheet.ts'
import type { UnitCode } from '../platform/types.ts'
import { readPhone } from './phone.ts'
import { type Duty, type DutyShift, dutyShifts, shiftTitles } from './roster.ts'

/** The duty list as a table: what each column means, what is wrong with a cell, what it would change. Pure. */

export const dutyColumns = [
  { field: 'unit', title: '工作站', width: 24, isRequired: true },
  { field: 'day', title: '日期', width: 14, isRequired: true },
  { field: 'shift', title: '班次', width: 10, isRequired: true },
  { field: 'leader', title: '带班领导', width: 14, isRequired: false },
  { field: 'name', title: '值班人员', width: 14, isRequired: true },
  { field: 'phone', title: '值班电话', width: 20, isRequired: true },
] as const
type Field = (typeof dutyColumns)[number]['field']

/** 全天 is both shifts of a day. */
const shiftWords: Record<string, readonly DutyShift[]> = {
  [shiftTitles.DAY]: ['DAY'],
  [shiftTitles.NIGHT]: ['NIGHT'],
  全天: dutyShifts,
}

/** Fourteen stations, two shifts, two months. */
export const mostDutyRows = 2_000
const longestName = 32
/** A list is made for the months to come, not for years. */
const furthestDays = 366

export type StationDuty = Duty & { unit: UnitCode }
export interface PlannedDuty extends StationDuty {
  row: number
  kind: 'ADDED' | 'CHANGED' | 'SAME'
  before: Duty | null
}

export interface DutyWorld {
  /** Stations that this person may write for: code to name and short name. */
  stations: ReadonlyMap<UnitCode, { name: string; shortName: string }>
  present: readonly StationDuty[]
  today: Day
  areaCode: string
}

export function readDutySheet(
  rows: readonly SheetRow[],
  world: DutyWorld,
): { faults: SheetFault[]; planned: PlannedDuty[] } {
  const [head, ...body] = rows
  if (!head) return { faults: [faultAt(1, 0, '表格', '表格是空的')], planned: [] }
  const places = dutyColumns.map(({ title }) => head.cells.indexOf(title))
  const missing = dutyColumns.filter(({ isRequired }, at) => isRequired && places[at] === -1)
  if (missing.length > 0) {
    const faults = missing.map(({ title }) => faultAt(head.row, 0, title, `第 ${head.row} 行缺少“${title}”一列`))
    return { faults, planned: [] }
  }
  if (body.length > mostDutyRows) {
    return { faults: [faultAt(head.row, 0, '表格', `一次最多导入 ${mostDutyRows} 行，请分开导入`)], planned: [] }
  }
  const faults: SheetFault[] = []
  const seen = new Map<string, number>()
  const present = new Map(world.present.map((duty) => [keyOf(duty), duty]))
  const planned: PlannedDuty[] = []
  for (const row of body) {
    if (row.cells.every((cell) => cell === '')) continue
    const read = readRow(row, places, world)
    faults.push(...read.faults)
    for (const duty of read.duties) {
      const earlier = seen.get(keyOf(duty))
      if (earlier !== undefined) {
        const message = `${duty.day} ${shiftTitles[duty.shift]}与第 ${earlier} 行重复`
        faults.push(faultIn(row.row, places, 'shift', message))
        continue
      }
      seen.set(keyOf(duty), row.row)
      const before = present.get(keyOf(duty)) ?? null
      const kind = before === null ? 'ADDED' : isSame(before, duty) ? 'SAME' : 'CHANGED'
      planned.push({ ...duty, row: row.row, kind, before })
    }
  }
  return { faults, planned }
}

const keyOf = ({ unit, day, shift }: StationDuty): string => `${unit} ${day} ${shift}`
const isSame = (one: Duty, other: Duty): boolean =>
  one.leader === other.leader && one.name === other.name && one.phone === other.phone

const faultAt = (row: number, at: number, title: string, message: string): SheetFault => ({
  ...{ row, column: String.fromCharCode(65 + at), title, message },
})
function faultIn(row: number, places: readonly number[], field: Field, message: string): SheetFault {
  const at = dutyColumns.findIndex((column) => column.field === field)
  return faultAt(row, Math.max(0, places[at] ?? 0), dutyColumns[at]?.title ?? '', message)
}

function readRow(
  { row, cells }: SheetRow,
  places: readonly number[],
  world: DutyWorld,
): { faults: SheetFault[]; duties: StationDuty[] } {
  const faults: SheetFault[] = []
  const fault = (field: Field, message: string): null => {
    faults.push(faultIn(row, places, field, message))
    return null
  }
  const text = (field: Field): string | null => {
    const cell: Cell = cells[places[dutyColumns.findIndex((column) => column.field === field)] ?? -1] ?? ''
    return typeof cell === 'string' ? cell : fault(field, cell.fault)
  }
  const one = <Value>(field: Field, read: (cell: string) => Read<Value>): Value | null => {
    const cell = text(field)
    if (cell === null) return null
    const found = read(cell)
    return 'value' in found ? found.value : fault(field, found.fault)
  }
  const unit = one('unit', (cell) => stationIn(cell, world))
  const day = one('day', (cell) => dayIn(cell, world.today))
  const shifts = one('shift', shiftsIn)
  const leader = one('leader', (cell) => nameIn(cell, '带班领导', false))
  const name = one('name', (cell) => nameIn(cell, '值班人员', true))
  const phone = one('phone', (cell) => phoneIn(cell, world.areaCode))
  if (unit === null || day === null || shifts === null || leader === null || name === null || phone === null) {
    return { faults, duties: [] }
  }
  return { faults, duties: shifts.map((shift) => ({ unit, day, shift, leader, name, phone })) }
}

type Read<Value> = { value: Value } | { fault: string }

function stationIn(text: string, { stations }: DutyWorld): Read<UnitCode> {
  if (text === '') return { fault: '请填写工作站' }
  const found = [...stations].find(
    ([code, { name, shortName }]) => code === text || name === text || shortName === text,
  )
  if (found) return { value: found[0] }
  const [[, only] = []] = stations
  return {
    fault: stations.size === 1 && only ? `只能填写本站（${only.shortName}）` : `没有工作站“${text}”，请填写名称或代码`,
  }
}

/** `2026-12-01`, `2026.12.1`, `2026/12/1`, `2026年12月1日`: a spreadsheet keeps what its locale does not know as text. */
function dayIn(text: string, today: Day): Read<Day> {
  if (text === '') return { fault: '请填写日期' }
  const [, year = '', month = '', date = ''] =
    /^(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?$/.exec(text.normalize('NFKC')) ?? []
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const at = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day)) {
    return { fault: `“${text}”不是日期，请写成 2026-12-01` }
  }
  if (day < today) return { fault: `${day} 已过，只能导入今天及以后的班次` }
  return numberOfDay(day) - numberOfDay(today) > furthestDays ? { fault: `${day} 太远，最多提前一年` } : { value: day }
}

function shiftsIn(text: string): Read<readonly DutyShift[]> {
  const shifts = shiftWords[text]
  return shifts ? { value: shifts } : { fault: `班次应为 ${Object.keys(shiftWords).join('、')} 之一` }
}

function nameIn(text: string, what: string, isRequired: boolean): Read<string> {
  if (text === '') return isRequired ? { fault: `请填写${what}` } : { value: '' }
  return [...text].length > longestName ? { fault: `${what}最多 ${longestName} 个字` } : { value: text }
}

function phoneIn(text: string, areaCode: string): Read<string> {
  if (text === '') return { fault: '请填写值班电话' }
  const read = readPhone(text, areaCode)
  return read === null ? { fault: `“${text}”不是电话号码，固定电话请带区号` } : { value: read }
}
