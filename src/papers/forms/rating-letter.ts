import { appealDecisionTitles, markNames, marks, mostOfMark, sumOf } from '../../followup/letters/letter.ts'
import {
  contactAnswers,
  levels,
  outcomeTitles,
  reasonTitles,
  solvedAnswers,
  verdictTitles,
} from '../../followup/words.ts'
import { dayOnPaper, timeOnPaper } from '../paper.ts'
import { cell, matterRows, type PaperForm } from './form.ts'

/** 评价反馈单: what the citizen said of the last round, the hotline's marks, and what the unit owes. */
export const ratingLetter: PaperForm = {
  kind: 'rating-letter',
  title: '评价反馈单',
  compose(facts) {
    const { letter, ticket, nameOf, centre } = facts
    if (letter === null) return null
    const points = markNames.map((name) => `${marks[name]} ${letter.marks[name]}`).join('，')
    const decided =
      letter.decision === null ? '' : `${appealDecisionTitles[letter.decision]}。${letter.decisionNote ?? ''}`
    return {
      kind: 'rating-letter',
      issuer: centre,
      title: '评价反馈单',
      number: `${ticket.number}（第${letter.round}次办理）`,
      at: letter.decidedAt ?? letter.appealedAt ?? letter.issuedAt,
      blocks: [
        { is: 'text', title: `${nameOf(letter.unit.code)}：`, text: '现将来电人对下列事项办理情况的评价反馈你单位。' },
        {
          is: 'table',
          rows: [
            ...matterRows(facts),
            [
              cell('是否联系', letter.contacted && contactAnswers[letter.contacted]),
              cell('是否解决', solvedAnswers[letter.solved]),
            ],
            [
              cell('是否满意', levels[letter.satisfied]),
              cell('回访结果', letter.outcome && outcomeTitles[letter.outcome]),
            ],
            [cell('主要原因', letter.reason && reasonTitles[letter.reason])],
            [cell('来电人意见', letter.words)],
            [cell('研判', letter.verdict && `${verdictTitles[letter.verdict]}：${letter.verdictNote ?? ''}`)],
            [cell('热线评分', `${points}（合计 ${sumOf(letter.marks)}，满分 ${markNames.length * mostOfMark}）`)],
            [cell('管理建议', letter.advice)],
            [cell('单位须办', letter.owed)],
            [cell('申诉期限', timeOnPaper(letter.appealBy)), cell('申诉时间', timeOnPaper(letter.appealedAt))],
            ...(letter.appealedAt === null ? [] : [[cell('申诉理由', letter.grounds)], [cell('申诉结论', decided)]]),
          ],
        },
        { is: 'sign', lines: [centre, dayOnPaper(letter.issuedAt)] },
      ],
    }
  },
}
