import { z } from 'zod'
import { dayMs } from '../../../calendar/days.ts'
import { meet, pausable, pause, start, unpause } from '../clocks.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { suspensionReasonCodes, suspensionReasons } from '../words.ts'
import { askedIn, barredFromAsking, barredUnlessPending, dayInWords, isSuspended } from './asking.ts'

/**
 * 挂起: the handling clock stands still until a day, or until what is waited for has happened; on that day it goes on by
 * itself. Source: domain model 3.7.
 */

const ask = step({
  kind: 'suspend',
  title: '申请挂起',
  input: z.object({
    reason: z.enum(suspensionReasonCodes, { error: '请选择挂起原因' }),
    until: z.number({ error: '请选择挂起到哪一天' }).int().min(0).describe('ms since 1970, UTC'),
    note: said('情况说明'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'P',
    fields: [
      choiceField('reason', '挂起原因', suspensionReasons),
      { name: 'until', kind: 'day', label: '挂起到哪一天', hint: '到期自动恢复办理，可提前恢复', isRequired: true },
      textField('note', '情况说明', '等待什么、有何凭证；凭证请在附件中上传'),
    ],
  },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket, { now, terms }) => {
    const barred = barredFromAsking(ticket)
    if (barred) return barred
    if (!ticket.running.some(({ clock }) => clock === 'HANDLE')) {
      return refusal('ticket.suspended', '该工单没有在计的办理期限，无需挂起。')
    }
    // What is overdue stays so: a suspension must not hide it.
    const isOver = terms.handleDueAt !== null && now > terms.handleDueAt
    return isOver ? refusal('ticket.extension-too-late', '已超过办理期限，不能再申请挂起。') : null
  },
  refuses: (_, { until, note }, now, { terms }) => {
    if (until <= now) return refusal('ticket.request-too-long', '挂起到期的日子须晚于今天。')
    if (until > now + (terms.suspensionDays + 1) * dayMs) {
      return refusal('ticket.request-too-long', `最多挂起 ${terms.suspensionDays} 天，到期仍未解决可以再申请。`)
    }
    return missing(note, '情况说明')
  },
  asks: ({ reason, until, note }) => ({ kind: 'SUSPENSION', reason, note, details: { until } }),
  clocks: [start('DECIDE_SUSP')],
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'SUSPENSION' },
    headline: (unit) => `${unit}申请挂起，请审核`,
  },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { until } }) => [
    ...line('原因', wordOf(suspensionReasons, reason)),
    ...line('挂起到', typeof until === 'number' ? dayInWords(until) : null),
    ...line('情况', note),
  ],
})

interface Asked {
  until: number
}

const grant = step({
  kind: 'grant-suspension',
  title: '同意挂起',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'Y' },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket, { now }) =>
    barredUnlessPending(ticket, 'SUSPENSION', '挂起') ??
    (askedIn<Asked>(ticket, 'SUSPENSION').until <= now
      ? refusal('ticket.request-too-long', '申请挂起到的日子已过，请驳回，由单位重新申请。')
      : null),
  settles: { kind: 'SUSPENSION', decision: 'GRANTED' },
  clocks: (before) => [
    ...[meet('DECIDE_SUSP'), ...pausable.map(pause)],
    { ...start('SUSPENDED'), until: askedIn<Asked>(before, 'SUSPENSION').until },
  ],
  tells: (before) =>
    `您反映的事项因客观原因暂缓办理，至迟于 ${dayInWords(askedIn<Asked>(before, 'SUSPENSION').until)}恢复办理。`,
  notice: { to: 'UNITS', asksIn: ['SIGNED'], headline: () => '挂起已批准，办理期限暂停计算' },
  lines: () => [],
})

const refuse = step({
  kind: 'refuse-suspension',
  title: '不同意挂起',
  input: z.object({ note: said('不同意的理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '不同意的理由', '承办单位会看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'SUSPENSION', '挂起'),
  refuses: (_, { note }) => missing(note, '不同意的理由'),
  settles: { kind: 'SUSPENSION', decision: 'REFUSED' },
  clocks: [meet('DECIDE_SUSP')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '挂起未获同意，请继续办理' },
  lines: ({ note }) => line('理由', note),
})

/** 恢复办理: what was waited for has happened, or the day has come; the clock goes on with the time that was left. */
const goOn = step({
  kind: 'resume-work',
  title: '恢复办理',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'T' },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT', 'DISPATCHER', 'SYSTEM'],
  bars: (ticket) => (isSuspended(ticket) ? null : refusal('ticket.wrong-state', '该工单没有挂起，请刷新。')),
  clocks: [meet('SUSPENDED'), ...pausable.map(unpause)],
  notice: { to: 'UNITS', asksIn: ['SIGNED'], headline: () => '挂起结束，请继续办理' },
  lines: () => [],
})

export const suspension = [ask, grant, refuse, goOn] as const
