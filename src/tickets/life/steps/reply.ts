import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { cancelDecisions, lapsing } from '../asking/asking.ts'
import { meet, start, unpause } from '../clocks.ts'
import { limits, line, missing, refusal, step, textField } from '../step.ts'
import { leadAt } from '../tasks.ts'
import { missingPartsField, refusedForParts } from './missing-parts.ts'

/** 答复: what the unit tells the citizen, and what it tells the hotline; one joint answer where others had parts of it. */
export const reply = step({
  kind: 'reply',
  title: '答复',
  input: z.object({
    publicReply: manyLines(limits.reply, '公开答复内容'),
    internalReply: manyLines(limits.reply, '办理情况'),
    overrideReason: manyLines(limits.note, '仍要提交的理由')
      .optional()
      .describe('why it is handed in although the check of answers stops it'),
    missingParts: missingPartsField.input,
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'A',
    fields: [
      textField('internalReply', '办理情况', '内部留存：怎么查的、怎么办的，来电人看不到'),
      textField('publicReply', '公开答复', '告知来电人的话，将对外公开'),
      {
        ...textField('overrideReason', '仍要提交的理由', '审核的派单员会看到'),
        ...{ isRequired: false, isForOverride: true },
      },
      missingPartsField.field,
    ],
  },
  from: ['SIGNED'],
  to: 'REPLIED',
  who: ['LEAD_UNIT'],
  barsPerson: ({ notBy }, personId) =>
    notBy.includes(personId)
      ? refusal('ticket.another-person', '您此前答复过同一事项，本次须由另一人复核答复。')
      : null,
  refuses: (ticket, { publicReply, internalReply, missingParts }, _, { unit }) =>
    missing(publicReply, '公开答复内容') ??
    missing(internalReply, '办理情况') ??
    refusedForParts(ticket, unit, missingParts),
  changes: ({ tasks }, { publicReply, internalReply }) => ({
    publicReply,
    internalReply,
    tasks: leadAt(tasks, 'ANSWERED'),
  }),
  // Who answers asks for nothing more, and its suspension is over.
  settles: lapsing,
  clocks: [meet('HANDLE'), ...cancelDecisions, meet('SUSPENDED'), unpause('MILESTONE'), start('CHECK')],
  stamps: { repliedAt: 'NOW' },
  searched: 'ANSWER',
  notice: { to: 'DISPATCHERS', asksIn: ['REPLIED'], headline: (unit) => `${unit}已答复，请审核` },
  lines: ({ details }) => [
    ...line('办理情况', details.internalReply),
    ...line('公开答复', details.publicReply),
    ...line('仍要提交的理由', details.overrideReason),
    ...line('未答复说明', details.missingParts),
  ],
})
