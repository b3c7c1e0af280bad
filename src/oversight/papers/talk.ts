import { dayOnPaper, timeOnPaper } from '../../papers/paper.ts'
import {
  answerBlocks,
  type CaseForm,
  cell,
  issuers,
  lastAt,
  numberOn,
  signBlock,
  textBlock,
  textOf,
  ticketBlock,
} from './form.ts'

/** 约谈通知: when, where and about what. */
export const talkNotice: CaseForm = {
  kind: 'oversight-talk',
  title: '约谈通知',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'TALK') return null
    return {
      ...{ kind: 'oversight-talk', issuer: centre, title: '约谈通知', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        { is: 'text', title: `${unit ?? '（未定单位）'}：`, text: `现就${paper.subject}约谈你单位，请按时参加。` },
        {
          is: 'table',
          rows: [
            [cell('约谈时间', timeOnPaper(paper.meetAt)), cell('地点', textOf(facts, 'place'))],
            [cell('约谈对象', paper.leader ?? '单位负责人')],
            issuers(facts),
          ],
        },
        ...textBlock(facts, 'agenda'),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}

/** 约谈记录: who was there, what was said, and what was promised until when. */
export const talkRecord: CaseForm = {
  kind: 'oversight-talk-record',
  title: '约谈记录',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'TALK' || !textOf(facts, 'points')) return null
    return {
      ...{
        kind: 'oversight-talk-record',
        issuer: centre,
        title: '约谈记录',
        number: numberOn(facts),
        at: lastAt(facts),
      },
      blocks: [
        {
          is: 'table',
          rows: [
            [cell('约谈单位', unit), cell('约谈时间', timeOnPaper(paper.meetAt))],
            [cell('地点', textOf(facts, 'place')), cell('承诺期限', timeOnPaper(paper.dueAt))],
            [cell('参加人员', textOf(facts, 'attendees'))],
          ],
        },
        ...textBlock(facts, 'agenda'),
        ...textBlock(facts, 'points'),
        ...textBlock(facts, 'commitments'),
        ...answerBlocks(facts),
        { is: 'sign', lines: ['约谈人：', '被约谈人：', dayOnPaper(paper.meetAt ?? paper.draftedAt)] },
      ],
    }
  },
}
