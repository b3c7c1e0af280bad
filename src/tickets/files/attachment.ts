import type { UnitCode } from '../../platform/types.ts'
import { holderOf, leadOf, partOf, type Ticket, type TicketPerson } from '../life/ticket.ts'
import { isCallerHidden, isOfHotline } from '../life/view.ts'

/** A file of a ticket. Pure: the web page imports this file too. */

/**
 * CITIZEN from the caller; CONTACT proof that the unit spoke with the caller; HANDLING proof of work; SEALED a document with the
 * unit's seal, as a final answer needs one; IDENTITY papers.
 */
export const attachmentKinds = ['CITIZEN', 'CONTACT', 'HANDLING', 'SEALED', 'IDENTITY'] as const
export type AttachmentKind = (typeof attachmentKinds)[number]
export const kindTitles: Record<AttachmentKind, string> = {
  CITIZEN: '诉求材料',
  CONTACT: '联系凭证',
  HANDLING: '办理凭证',
  SEALED: '盖章文件',
  IDENTITY: '身份证件',
}

/** By what is found in the bytes: what a browser shows or a player plays, and office files without macros. */
export const mediaTypes = {
  'image/jpeg': { title: 'JPEG 图片', isShown: true },
  'image/png': { title: 'PNG 图片', isShown: true },
  'image/webp': { title: 'WebP 图片', isShown: true },
  'audio/mpeg': { title: 'MP3 录音', isShown: true },
  'audio/wav': { title: 'WAV 录音', isShown: true },
  'audio/ogg': { title: 'OGG 录音', isShown: true },
  'audio/mp4': { title: 'M4A 录音', isShown: true },
  'audio/amr': { title: 'AMR 录音', isShown: false },
  'application/pdf': { title: 'PDF', isShown: false },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { title: 'Word 文档', isShown: false },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { title: 'Excel 表格', isShown: false },
} as const satisfies Record<string, { title: string; isShown: boolean }>
export type MediaType = keyof typeof mediaTypes
export const mediaTypeNames = Object.keys(mediaTypes) as [MediaType, ...MediaType[]]

export function isTaken(mediaType: string): mediaType is MediaType {
  return Object.hasOwn(mediaTypes, mediaType)
}

/** What people send and we do not take, by what is found in the bytes: what it is, and what they may send instead. */
const others: [type: RegExp, title: string, instead: string][] = [
  [/^video\//, '视频', '请改传截图、照片或只有声音的录音'],
  [/^image\/hei[cf]/, ' HEIC 照片', '请在手机上另存为 JPG 后再传'],
  [/^image\//, '其他格式的图片', '请另存为 JPG 或 PNG 后再传'],
  [/^audio\//, '其他格式的声音', '请转为 MP3 或 M4A 后再传'],
  [/macroenabled/i, '带宏的 Office 文件', '请另存为不带宏的 .docx 或 .xlsx 后再传'],
  [/^application\/x-cfb$/, '旧版 Office 文件', '请另存为 .docx 或 .xlsx 后再传'],
  [/presentationml/, '演示文稿', '请导出为 PDF 后再传'],
  [/zip|rar|7z|gzip|x-tar|bzip|x-xz/, '压缩包', '请解压后逐个上传'],
]

/** Why a file is not taken. @param mediaType as found in its bytes; null: nothing that is known */
export function refusalOfType(mediaType: string | null): string {
  const known = others.find(([type]) => type.test(mediaType ?? ''))
  const endings = `可以上传：${fileEndings.join(' ')}。`
  return known ? `这是${known[1]}，不能上传，${known[2]}。${endings}` : `不支持这种文件。${endings}`
}

/** Which bytes the end of a name may stand for. Other names say nothing that could be wrong. */
const byEnding: Record<string, readonly MediaType[]> = {
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  png: ['image/png'],
  webp: ['image/webp'],
  mp3: ['audio/mpeg'],
  wav: ['audio/wav'],
  ogg: ['audio/ogg'],
  m4a: ['audio/mp4'],
  amr: ['audio/amr'],
  pdf: ['application/pdf'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
}
export const fileEndings = Object.keys(byEnding).map((ending) => `.${ending}`)

export const largestFile = 10 * 1024 * 1024
/** Of one draft or one ticket. */
export const mostFiles = 20
const longestName = 120

/** Whether the name says what the bytes are. */
export function isAsNamed(name: string, mediaType: string): boolean {
  return byEnding[endingOf(name)]?.some((one) => one === mediaType) ?? false
}

function endingOf(name: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** A name that any system can store and that deceives no reader: no folders, no controls, no reversed direction. */
export function safeName(given: string): string {
  const last = given.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  const plain = last.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/g, '')
  const shown = plain.replace(/[<>:"|?*]/g, '_').replace(/^[\s.]+|[\s.]+$/g, '')
  const ending = endingOf(shown)
  const stem = ending === '' ? shown : shown.slice(0, -ending.length - 1)
  const short = [...stem].slice(0, longestName).join('')
  return `${short === '' ? '附件' : short}${ending === '' ? '' : `.${ending}`}`
}

/**
 * Whether a person who sees the ticket may read this file of it. Identity papers never leave the hotline, and a file
 * from a hidden caller may reveal who they are. A unit that sees its part only reads what the citizen gave and its own
 * proofs, not those of units above and beside it. Source: domain model 3.9; domain model 2, section 7.
 */
export function mayReadFile(
  person: Pick<TicketPerson, 'roles'>,
  ticket: Parameters<typeof isCallerHidden>[0],
  { kind, unitCode }: { kind: AttachmentKind; unitCode: UnitCode | null },
  { sees, isPartOnly }: { sees(unit: UnitCode): boolean; isPartOnly: boolean },
): boolean {
  if (isOfHotline(person)) return true
  if (kind === 'IDENTITY') return false
  if (isPartOnly && kind !== 'CITIZEN' && (unitCode === null || !sees(unitCode))) return false
  return kind === 'HANDLING' || kind === 'SEALED' || !isCallerHidden(ticket)
}

/** What each side adds: the hotline what the citizen gave, the unit in charge and those with a part their proofs. */
export function mayAddFile(person: TicketPerson, ticket: Pick<Ticket, 'tasks'>, kind: AttachmentKind): boolean {
  if (kind === 'CITIZEN' || kind === 'IDENTITY') {
    return person.roles.some((role) => role === 'AGENT' || role === 'SUPERVISOR' || role === 'DISPATCHER')
  }
  const isOfUnit = person.roles.some((role) => role === 'CLERK' || role === 'WORKSTATION')
  if (!isOfUnit || person.unitCode === null) return false
  return (
    [leadOf(ticket), holderOf(ticket)].includes(person.unitCode) || partOf(ticket, person.unitCode)?.step === 'SIGNED'
  )
}
