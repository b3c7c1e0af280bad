import { z } from 'zod'

/** Text that people type. Pure: the web page imports it too. */

/** C0 and C1 controls, and the characters that change the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const controls = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** Half of a 4-byte character alone is invalid: the database would refuse it. */
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

export const controlsMessage = '含有不可见的控制字符'

/** Counts characters as people do: a 4-byte character counts once. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

export function hasControls(text: string): boolean {
  return controls.test(text) || loneSurrogate.test(text)
}

/** A field of one line. Invisible characters are refused, not silently changed. */
export function oneLine(longest: number, what = '内容') {
  return z
    .string({ error: `请填写${what}` })
    .min(1, `请填写${what}`)
    .refine((text) => lengthOf(text) <= longest, `${what}最多 ${longest} 个字`)
    .refine((text) => !hasControls(text), `${what}${controlsMessage}`)
}

/** The reason for an action that is audited with its reason. */
export function reasonLine(what: string) {
  return oneLine(200, what).refine((text) => text.trim() !== '', `请填写${what}`)
}

/** A code or a name as a Chinese keyboard may write it: `１００１` is 1001. Invisible characters are refused here, too. */
export function plainLine(longest: number, what = '内容') {
  return z
    .string({ error: `请填写${what}` })
    .max(longest * 4, `${what}最多 ${longest} 个字`)
    .transform((text) => text.normalize('NFKC').replace(/^ +| +$/g, ''))
    .pipe(oneLine(longest, what))
}

/** Text of many lines. Line ends are unified; invisible characters are refused. May be empty. */
export function manyLines(longest: number, what = '内容') {
  return z
    .string({ error: `请填写${what}` })
    .transform((text) => text.replace(/\r\n?/g, '\n'))
    .refine((text) => lengthOf(text) <= longest, `${what}最多 ${longest} 个字`)
    .refine((text) => !hasControls(text.replace(/[\n\t]/g, '')), `${what}${controlsMessage}`)
}

/** Longest note of a call, in characters. */
export const noteLimit = 10_000

/** Text of many lines as it is stored: line ends unified, characters that cannot be seen or stored removed. */
export function cleanText(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line end and tabulator stay
  const visible = lines.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  return visible.toWellFormed().replaceAll('\ufffd', '')
}
