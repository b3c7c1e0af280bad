import { z } from 'zod'
import { cancelDecisions, lapsing } from '../asking/asking.ts'
import { cancel, meet, start, unpause } from '../clocks.ts'
import { line, missing, refusal, step, textField } from '../step.ts'
import { leadAt } from '../tasks.ts'
import { refusedForParts } from './missing-parts.ts'
import { barredFromSigning, barsPersonOfReply, replyFields, replyInput, wantsSecond } from './propose-reply.ts'

/** Who answers asks for nothing more, and its suspension is over. */
const clocks = [
  ...[meet('HANDLE'), ...cancelDecisions, meet('SUSPENDED'), unpause('MILESTONE')],
  ...[cancel('PROGRESS'), start('CHECK')],
]
const notice = {
  ...({ to: 'DISPATCHERS', asksIn: ['REPLIED'] } as const),
  headline: (unit: string) => `${unit}已答复，请审核`,
}

/** 答复: what the unit tells the citizen, and what it tells the hotline; one joint answer where others had parts of it. */
export const reply = step({
  kind: 'reply',
  title: '答复',
  input: replyInput,
  asked: 'ON_VERSION',
  form: { key: 'A', fields: replyFields },
  from: ['SIGNED'],
  to: 'REPLIED',
  who: ['LEAD_UNIT'],
  bars: (_, known) =>
    wantsSecond(known) ? refusal('ticket.same-person', '本单位的答复须由第二人审签，请提交审签。') : null,
  barsPerson: barsPersonOfReply,
  refuses: (ticket, { publicReply, internalReply, missingParts }, _, { unit }) =>
    missing(publicReply, '公开答复内容') ??
    missing(internalReply, '办理情况') ??
    refusedForParts(ticket, unit, missingParts),
  changes: ({ tasks }, { publicReply, internalReply }) => ({
    publicReply,
    internalReply,
    tasks: leadAt(tasks, 'ANSWERED'),
  }),
  settles: lapsing,
  clocks,
  stamps: { repliedAt: 'NOW' },
  searched: 'ANSWER',
  notice,
  lines: ({ details }) => [
    ...line('办理情况', details.internalReply),
    ...line('公开答复', details.publicReply),
    ...line('仍要提交的理由', details.overrideReason),
    ...line('未答复说明', details.missingParts),
  ],
})

/** 审签: the second person of the unit signs the words that wait; they are the unit's answer. */
export const countersign = step({
  kind: 'countersign',
  title: '审签答复',
  input: z.object({ overrideReason: replyInput.shape.overrideReason }),
  asked: 'ON_VERSION',
  form: {
    key: 'Y',
    button: '审签通过，答复',
    fields: [
      {
        ...textField('overrideReason', '仍要提交的理由', '审核的派单员会看到'),
        ...{ isRequired: false, isForOverride: true },
      },
    ],
  },
  from: ['SIGNED'],
  to: 'REPLIED',
  who: ['LEAD_UNIT'],
  bars: barredFromSigning,
  barsPerson: barsPersonOfReply,
  // The parts may have changed since it was written.
  refuses: (ticket, _, __, { unit }) => refusedForParts(ticket, unit, ticket.proposed?.missingParts),
  changes: ({ tasks, proposed }) => ({
    publicReply: proposed?.publicReply ?? null,
    internalReply: proposed?.internalReply ?? null,
    tasks: leadAt(tasks, 'ANSWERED'),
  }),
  settles: lapsing,
  clocks,
  stamps: { repliedAt: 'NOW' },
  searched: 'ANSWER',
  notice,
  lines: ({ details }) => line('仍要提交的理由', details.overrideReason),
})
