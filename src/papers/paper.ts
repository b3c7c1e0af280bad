import { wallTimeOf } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'

/**
 * A paper: what is printed of a ticket, as blocks that one renderer sets. Pure: the web page imports this file too. A
 * paper says the same at each print, by any person: the same content gives the same bytes.
 */

export const paperKinds = [
  ...(['work-order', 'return', 'extension', 'promise', 'final', 'end', 'rating-letter'] as const),
  // Of supervision: `src/oversight/papers/`.
  ...(['oversight-order', 'oversight-urge', 'oversight-letter', 'oversight-talk'] as const),
  ...(['oversight-talk-record', 'oversight-report', 'oversight-site', 'oversight-batch'] as const),
] as const
export type PaperKind = (typeof paperKinds)[number]

export type Block =
  /** A table of two or four columns: label and text, side by side. */
  | { is: 'table'; rows: { label: string; text: string }[][] }
  | { is: 'text'; title: string; text: string }
  /** A table with heads: the first column is narrow, the last one is a day. */
  | { is: 'grid'; title: string; heads: string[]; rows: string[][] }
  | { is: 'list'; title: string; items: string[] }
  /** At the right: who signs, and the day. */
  | { is: 'sign'; lines: string[] }

export interface Paper {
  kind: PaperKind
  /** In red, at the head (发文机关标志). */
  issuer: string
  title: string
  /** Below the title: its number. */
  number: string
  /** Of the last thing that it tells: the date of the file. */
  at: Instant
  blocks: Block[]
}

/** `2026年11月23日 14:05`: never 今天, which is another day for each reader. */
export function timeOnPaper(at: Instant | null): string {
  if (at === null) return ''
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+) (\d+:\d+)/.exec(wallTimeOf(at)) ?? []
  return `${year}年${Number(month)}月${Number(day)}日 ${time}`
}

/** `2026年11月23日`, the date of a letter. */
export function dayOnPaper(at: Instant): string {
  return timeOnPaper(at).split(' ')[0] ?? ''
}

/** Each paragraph begins two characters in. */
export const paragraphsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** What is printed in an empty cell, so that nobody adds anything. */
export const orDash = (text: string | null | undefined): string => (text == null || text.trim() === '' ? '—' : text)
