import { z } from 'zod'
import { type Limit, limitInWords, limitUnits } from '../../../calendar/limit.ts'
import { dueInWords } from '../../../calendar/time-left.ts'
import { meet, start } from '../clocks.ts'
import type { Terms, Ticket, TicketRefusal } from '../facts.ts'
import { timesGranted } from '../requests.ts'
import { type Field, line, missing, refusal, said, step, textField } from '../step.ts'
import { askedIn, barredFromAsking, barredUnlessPending, dayInWords } from './asking.ts'

/**
 * 延期: more time, asked for before it is over; how often and how much is a matter of the profile. The citizen is told.
 * Source: domain model 3.7 and 4.2.
 */

const amount = z.number({ error: '请填写延长的时间' }).int('请填写整数').min(1, '至少为 1').max(999, '不能超过 999')
const amountField = (label: string, hint: string, isRequired: boolean): Field => ({
  ...{ name: 'amount', kind: 'number', label, hint, isRequired },
})

const barredBy = (ticket: Ticket, { extension }: Terms): TicketRefusal | null => {
  if (!ticket.running.some(({ clock }) => clock === 'HANDLE')) {
    return refusal('ticket.extension-exhausted', '该工单没有在计的办理期限，不能延期。')
  }
  if (timesGranted(ticket, 'PROMISE') > 0) {
    return refusal('ticket.extension-exhausted', '该工单已承诺办理，以承诺的日期为准，不能延期。')
  }
  if (extension === null) return refusal('ticket.extension-exhausted', '该类诉求不能延期。')
  const times = timesGranted(ticket, 'EXTENSION')
  return times >= extension.times
    ? refusal('ticket.extension-exhausted', `该工单已延期 ${times} 次，不能再延期。`)
    : null
}

const ask = step({
  kind: 'extend',
  title: '申请延期',
  input: z.object({ amount, note: said('延期理由') }),
  asked: 'ON_VERSION',
  form: {
    key: 'X',
    fields: [
      amountField('延长多久', '单位与办理期限的规定相同，一般为工作日', true),
      textField('note', '延期理由', '为什么不能按期办结、已经做了什么；将告知来电人'),
    ],
  },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket, { now, terms }) => {
    const { extendBy } = terms
    const barred = barredFromAsking(ticket) ?? barredBy(ticket, terms)
    if (barred || extendBy === null || now <= extendBy) return barred
    return refusal(
      'ticket.extension-too-late',
      `延期须在 ${dueInWords(extendBy, now)} 前申请，已超过时间，请按期办理。`,
    )
  },
  refuses: (_, { amount, note }, __, { terms }) => {
    const most = terms.extension?.by
    if (most && amount > most.count) return refusal('ticket.request-too-long', `一次最多延长 ${limitInWords(most)}。`)
    return missing(note, '延期理由')
  },
  asks: ({ amount, note }, { terms }) => ({
    ...{ kind: 'EXTENSION', reason: null, note },
    details: { by: { count: amount, unit: terms.extension?.by.unit ?? 'WORKING_DAY' } },
  }),
  clocks: [start('DECIDE_EXT')],
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'EXTENSION' },
    headline: (unit) => `${unit}申请延期，请审核`,
  },
  lines: ({ note, details: { by } }) => [...line('延长', limitSaid(by)), ...line('理由', note)],
})

interface Asked {
  by: Limit
}

function limitSaid(by: unknown): string | null {
  const known = z.object({ count: z.number(), unit: z.enum(limitUnits) }).safeParse(by)
  return known.success ? limitInWords(known.data) : null
}

const grant = step({
  kind: 'grant-extension',
  title: '同意延期',
  input: z.object({ amount: amount.nullable().default(null).describe('less than was asked for; null: as asked') }),
  asked: 'ON_VERSION',
  form: { key: 'Y', fields: [amountField('批准延长', '不填则按申请；可以缩短', false)] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'EXTENSION', '延期'),
  refuses: (ticket, { amount }) => {
    const { by } = askedIn<Asked>(ticket, 'EXTENSION')
    return amount !== null && amount > by.count
      ? refusal('ticket.request-too-long', `单位只申请了 ${limitInWords(by)}，不能批准得更长。`)
      : null
  },
  settles: { kind: 'EXTENSION', decision: 'GRANTED' },
  clocks: (before, _, { amount }) => {
    const { by } = askedIn<Asked>(before, 'EXTENSION')
    return [meet('DECIDE_EXT'), { do: 'extend', clock: 'HANDLE', by: { ...by, count: amount ?? by.count } }]
  },
  tells: (_, __, { handleDueAt }) =>
    handleDueAt === null
      ? '您反映的事项需延长办理时间。'
      : `您反映的事项需延长办理时间，将于 ${dayInWords(handleDueAt)}前答复您。`,
  notice: { to: 'UNITS', asksIn: ['SIGNED'], headline: () => '延期已批准，请按新的期限办理' },
  lines: ({ details: { amount } }) => line('批准延长', amount === null ? '按申请' : amount && `缩短为 ${amount}`),
})

const refuse = step({
  kind: 'refuse-extension',
  title: '不同意延期',
  input: z.object({ note: said('不同意的理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '不同意的理由', '承办单位会看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'EXTENSION', '延期'),
  refuses: (_, { note }) => missing(note, '不同意的理由'),
  settles: { kind: 'EXTENSION', decision: 'REFUSED' },
  clocks: [meet('DECIDE_EXT')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '延期未获同意，请按期办理' },
  lines: ({ note }) => line('理由', note),
})

export const extension = [ask, grant, refuse] as const
