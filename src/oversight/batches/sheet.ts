import { wallTimeOf } from '../../calendar/days.ts'
import type { Instant } from '../../platform/types.ts'
import { eventTitles } from '../../tickets/life/steps/index.ts'
import { typeTitles, urgencyTitles } from '../../tickets/life/words.ts'
import { occasionTitles } from './batch.ts'
import type { oversightBatches, oversightCuts, oversightItems } from './schema.ts'

/** What the files of a batch say: the same facts, for a reader and for a machine. Nothing in them names or finds a citizen. */

export type ItemRow = typeof oversightItems.$inferSelect
export type BatchRow = typeof oversightBatches.$inferSelect
export type CutRow = typeof oversightCuts.$inferSelect

type Value = string | number | null
const iso = (at: Instant): string => new Date(at).toISOString()
const day = (at: Instant): string => wallTimeOf(at).slice(0, 16)

interface Column {
  title: string
  width: number
  /** Its name in the JSON. */
  field: string
  /** @param overdueDays working days since the due date; null where the calendar of the year is not loaded */
  of(item: ItemRow, overdueDays: number | null): Value
  /** As the JSON has it, where that differs. */
  raw?(item: ItemRow): Value
}

export const itemColumns: readonly Column[] = [
  { title: '序号', width: 6, field: 'line', of: ({ line }) => line },
  { title: '工单编号', width: 20, field: 'ticket', of: ({ ticketNumber }) => ticketNumber },
  {
    ...{ title: '登记时间', width: 18, field: 'registeredAt' },
    of: ({ registeredAt }) => day(registeredAt),
    raw: ({ registeredAt }) => iso(registeredAt),
  },
  { title: '类型', width: 8, field: 'type', of: ({ type }) => typeTitles[type], raw: ({ type }) => type },
  {
    ...{ title: '紧急程度', width: 10, field: 'urgency' },
    of: ({ urgency }) => urgencyTitles[urgency],
    raw: ({ urgency }) => urgency,
  },
  { title: '事项', width: 24, field: 'category', of: ({ category }) => category },
  { title: '县区', width: 12, field: 'county', of: ({ county }) => county },
  { title: '乡镇（街道）', width: 16, field: 'township', of: ({ township }) => township },
  { title: '主办单位', width: 28, field: 'unit', of: ({ unit }) => unit },
  { title: '协办单位', width: 24, field: 'coUnits', of: ({ coUnits }) => coUnits },
  { title: '办理期限', width: 18, field: 'dueAt', of: ({ dueAt }) => day(dueAt), raw: ({ dueAt }) => iso(dueAt) },
  { title: '超期工作日', width: 12, field: 'overdueWorkingDays', of: (_, overdueDays) => overdueDays },
  { title: '延期次数', width: 10, field: 'extensions', of: ({ extensions }) => extensions },
  { title: '退单次数', width: 10, field: 'returns', of: ({ returns }) => returns },
  { title: '重办次数', width: 10, field: 'redo', of: ({ redo }) => redo },
  { title: '催办次数', width: 10, field: 'urges', of: ({ urges }) => urges },
  { title: '反映人数', width: 10, field: 'callers', of: ({ callers }) => callers },
  { title: '风险标记', width: 16, field: 'risk', of: ({ risk }) => risk },
  { title: '督办文号', width: 28, field: 'papers', of: ({ papers }) => papers },
  {
    ...{ title: '最近进展', width: 20, field: 'lastStep' },
    of: ({ lastKind }) => (lastKind === null ? null : eventTitles[lastKind]),
    raw: ({ lastKind }) => lastKind,
  },
  {
    ...{ title: '进展时间', width: 18, field: 'lastAt' },
    of: ({ lastAt }) => (lastAt === null ? null : day(lastAt)),
    raw: ({ lastAt }) => (lastAt === null ? null : iso(lastAt)),
  },
]

/** What stands before the items: in the JSON by field, on the cover by title. */
export function headOf(batch: BatchRow, { occasion }: Pick<CutRow, 'occasion'>, centre: string) {
  return [
    { title: '文号', field: 'documentNumber', text: batch.documentNumber, raw: batch.documentNumber },
    { title: '批次', field: 'number', text: batch.number, raw: batch.number },
    { title: '主送', field: 'to', text: batch.office, raw: batch.office },
    { title: '抄送', field: 'copyTo', text: batch.copyTo ?? '—', raw: batch.copyTo },
    { title: '移送单位', field: 'from', text: centre, raw: centre },
    { title: '移送原因', field: 'occasion', text: occasionTitles[occasion], raw: occasion },
    { title: '统计截止', field: 'cutoffAt', text: day(batch.cutoffAt), raw: iso(batch.cutoffAt) },
    { title: '移送事项', field: 'items', text: `${batch.items} 件`, raw: batch.items },
  ]
}

export const rowOf = (item: ItemRow, overdueDays: number | null): Value[] =>
  itemColumns.map((column) => column.of(item, overdueDays))

export function recordOf(item: ItemRow, overdueDays: number | null): Record<string, Value> {
  return Object.fromEntries(
    itemColumns.map(({ field, of, raw }) => [field, raw ? raw(item) : of(item, overdueDays)] as const),
  )
}
