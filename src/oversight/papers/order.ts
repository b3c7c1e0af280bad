import { timeOnPaper } from '../../papers/paper.ts'
import { levelTitles, triggerTitles } from '../triggers/trigger.ts'
import {
  answerBlocks,
  type CaseForm,
  cell,
  issuers,
  lastAt,
  numberOn,
  signBlock,
  textBlock,
  ticketBlock,
} from './form.ts'

/** 督办单: facts, demand, basis and due, and the answer once there is one. */
export const orderForm: CaseForm = {
  kind: 'oversight-order',
  title: '督办单',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'ORDER') return null
    const cause = paper.trigger === null ? null : triggerTitles[paper.trigger]
    return {
      ...{ kind: 'oversight-order', issuer: centre, title: '督办单', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        {
          is: 'text',
          title: `${unit ?? '（未定单位）'}：`,
          text: `关于“${paper.subject}”一事，现予督办，请按要求办理并答复。`,
        },
        {
          is: 'table',
          rows: [
            [cell('督办级别', levelTitles[paper.level]), cell('督办事由', cause)],
            [cell('责任领导', paper.leader), cell('答复期限', timeOnPaper(paper.dueAt))],
            [cell('签发时间', timeOnPaper(paper.issuedAt)), cell('接收时间', timeOnPaper(paper.receivedAt))],
            issuers(facts),
          ],
        },
        ...textBlock(facts, 'facts'),
        ...textBlock(facts, 'done'),
        ...textBlock(facts, 'demand'),
        ...textBlock(facts, 'basis'),
        ...answerBlocks(facts),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}
