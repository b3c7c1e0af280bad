import { z } from 'zod'
import { writtenNumber } from '../lines/api.ts'
import { oneLine, plainLine } from '../platform/text/text.ts'
import { directoryKinds } from './entry.ts'
import { readHours, writeHours } from './hours.ts'

/** Requests and answers of `/api/directory` and `/api/admin/directory`. Types for the pages, too. */

const kind = z.enum(directoryKinds)

export const directoryQuery = z.object({
  q: z
    .union([z.literal(''), plainLine(64, '搜索内容')])
    .default('')
    .describe('part of the name, letters of its pinyin, or digits of the number'),
  kind: kind.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

export const directoryEntry = z
  .object({
    id: z.number(),
    name: z.string(),
    number: z.string().describe('as it is dialled, digits only; the `to` of a new party'),
    kind,
    hours: z.string().describe('e.g. `workdays 08:30-12:00 14:30-18:00`; empty when not known'),
    hoursInWords: z.string().describe('the same for people, in Chinese'),
    isOpen: z.boolean().nullable().describe('whether it answers now; null when the hours are unknown'),
    remark: z.string(),
  })
  .meta({ id: 'DirectoryEntry' })
export const directoryList = z
  .object({
    entries: z.array(directoryEntry).describe('best first'),
    total: z.number().describe('found in all'),
  })
  .meta({ id: 'DirectoryList' })

const offered = z.enum(
  directoryKinds.filter((one) => one !== 'EMERGENCY'),
  { error: '请选择类别；紧急号码只在 config/directory.yaml 中设置' },
)
const hours = z
  .string()
  .max(200, '时间最多 200 个字')
  .refine(
    (text) => text.trim() === '' || readHours(text) !== null,
    '时间无法识别，请写成 全天、工作日 8:30-12:00 14:30-18:00 或 每天 8:00-20:00，多条用分号隔开',
  )
  .transform((text) => writeHours(readHours(text) ?? []))
export const entryFacts = z
  .object({
    name: oneLine(64, '名称'),
    kind: offered,
    hours: hours.default(''),
    remark: z.union([z.literal(''), oneLine(200, '备注')]).default(''),
  })
  .meta({ id: 'DirectoryEntryFacts' })
export const newEntry = entryFacts.extend({ number: writtenNumber('号码') }).meta({ id: 'NewDirectoryEntry' })
export const entryId = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) })

export type DirectoryEntryView = z.infer<typeof directoryEntry>
export type DirectoryList = z.infer<typeof directoryList>
