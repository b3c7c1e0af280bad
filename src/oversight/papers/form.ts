import type { Block, Paper, PaperKind } from '../../papers/paper.ts'
import { dayOnPaper, orDash, timeOnPaper } from '../../papers/paper.ts'
import type { CaseDetail } from '../cases/api.ts'
import { caseForms, type TextField, textTitles } from '../cases/fields.ts'

/** What a printed paper of supervision is made of. */
export interface CaseFacts {
  paper: CaseDetail
  /** Full name of the unit; null: it goes to none. */
  unit: string | null
  /** Name of the hotline's centre, which issues it. */
  centre: string
}

export interface CaseForm {
  kind: PaperKind
  title: string
  /** @returns null: there is nothing of this kind to print */
  compose(facts: CaseFacts): Paper | null
}

export const cell = (label: string, text: string | null | undefined) => ({ label, text: orDash(text) })

/** Its number, or that it has none yet. */
export const numberOn = ({ paper }: CaseFacts): string => paper.number ?? '（未签发）'
/** The last thing that it tells. */
export const lastAt = ({ paper }: CaseFacts): number => paper.history.at(-1)?.at ?? paper.draftedAt

export const textOf = ({ paper }: CaseFacts, field: TextField): string => paper.texts[field] ?? ''

/** A field with its title, in the body of the letter; none where nothing was written. */
export function textBlock(facts: CaseFacts, field: TextField): Block[] {
  const text = textOf(facts, field)
  return text === '' ? [] : [{ is: 'text', title: `${textTitles[field]}：`, text }]
}

/** What the unit answered, and the verdict. */
export function answerBlocks(facts: CaseFacts): Block[] {
  const { paper } = facts
  if (paper.answeredAt === null) return []
  const said = caseForms[paper.kind].answer.map((field) => [cell(textTitles[field], textOf(facts, field))])
  const verdict =
    paper.verdict === null ? [] : [[cell('审定意见', paper.verdict), cell('考核扣分', scoreOn(paper.score))]]
  return [{ is: 'table', rows: [[cell('答复时间', timeOnPaper(paper.answeredAt))], ...said, ...verdict] }]
}
const scoreOn = (score: number | null): string => (score === null || score === 0 ? '不扣分' : `${Math.abs(score)} 分`)

export function ticketBlock({ paper }: CaseFacts): Block[] {
  return paper.tickets.length === 0 ? [] : [{ is: 'list', title: '涉及工单', items: paper.tickets }]
}

/** The centre signs on the day of the issue. */
export function signBlock({ paper, centre }: CaseFacts): Block {
  return { is: 'sign', lines: [`${centre}（盖章）`, dayOnPaper(paper.issuedAt ?? paper.draftedAt)] }
}

/** Who prepared it and who issued it: two people. */
export const issuers = ({ paper }: CaseFacts) => [cell('报签人', paper.submittedBy), cell('签发人', paper.approvedBy)]
