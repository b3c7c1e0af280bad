import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { partAt, partOf } from '../parts.ts'
import { limits, line, missing, refusal, step, textField } from '../step.ts'
import { missingPartsField, refusedForParts } from './missing-parts.ts'

/** 答复任务: what a co-unit or a unit below has done, to the unit that composes the answer. */
export const answerPart = step({
  kind: 'answer-part',
  title: '答复任务',
  input: z.object({
    answer: manyLines(limits.note, '办理情况').describe('words'),
    missingParts: missingPartsField.input,
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'A',
    fields: [textField('answer', '办理情况', '怎么查的、怎么办的；由主办或交办单位汇总答复'), missingPartsField.field],
  },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['PART_UNIT'],
  bars: (ticket, { unit }) =>
    partOf(ticket, unit)?.step === 'SIGNED'
      ? null
      : refusal('ticket.wrong-state', '本单位没有待答复的任务；未签收的请先签收。'),
  refuses: (ticket, { answer, missingParts }, _, { unit }) =>
    missing(answer, '办理情况') ?? refusedForParts(ticket, unit, missingParts),
  changes: ({ tasks }, { answer }, { unit }) => ({ tasks: partAt(tasks, unit, 'ANSWERED', { answer }) }),
  notice: {
    to: 'READER',
    asksIn: ['DISPATCHED', 'SIGNED'],
    asksInStep: ['ANSWERED'],
    headline: (unit) => `${unit}已答复任务，请审核、汇总`,
  },
  lines: ({ details }) => [...line('办理情况', details.answer), ...line('未答复说明', details.missingParts)],
})
