import { z } from 'zod'
import { minuteMs } from '../../../calendar/days.ts'
import { dueInWords } from '../../../calendar/time-left.ts'
import { oneLine } from '../../../platform/text/text.ts'
import { meet } from '../clocks.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { holderOf, inChargeOf } from '../tasks.ts'

/** How a unit spoke with the citizen; of a hidden caller only the hotline can carry it. */
const ways = {
  PHONE: '电话',
  VISIT: '上门或现场',
  MESSAGE: '短信、微信',
  VIA_HOTLINE: '经热线转达',
  OTHER: '其他',
} as const
type Way = keyof typeof ways

/** Clocks of two computers are never quite the same. */
const tolerance = 5 * minuteMs

/**
 * 首次联系: the unit in charge has spoken with the citizen; once, and in time. The clock stops when it is written down,
 * whatever time is given. Source: domain model 4.2, first contact; 2.3 of the second part, proof by which it counts.
 */
export const contact = step({
  kind: 'contact',
  title: '首次联系',
  input: z.object({
    at: z.number({ error: '请填写联系时间' }).int().min(0).describe('ms since 1970, UTC'),
    way: z.enum(Object.keys(ways) as [Way, ...Way[]], { error: '请选择联系方式' }),
    withWhom: oneLine(64, '联系对象'),
    note: said('联系情况'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'L',
    button: '登记首次联系',
    fields: [
      { name: 'at', kind: 'when', label: '联系时间', isRequired: true },
      choiceField('way', '联系方式', ways),
      { name: 'withWhom', kind: 'line', label: '联系对象', isRequired: true },
      textField('note', '联系情况', '谈了什么、有何凭证；截图、录音请在附件中上传为“联系凭证”'),
    ],
  },
  // Before the next unit has signed, the one that gave it back may still have to call.
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['UNIT_IN_CHARGE'],
  bars: (ticket) => {
    if (ticket.state === 'DISPATCHED' && holderOf(ticket) === null)
      return refusal('ticket.wrong-state', '请先签收，再登记首次联系。')
    const isOwed = ticket.running.some(({ clock, unit }) => clock === 'CONTACT' && unit === inChargeOf(ticket))
    return isOwed ? null : refusal('ticket.wrong-state', '该工单没有待登记的首次联系，请刷新。')
  },
  refuses: ({ registeredAt }, { at, withWhom, note }, now) => {
    if (at > now + tolerance) return refusal('ticket.text-missing', '联系时间不能晚于现在，请检查。')
    // Typed to the minute: a ticket of this minute may have been called about in it.
    if (at < registeredAt - (registeredAt % minuteMs))
      return refusal('ticket.text-missing', '联系时间不能早于登记时间，请检查。')
    return missing(withWhom, '联系对象') ?? missing(note, '联系情况')
  },
  clocks: (ticket) => [{ ...meet('CONTACT'), unit: inChargeOf(ticket) ?? undefined }],
  notice: null,
  lines: ({ note, details: { at, way, withWhom } }, { now }) => [
    ...line('时间', typeof at === 'number' ? dueInWords(at, now) : null),
    ...line('方式', wordOf(ways, typeof way === 'string' ? way : null)),
    ...line('对象', withWhom),
    ...line('情况', note),
  ],
})
