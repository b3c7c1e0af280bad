import { z } from 'zod'
import { acts, actTitles, classActs, classCodes, classTitles, classWords } from '../../exits/classified.ts'
import { cancel, clockKinds } from '../clocks.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { relieved } from '../tasks.ts'
import { barredUnlessAsked } from './dispatch.ts'

/**
 * 分类处理: another body than the hotline and its units has to do with it. The caller is told what to do, in words that fit
 * the class; what was said is kept. Source: domain model 2, 0.4.
 */
export const classify = step({
  kind: 'classify',
  title: '分类处理',
  input: z.object({
    reason: z.enum(classCodes, { error: '请选择分类' }),
    act: z.enum(acts, { error: '请选择处理方式' }),
    note: said('告知来电人的话'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'X',
    isGrave: true,
    fields: [
      { ...choiceField('reason', '分类', classTitles), offers: { act: classActs, note: classWords } },
      choiceField('act', '处理方式', actTitles),
      textField('note', '告知来电人的话', '按分类给出的话术，请按实际情况修改'),
    ],
  },
  from: ['DRAFT', 'PENDING_REVIEW', 'REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'CLASSIFIED',
  who: ['HOTLINE', 'DISPATCHER'],
  bars: (ticket, { actor }) => {
    if (ticket.state === 'DRAFT' || ticket.state === 'REGISTERED') return null
    // It grants what the unit asked for, and takes the ticket from it: that is for dispatchers.
    const mayDecide = actor.by === 'person' && actor.person.roles.includes('DISPATCHER')
    const detail = '工单已派到承办单位，只有派单员审核退单时可以分类处理。'
    return barredUnlessAsked(ticket) ?? (mayDecide ? null : refusal('ticket.not-allowed', detail))
  },
  refuses: (_, { note }) => missing(note, '告知来电人的话'),
  changes: ({ tasks }) => ({ inboxMark: null, tasks: relieved(tasks), closeKind: 'CLASSIFIED' }),
  settles: { kind: 'RETURN', decision: 'GRANTED' },
  clocks: clockKinds.map(cancel),
  stamps: { closedAt: 'NOW' },
  notice: null,
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { act } }) => [
    ...line('分类', wordOf(classTitles, reason)),
    ...line('处理', wordOf(actTitles, typeof act === 'string' ? act : null)),
    ...line('告知', note),
  ],
})
