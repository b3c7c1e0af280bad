import { dayOnPaper, timeOnPaper } from '../../papers/paper.ts'
import { type CaseForm, cell, issuers, lastAt, numberOn, signBlock, textBlock, textOf, ticketBlock } from './form.ts'

/** 呈阅件: to a leader, with a box for the instruction; afterwards with it, its marks and the result. */
export const reportForm: CaseForm = {
  kind: 'oversight-report',
  title: '呈阅件',
  compose(facts) {
    const { paper, centre } = facts
    if (paper.kind !== 'REPORT') return null
    const marks = paper.marks.map(({ mark, dueAt, metAt, isLate }) => [
      ...[`${mark} 日`, dayOnPaper(dueAt)],
      metAt === null ? (isLate ? '已逾期' : '未到期') : `${dayOnPaper(metAt)}${isLate ? '（逾期）' : ''}`,
    ])
    return {
      ...{ kind: 'oversight-report', issuer: centre, title: '呈阅件', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        {
          is: 'table',
          rows: [
            [cell('呈送', textOf(facts, 'addressee')), cell('请于何时批回', dueOf(facts))],
            [cell('标题', paper.subject)],
            issuers(facts),
            // The box stays empty until it is written into.
            [{ label: '领导批示', text: paper.instruction ?? '\n\n\n\n' }],
          ],
        },
        ...textBlock(facts, 'matter'),
        ...textBlock(facts, 'people'),
        ...textBlock(facts, 'positions'),
        ...textBlock(facts, 'options'),
        ...(marks.length === 0
          ? []
          : [{ is: 'grid' as const, title: '批示办理节点', heads: ['节点', '期限', '完成'], rows: marks }]),
        ...textBlock(facts, 'result'),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}

/** From the instruction on its due time is the last mark. */
const dueOf = ({ paper }: Parameters<CaseForm['compose']>[0]): string =>
  paper.instructedAt === null ? timeOnPaper(paper.dueAt) : `已于 ${dayOnPaper(paper.instructedAt)} 批回`
