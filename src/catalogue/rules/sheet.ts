import type { CategoryCode, CountyCode, UnitCode } from '../../platform/types.ts'
import type { RuleTarget } from '../catalogue.ts'
import { faultsOf, type Known, type RuleFacts, targetTitles } from './rule.ts'

/**
 * The catalogue as a table: what each column means, what is wrong with a cell in words for the person who typed it, and
 * what the table would change. Codes and names are both read. Pure.
 */

export interface Column {
  field: keyof RuleFacts | 'key'
  title: string
  width: number
  /** A table without it cannot be read. */
  isRequired?: boolean
}

export const columns: readonly Column[] = [
  { field: 'key', title: '规则编号', width: 32 },
  { field: 'title', title: '名称', width: 18, isRequired: true },
  { field: 'categoryCode', title: '事项', width: 44, isRequired: true },
  { field: 'countyCode', title: '县区', width: 14, isRequired: true },
  { field: 'target', title: '派往', width: 14, isRequired: true },
  { field: 'unitCode', title: '主办单位', width: 30, isRequired: true },
  { field: 'coUnitCodes', title: '协办单位', width: 40 },
  { field: 'priority', title: '优先级', width: 10 },
  { field: 'effectiveFrom', title: '生效日期', width: 14 },
  { field: 'effectiveTo', title: '截止日期', width: 14 },
  { field: 'basis', title: '依据', width: 50 },
]

/** What a cell holds, or why it cannot be read. */
export type Cell = string | { fault: string }
export interface SheetRow {
  /** As the spreadsheet numbers it. */
  row: number
  cells: readonly Cell[]
}

export interface SheetFault {
  row: number
  /** Its letter. */
  column: string
  title: string
  message: string
}

export interface Planned {
  row: number
  kind: 'ADDED' | 'CHANGED' | 'SAME'
  /** Empty: it gets one when it is added. */
  key: string
  facts: RuleFacts
  title: string
  changes: { title: string; before: string; after: string }[]
}

/** A rule as it is: its last version that has not ended. */
export type Present = RuleFacts & { key: string }

export interface SheetWorld {
  /** Names of units include the short ones. */
  known: Known & { short: ReadonlyMap<string, string> }
  present: readonly Present[]
  today: string
  /** From when on a changed row holds that has no date of its own to come. */
  from: string
}

export const mostRows = 5_000

export function readSheet(rows: readonly SheetRow[], world: SheetWorld): { faults: SheetFault[]; planned: Planned[] } {
  const [head, ...body] = rows
  if (!head) return { faults: [faultAt(1, 0, '表格', '表格是空的')], planned: [] }
  const places = columns.map(({ title }) => head.cells.indexOf(title))
  const missing = columns.filter(({ isRequired }, at) => isRequired && places[at] === -1)
  if (missing.length > 0) {
    const faults = missing.map(({ title }) => faultAt(head.row, 0, title, `第 ${head.row} 行缺少“${title}”一列`))
    return { faults, planned: [] }
  }
  if (body.length > mostRows) {
    return { faults: [faultAt(head.row, 0, '表格', `一次最多导入 ${mostRows} 行，请分开导入`)], planned: [] }
  }
  const faults: SheetFault[] = []
  const seenKeys = new Map<string, number>()
  const planned = body.flatMap((row) => {
    if (row.cells.every((cell) => cell === '')) return []
    const found = readRow(row, places, world)
    faults.push(...found.faults)
    if (!found.planned) return []
    const { key } = found.planned
    const before = seenKeys.get(key)
    if (key !== '' && before !== undefined) {
      faults.push(faultIn(row.row, places, 'key', `编号 ${key} 与第 ${before} 行重复`))
      return []
    }
    seenKeys.set(key, row.row)
    return found.planned
  })
  return { faults, planned }
}

const letterOf = (at: number): string => String.fromCharCode(65 + at)
const faultAt = (row: number, at: number, title: string, message: string): SheetFault => ({
  ...{ row, column: letterOf(at), title, message },
})
function faultIn(row: number, places: readonly number[], field: Column['field'], message: string): SheetFault {
  const at = columns.findIndex((column) => column.field === field)
  return faultAt(row, Math.max(0, places[at] ?? 0), columns[at]?.title ?? '', message)
}

function readRow(
  { row, cells }: SheetRow,
  places: readonly number[],
  world: SheetWorld,
): { faults: SheetFault[]; planned: Planned | null } {
  const faults: SheetFault[] = []
  const fault = (field: Column['field'], message: string) => {
    const found = faultIn(row, places, field, message)
    // The first fault of a cell says what to do.
    if (!faults.some(({ column }) => column === found.column)) faults.push(found)
  }
  const text = (field: Column['field']): string => {
    const cell = cells[places[columns.findIndex((column) => column.field === field)] ?? -1] ?? ''
    if (typeof cell === 'string') return cell
    fault(field, cell.fault)
    return ''
  }
  const one = <Value>(field: Column['field'], read: Read<Value>): Value | null => {
    if ('value' in read) return read.value
    fault(field, read.fault)
    return null
  }
  const { known, present, today, from } = world
  const key = text('key')
  const before = present.find((rule) => rule.key === key)
  if (key !== '' && !/^[a-z][a-z0-9-]{0,63}$/.test(key)) {
    fault('key', '编号由小写字母、数字和 - 组成，以字母开头；新增规则可以留空')
  }
  const title = text('title')
  if (title === '' || [...title].length > 32) fault('title', title === '' ? '请填写名称' : '名称最多 32 个字')
  const basis = text('basis')
  if ([...basis].length > 255) fault('basis', '依据最多 255 个字')
  const categoryCode = one('categoryCode', codeIn(text('categoryCode'), known.categories, '事项'))
  const countyCode = one('countyCode', countyIn(text('countyCode'), known))
  const target = one('target', targetIn(text('target')))
  const unitCode = one('unitCode', unitIn(text('unitCode'), known))
  const coUnitCodes = one('coUnitCodes', unitsIn(text('coUnitCodes'), known))
  const priority = one('priority', priorityIn(text('priority')))
  const typedFrom = one('effectiveFrom', dayIn(text('effectiveFrom')))
  const effectiveTo = one('effectiveTo', dayIn(text('effectiveTo')))
  if (faults.length > 0 || categoryCode === null || target === null) return { faults, planned: null }
  const said = {
    ...{ title, categoryCode: categoryCode as CategoryCode, countyCode: countyCode as CountyCode | null, target },
    ...{ unitCode, coUnitCodes: coUnitCodes ?? [], priority: priority ?? 0, effectiveTo, basis },
  }
  if (before && isSame({ ...said, effectiveFrom: typedFrom ?? before.effectiveFrom }, before)) {
    return { faults, planned: { row, kind: 'SAME', key, facts: before, title, changes: [] } }
  }
  const isOwnDate = typedFrom !== null && (before === undefined || typedFrom !== before.effectiveFrom)
  const facts: RuleFacts = { ...said, effectiveFrom: isOwnDate ? typedFrom : from }
  for (const { field, message } of faultsOf(facts, known, today)) fault(field, message)
  if (faults.length > 0) return { faults, planned: null }
  const kind = before ? 'CHANGED' : 'ADDED'
  return { faults, planned: { row, kind, key, facts, title, changes: differences(before ?? null, facts, known) } }
}

const fields = columns.flatMap(({ field }) => (field === 'key' ? [] : field))

const isSame = (one: RuleFacts, other: RuleFacts): boolean =>
  fields.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]))

/** What a row says, in the words of its columns. */
export function cellsOf(facts: RuleFacts & { key?: string }, known: SheetWorld['known']): Record<string, string> {
  const {
    title,
    categoryCode,
    countyCode,
    target,
    unitCode,
    coUnitCodes,
    priority,
    effectiveFrom,
    effectiveTo,
    basis,
  } = facts
  return {
    key: facts.key ?? '',
    title,
    categoryCode: `${categoryCode} ${known.categories.get(categoryCode) ?? ''}`.trim(),
    countyCode: countyCode === null ? '全市' : (known.counties.get(countyCode) ?? countyCode),
    target: targetTitles[target],
    unitCode: unitCode === null ? '' : unitWords(unitCode, known),
    coUnitCodes: coUnitCodes.map((code) => unitWords(code, known)).join('、'),
    priority: String(priority),
    effectiveFrom,
    effectiveTo: effectiveTo ?? '',
    basis,
  }
}

const unitWords = (code: string, { short }: SheetWorld['known']): string => `${code} ${short.get(code) ?? ''}`.trim()

function differences(before: RuleFacts | null, after: RuleFacts, known: SheetWorld['known']): Planned['changes'] {
  const [was, is] = [before ? cellsOf(before, known) : {}, cellsOf(after, known)] as Record<string, string>[]
  return columns.flatMap(({ field, title }) => {
    const [one = '', other = ''] = [was?.[field], is?.[field]]
    return field === 'key' || one === other ? [] : { title, before: one, after: other }
  })
}

/** Full-width digits, which a Chinese keyboard writes. */
const folded = (text: string): string => text.normalize('NFKC')

type Read<Value> = { value: Value } | { fault: string }

/** `030401 路灯照明`, `030401`, the name of its own or with those above it. */
function codeIn(text: string, names: ReadonlyMap<string, string>, what: string): Read<string> {
  if (text === '') return { fault: `请填写${what}` }
  const [, digits = ''] = /^(\d{5,6})(?:\D|$)/.exec(folded(text)) ?? []
  // A spreadsheet takes the first zero off what it thinks is a number.
  const code = digits.padStart(6, '0')
  if (digits !== '') return names.has(code) ? { value: code } : { fault: `没有${what} ${code}` }
  const plain = text.replace(/\s*[›>/]\s*/g, ' › ')
  const found = [...names].filter(([, name]) => name === plain || name.split(' › ').at(-1) === plain)
  const [only, ...others] = found
  if (!only) return { fault: `没有${what}“${text}”，请填写六位代码或名称` }
  return others.length > 0 ? { fault: `有 ${found.length} 个${what}叫“${text}”，请填写六位代码` } : { value: only[0] }
}

function countyIn(text: string, { counties }: Known): Read<string | null> {
  if (text === '' || text === '全市') return { value: null }
  const found = [...counties].find(([code, name]) => code === text || name === text)
  return found ? { value: found[0] } : { fault: `没有县区“${text}”，请填写名称、代码或“全市”` }
}

function targetIn(text: string): Read<RuleTarget> {
  const found = Object.entries(targetTitles).find(([target, title]) => target === text || title === text)
  const choices = Object.values(targetTitles).join('、')
  return found ? { value: found[0] as RuleTarget } : { fault: `派往应为 ${choices} 之一` }
}

function unitIn(text: string, { units, short }: SheetWorld['known']): Read<UnitCode | null> {
  if (text === '') return { value: null }
  const [first = ''] = text.split(/\s/)
  if (units.has(first)) return { value: first as UnitCode }
  const found = [...units].filter(([code, name]) => name === text || short.get(code) === text).map(([code]) => code)
  const [only, ...others] = found
  if (only === undefined) return { fault: `没有单位“${text}”，或它已停用` }
  return others.length > 0 ? { fault: `有 ${found.length} 个单位叫“${text}”，请填写代码` } : { value: only as UnitCode }
}

function unitsIn(text: string, known: SheetWorld['known']): Read<UnitCode[]> {
  const parts = text.split(/[、，,;；\n]/).map((part) => part.trim())
  const read = parts.filter((part) => part !== '').map((part) => unitIn(part, known))
  const wrong = read.find((one) => 'fault' in one)
  if (wrong && 'fault' in wrong) return wrong
  return { value: read.flatMap((one) => ('value' in one && one.value !== null ? one.value : [])) }
}

function priorityIn(text: string): Read<number> {
  if (text === '') return { value: 0 }
  return /^\d{1,3}$/.test(folded(text)) ? { value: Number(folded(text)) } : { fault: '优先级应为 0 至 999 的整数' }
}

/** `2026-02-03`, `2026.2.3`, `2026/2/3`, `2026年2月3日`: a spreadsheet keeps what its locale does not know as text. */
function dayIn(text: string): Read<string | null> {
  if (text === '') return { value: null }
  const [, year = '', month = '', date = ''] = /^(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?$/.exec(folded(text)) ?? []
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const at = Date.parse(`${day}T00:00:00Z`)
  const isDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
  return isDay ? { value: day } : { fault: `“${text}”不是日期，请写成 2026-12-01` }
}
