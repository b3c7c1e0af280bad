import { z } from 'zod'
import type { CallId, CategoryCode, CountyCode, UnitCode } from '../types.ts'

/**
 * Ids and codes as requests give them: what has passed carries its brand, so that no route casts. Pure: the web page
 * imports this file too.
 */

/** The brand says only what the pattern has checked. */
export function branded<Brand extends string>(schema: z.ZodString): z.ZodType<Brand, string> {
  return schema as z.ZodType<string, string> as z.ZodType<Brand, string>
}

const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** Id of a draft, an attachment or another row that has no name of its own. */
export const ulid = z.string().regex(ulidPattern, '编号格式不正确')
export const callId = branded<CallId>(z.string().regex(ulidPattern, '通话编号格式不正确'))
export const unitCode = branded<UnitCode>(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, '单位代码格式不正确'))
export const countyCode = branded<CountyCode>(z.string().regex(/^\d{4}[0-9A-Z]{2}$/, '县区代码格式不正确'))
export const categoryCode = branded<CategoryCode>(
  z.string({ error: '请选择事项分类' }).regex(/^\d{6}$/, '请选择事项分类'),
)
