import { timeOnPaper } from '../../papers/paper.ts'
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

/** 提醒函: to the leader of a unit, with its figures beside those of its peers. */
export const letterForm: CaseForm = {
  kind: 'oversight-letter',
  title: '提醒函',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'LETTER') return null
    return {
      ...{ kind: 'oversight-letter', issuer: centre, title: '提醒函', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        { is: 'text', title: `${unit ?? '（未定单位）'}：`, text: `现就${paper.subject}提醒如下，请予重视。` },
        ...textBlock(facts, 'figures'),
        ...textBlock(facts, 'items'),
        ...textBlock(facts, 'demand'),
        {
          is: 'table',
          rows: [[cell('责任领导', paper.leader), cell('答复期限', timeOnPaper(paper.dueAt))], issuers(facts)],
        },
        ...answerBlocks(facts),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}
