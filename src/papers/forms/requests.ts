import { z } from 'zod'
import type { TicketDetail } from '../../tickets/api.ts'
import type { RequestKind } from '../../tickets/life/requests.ts'
import { requestReasons } from '../../tickets/life/words.ts'
import { timeOnPaper } from '../paper.ts'
import { cell, type PaperFacts } from './form.ts'

/** What papers about a unit's request share: which one, who asked for it, who decided it and how. */

export type Asked = TicketDetail['requests'][number]

/** The last one of its kind. */
export const askedFor = ({ ticket }: PaperFacts, kind: RequestKind): Asked | null =>
  ticket.requests.findLast((request) => request.kind === kind) ?? null

/** How often it was asked for until then. */
export const timesOf = ({ ticket }: PaperFacts, asked: Asked): number =>
  ticket.requests.filter(({ kind, seq }) => kind === asked.kind && seq <= asked.seq).length

/** A text of what only this kind of request says; empty where an older version kept none. */
export function said(asked: Asked, name: string): string {
  const value = asked.details?.[name]
  return typeof value === 'string' ? value : ''
}

const milestones = z.array(z.object({ title: z.string(), at: z.number() }))
export function planOf(asked: Asked): z.output<typeof milestones> {
  const known = milestones.safeParse(asked.details?.milestones)
  return known.success ? known.data : []
}

export const askedRows = ({ nameOf }: PaperFacts, { unit, at, actor, reason }: Asked) => [
  [cell('申请单位', nameOf(unit.code)), cell('申请时间', timeOnPaper(at))],
  [cell('经办人', actor), cell('申请原因', reason && requestReasons[reason])],
]

const withoutNeed = '申请已自行失效'
/** @param words what a decision is called on this paper */
export function decidedRows(asked: Asked, words: { GRANTED: string; REFUSED: string }) {
  const { decision, decisionNote, decidedBy, decidedAt } = asked
  const opinion = decision === null ? '待审核' : decision === 'LAPSED' ? withoutNeed : words[decision]
  return [
    [cell('审核意见', [opinion, decisionNote].filter(Boolean).join('。'))],
    [cell('审核人', decidedBy), cell('审核时间', timeOnPaper(decidedAt))],
  ]
}
