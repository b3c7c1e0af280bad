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
  textOf,
  ticketBlock,
} from './form.ts'

/** 现场办公记录: what was found on the spot, what was decided, and who does it until when. */
export const siteForm: CaseForm = {
  kind: 'oversight-site',
  title: '现场办公记录',
  compose(facts) {
    const { paper, unit, centre } = facts
    if (paper.kind !== 'SITE') return null
    const photos = paper.photos.map(({ fileName }) => fileName)
    return {
      ...{ kind: 'oversight-site', issuer: centre, title: '现场办公记录', number: numberOn(facts), at: lastAt(facts) },
      blocks: [
        {
          is: 'table',
          rows: [
            [cell('事项', paper.subject)],
            [cell('时间', timeOnPaper(paper.meetAt)), cell('地点', textOf(facts, 'place'))],
            [cell('参加人员', textOf(facts, 'attendees'))],
            [cell('承办单位', unit), cell('责任人', textOf(facts, 'owner'))],
            [cell('完成期限', timeOnPaper(paper.dueAt))],
            issuers(facts),
          ],
        },
        ...textBlock(facts, 'findings'),
        ...textBlock(facts, 'decisions'),
        ...answerBlocks(facts),
        ...(photos.length === 0 ? [] : [{ is: 'list' as const, title: '现场照片', items: photos }]),
        ...ticketBlock(facts),
        signBlock(facts),
      ],
    }
  },
}
