import { timeOnPaper } from '../../papers/paper.ts'
import { answerBlocks, type CaseForm, cell, lastAt, numberOn, signBlock, textBlock, ticketBlock } from './form.ts'

/** 催办单: an overdue ticket, by its number and how often it was urged. */
export const urgeForm: CaseForm = {
  kind: 'oversight-urge',
  title: '催办单',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'URGE') return null
    return {
      ...{ kind: 'oversight-urge', issuer: centre, title: '催办单', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        { is: 'text', title: `${unit ?? '承办单位'}：`, text: `${paper.subject}，请立即办理。` },
        {
          is: 'table',
          rows: [[cell('办理期限', timeOnPaper(paper.dueAt)), cell('催办时间', timeOnPaper(paper.issuedAt))]],
        },
        ...textBlock(facts, 'demand'),
        ...answerBlocks(facts),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}
