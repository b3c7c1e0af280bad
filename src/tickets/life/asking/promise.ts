import { z } from 'zod'
import { dayMs } from '../../../calendar/days.ts'
import { oneLine } from '../../../platform/text/text.ts'
import { type ClockWish, meet, start } from '../clocks.ts'
import type { Ticket } from '../facts.ts'
import { timesGranted } from '../requests.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { promiseReasonCodes, promiseReasons } from '../words.ts'
import { askedIn, barredFromAsking, barredUnlessPending, dayInWords } from './asking.ts'

/**
 * 承诺办理: what cannot end in days gets a plan with dated milestones, signed by a named leader and told to the citizen.
 * The handling is due on the last of them; each earlier one has a clock of its own, and one that is missed is an alarm.
 * Source: 1.2 of the second part of the domain model.
 */

export const milestone = z.object({
  title: oneLine(60, '节点'),
  at: z.number({ error: '请选择节点的日期' }).int().min(0).describe('ms since 1970, UTC'),
})
export type Milestone = z.output<typeof milestone>

const input = z.object({
  reason: z.enum(promiseReasonCodes, { error: '请选择承诺办理的原因' }),
  leader: oneLine(40, '签批领导'),
  milestones: z.array(milestone).min(1, '至少填写一个节点').max(12, '最多 12 个节点'),
  note: said('情况说明'),
  tell: said('告知来电人的话'),
})

const ask = step({
  kind: 'promise',
  title: '申请承诺办理',
  input,
  asked: 'ON_VERSION',
  form: {
    key: 'M',
    fields: [
      choiceField('reason', '原因', promiseReasons),
      {
        name: 'milestones',
        kind: 'milestones',
        label: '办理计划',
        hint: '按日期先后，最后一个是办结日期',
        isRequired: true,
      },
      { name: 'leader', kind: 'line', label: '签批领导', hint: '姓名、职务', isRequired: true },
      textField('note', '情况说明', '为什么不能在期限内办结；签批件请在附件中上传'),
      textField('tell', '告知来电人的话', '说明原因和计划，来电人会看到'),
    ],
  },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket) => {
    const barred = barredFromAsking(ticket)
    if (barred) return barred
    return timesGranted(ticket, 'PROMISE') > 0
      ? refusal('ticket.extension-exhausted', '该工单已承诺办理，请按承诺的日期办结。')
      : null
  },
  refuses: (_, { leader, milestones, note, tell }, now, { terms }) => {
    const late = milestones.find(({ at }, index) => at <= (index === 0 ? now : (milestones[index - 1]?.at ?? now)))
    if (late) return refusal('ticket.request-too-long', `节点“${late.title}”的日期须晚于今天，也晚于前一个节点。`)
    if ((milestones.at(-1)?.at ?? 0) > now + (terms.promiseDays + 1) * dayMs) {
      return refusal('ticket.request-too-long', `承诺办理最长 ${terms.promiseDays} 天，请缩短计划。`)
    }
    const untitled = milestones.find(({ title }) => title.trim() === '')
    if (untitled) return refusal('ticket.text-missing', '请填写每个节点要做到什么。')
    return missing(leader, '签批领导') ?? missing(note, '情况说明') ?? missing(tell, '告知来电人的话')
  },
  asks: ({ reason, leader, milestones, note, tell }) => ({
    ...{ kind: 'PROMISE', reason, note, details: { leader, milestones, tell } },
  }),
  clocks: [start('DECIDE_PROM')],
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'PROMISE' },
    headline: (unit) => `${unit}申请承诺办理，请审核`,
  },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { leader, milestones, tell } }) => [
    ...line('原因', wordOf(promiseReasons, reason)),
    ...line('计划', planInWords(milestones)),
    ...line('签批领导', leader),
    ...line('情况', note),
    ...line('告知来电人', tell),
  ],
})

function planInWords(milestones: unknown): string {
  const known = z.array(milestone).safeParse(milestones)
  return known.success ? known.data.map(({ title, at }) => `${dayInWords(at)} ${title}`).join('；') : ''
}

interface Asked {
  milestones: Milestone[]
  tell: string
}
const planOf = (ticket: Ticket) => askedIn<Asked>(ticket, 'PROMISE')

const grant = step({
  kind: 'grant-promise',
  title: '同意承诺办理',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'Y' },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER'],
  bars: (ticket, { now }) =>
    barredUnlessPending(ticket, 'PROMISE', '承诺办理') ??
    ((planOf(ticket).milestones[0]?.at ?? 0) <= now
      ? refusal('ticket.request-too-long', '第一个节点的日期已过，请驳回，由单位重新申请。')
      : null),
  settles: { kind: 'PROMISE', decision: 'GRANTED' },
  clocks: (before) => {
    const { milestones } = planOf(before)
    const earlier = milestones.slice(0, -1)
    return [
      meet('DECIDE_PROM'),
      { do: 'move', clock: 'HANDLE', until: milestones.at(-1)?.at ?? 0 },
      ...earlier.map(({ at }, index): ClockWish => ({ ...start('MILESTONE'), item: index + 1, until: at })),
    ]
  },
  tells: (before) => {
    const { tell, milestones } = planOf(before)
    return `${tell}\n办理计划：${planInWords(milestones)}。`
  },
  notice: { to: 'UNITS', asksIn: ['SIGNED'], headline: () => '承诺办理已批准，请按计划办理' },
  lines: () => [],
})

const refuse = step({
  kind: 'refuse-promise',
  title: '不同意承诺办理',
  input: z.object({ note: said('不同意的理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '不同意的理由', '承办单位会看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'PROMISE', '承诺办理'),
  refuses: (_, { note }) => missing(note, '不同意的理由'),
  settles: { kind: 'PROMISE', decision: 'REFUSED' },
  clocks: [meet('DECIDE_PROM')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '承诺办理未获同意，请按期办理' },
  lines: ({ note }) => line('理由', note),
})

const nextOf = ({ running }: Ticket): number =>
  Math.min(...running.flatMap(({ clock, item }) => (clock === 'MILESTONE' && item !== undefined ? item : [])))

/** 完成节点: the next milestone has been reached. */
const reach = step({
  kind: 'milestone',
  title: '完成节点',
  input: z.object({ note: said('完成情况') }),
  asked: 'ON_VERSION',
  form: { key: 'I', fields: [textField('note', '完成情况', '最近的节点做到了什么；凭证请在附件中上传')] },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket) =>
    Number.isFinite(nextOf(ticket)) ? null : refusal('ticket.wrong-state', '该工单没有待完成的承诺节点，请刷新。'),
  refuses: (_, { note }) => missing(note, '完成情况'),
  clocks: (before) => [{ ...meet('MILESTONE'), item: nextOf(before) }],
  notice: null,
  lines: ({ note }) => line('完成情况', note),
})

export const promise = [ask, grant, refuse, reach] as const
