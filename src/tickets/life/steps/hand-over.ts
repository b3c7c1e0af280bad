import { z } from 'zod'
import { cancel, clockKinds } from '../clocks.ts'
import { choiceField, line, missing, said, step, textField, wordOf } from '../step.ts'

/** Who takes it on. Source: domain model 2.2. */
export const rescuers = { 110: '110 公安', 119: '119 消防', 120: '120 急救', 122: '122 交通事故' } as const
export type Rescuer = `${keyof typeof rescuers}`
export const rescuerNumbers = Object.keys(rescuers) as [Rescuer, ...Rescuer[]]

/** 移交紧急救助: 110, 119, 120 or 122 has it. What was said there is kept. */
export const handOver = step({
  kind: 'hand-over',
  title: '移交紧急救助',
  input: z.object({
    to: z.enum(rescuerNumbers, { error: '请选择移交给谁' }),
    note: said('移交情况'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'M',
    isGrave: true,
    fields: [choiceField('to', '移交', rescuers), textField('note', '移交情况', '谁接的、说了什么、有无警情编号')],
  },
  from: ['DRAFT', 'PENDING_REVIEW', 'REGISTERED'],
  to: 'HANDED_OVER',
  who: ['HOTLINE', 'DISPATCHER'],
  refuses: (_, { note }) => missing(note, '移交情况'),
  changes: () => ({ inboxMark: null, closeKind: 'HANDED_OVER' }),
  clocks: clockKinds.map(cancel),
  stamps: { closedAt: 'NOW' },
  notice: null,
  lines: ({ note, details: { to } }) => [
    ...line('移交', wordOf(rescuers, typeof to === 'string' ? to : null)),
    ...line('情况', note),
  ],
})
