import type { LetterDetail } from '../../followup/letters/api.ts'
import type { TicketDetail } from '../../tickets/api.ts'
import { placeInWords } from '../../units/unit.ts'
import type { Block, Paper, PaperKind } from '../paper.ts'
import { orDash, timeOnPaper } from '../paper.ts'

/** What a paper is made of: a ticket as its unit sees it, so that no paper names a hidden caller. */
export interface PaperFacts {
  ticket: TicketDetail
  /** Full names by code, where the ticket has short ones. */
  nameOf(code: string): string
  /** The last one about a rating of it; null: it was not rated. */
  letter: LetterDetail | null
  /** Name of the hotline's centre. */
  centre: string
}

export interface PaperForm {
  kind: PaperKind
  title: string
  /** @returns null: there is nothing of this kind to print */
  compose(facts: PaperFacts): Paper | null
}

export const cell = (label: string, text: string | null | undefined) => ({ label, text: orDash(text) })

/** The matter, as every paper repeats it. */
export function matterRows({ ticket }: PaperFacts): { label: string; text: string }[][] {
  const place = placeInWords(ticket.county?.name ?? null, ticket.township, ticket.place)
  return [
    [cell('工单编号', ticket.number), cell('登记时间', timeOnPaper(ticket.registeredAt))],
    [cell('事项分类', ticket.category.name)],
    [cell('事发地点', ticket.isPlaceHidden ? '来电人住处，保密' : place)],
  ]
}

export function callerWords({ caller, isCallerHidden, isAnonymous, type }: TicketDetail): string {
  if (isAnonymous) return '匿名，未登记来电人'
  if (isCallerHidden || caller === null) return type === 'REPORT' ? '举报人信息保密' : '来电人信息保密'
  return [caller.name ?? '未留姓名', caller.phone].filter(Boolean).join('  ')
}

/** Names and sizes: the files themselves stay in the system. */
export function attachmentBlock({ ticket }: PaperFacts): Block[] {
  const size = (bytes: number) => `${Math.max(1, Math.round(bytes / 1024))} kB`
  const items = ticket.attachments.map(({ fileName, bytes }) => `${fileName}（${size(bytes)}）`)
  return items.length === 0 ? [] : [{ is: 'list', title: '附件', items }]
}

/** The last thing that happened to the ticket. */
export const lastAt = ({ ticket }: PaperFacts): number => ticket.history.at(-1)?.at ?? ticket.registeredAt
