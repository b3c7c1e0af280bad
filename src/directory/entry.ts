import { normaliseNumber } from '../lines/number.ts'
import { isSpelled } from '../platform/text/spelling.ts'

/** Numbers that an agent may call or bring into a call: 转接目录. Pure: the web page imports this file too. */

/** In the order in which lists show them. */
export const directoryKinds = ['EMERGENCY', 'PROVINCE', 'PARALLEL', 'DEPARTMENT', 'UTILITY', 'CITY'] as const
export type DirectoryKind = (typeof directoryKinds)[number]

export const directoryKindTitles: Record<DirectoryKind, string> = {
  EMERGENCY: '紧急',
  PROVINCE: '省平台',
  PARALLEL: '并行热线',
  DEPARTMENT: '部门',
  UTILITY: '公共服务',
  CITY: '外地热线',
}

export interface DirectoryEntry {
  id: number
  name: string
  /** As it is dialled inside the country, digits only. */
  number: string
  kind: DirectoryKind
  /** As `readHours` reads them; empty: not known. */
  hours: string
  remark: string
}

/**
 * A number as the directory stores and dials it.
 * @returns digits; null for text that is not a number
 */
export function dialDigits(text: string, areaCode: string): string | null {
  return normaliseNumber(text, areaCode).national || null
}

type Searched = Pick<DirectoryEntry, 'name' | 'number' | 'kind' | 'remark'> & {
  /** Syllables of the name with blanks between. */
  pinyin: string
}

/**
 * Search by name, by the letters of its pinyin (`gdgs` for 供电公司) or by digits of the number; without a word all
 * entries.
 * @returns best first: the number itself, then names, then remarks; equal ones by kind and in the directory's order
 */
export function findEntries<Entry extends Searched>(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = typed.normalize('NFKC').trim().toLowerCase()
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, wanted), kind: directoryKinds.indexOf(entry.kind) }))
    .filter(({ rank }) => rank !== null)
    .toSorted((one, other) => (one.rank ?? 0) - (other.rank ?? 0) || one.kind - other.kind)
    .map(({ entry }) => entry)
}

function rankOf({ name, number, remark, pinyin }: Searched, wanted: string): number | null {
  if (wanted === '') return 0
  const digits = /^[\d\s()+-]+$/.test(wanted) ? wanted.replace(/\D/g, '') : ''
  if (digits !== '') {
    if (number === digits) return 0
    if (number.startsWith(digits)) return 1
    if (number.includes(digits)) return 2
  }
  if (name.toLowerCase().startsWith(wanted)) return 3
  if (name.toLowerCase().includes(wanted)) return 4
  if (isSpelled(pinyin, wanted)) return 5
  return remark.toLowerCase().includes(wanted) ? 6 : null
}
