import { z } from 'zod'
import { categoryCode } from '../../../platform/text/codes.ts'
import { cancel, clockKinds, start } from '../clocks.ts'
import { line, refusal, step } from '../step.ts'

/** A person who has just handed it in may have taken the wrong matter; later a unit has begun to look at it. */
export const correctionMs = 10 * 60_000

/** 更正事项: another matter, dispatched again. */
export const correct = step({
  kind: 'correct',
  title: '更正事项',
  input: z.object({ categoryCode }),
  asked: 'ON_VERSION',
  form: {
    key: 'G',
    fields: [{ name: 'categoryCode', kind: 'category', label: '正确的事项', hint: '工单将重新派单', isRequired: true }],
  },
  // No unit has signed: no unit's work is lost.
  from: ['PENDING_REVIEW', 'REGISTERED', 'DISPATCHED'],
  to: 'REGISTERED',
  // It is reviewed all the same.
  stays: ['PENDING_REVIEW'],
  who: ['HOTLINE', 'DISPATCHER'],
  // Also of a unit that signed, gave it back, and answers for it until the next one signs.
  bars: ({ tasks }) =>
    tasks.some((task) => task.step !== 'SENT')
      ? refusal('ticket.wrong-state', '已有单位签收，不能再更正事项；请联系派单员，或补充说明。')
      : null,
  until: {
    at: ({ registeredAt }) => registeredAt + correctionMs,
    refusal: refusal('ticket.correction-too-late', '提交已超过 10 分钟，不能再更正事项；请联系派单员，或补充说明。'),
  },
  refuses: (ticket, given) =>
    given.categoryCode === ticket.categoryCode
      ? refusal('ticket.text-missing', '事项没有变化，请选择另一个事项。')
      : null,
  settles: { kind: 'ANY', decision: 'LAPSED' },
  changes: (_, given) => ({
    categoryCode: given.categoryCode,
    tasks: [],
    returnBy: null,
    ruleKey: null,
    dispatchReason: null,
    inboxMark: null,
  }),
  clocks: [...clockKinds.map(cancel), start('DISPATCH')],
  stamps: { dispatchedAt: null },
  wakesDispatch: true,
  notice: null,
  lines: ({ details: { before, after } }) => [...line('原事项', before), ...line('更正为', after)],
})
