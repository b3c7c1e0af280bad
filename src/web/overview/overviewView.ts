import { connectRate, goals, within15sRate } from '../../floor/figures.ts'
import type { Overview, Week } from '../../overview/api.ts'
import { openStates } from '../../tickets/life/ticket.ts'
import { formatConnected, formatCount, formatRate, formatWithin15s } from '../ui/figures.ts'
import { toDay } from '../ui/format.ts'

/** The director's figures: each with its definition, last week beside it, and the list behind it. Pure. */

export interface OverviewFigure {
  id: string
  title: string
  value: string
  /** The value of last week until the same weekday and time; null where only the present value is known. */
  before: string | null
  definition: string
  goal?: string
  isMissed?: boolean
  /** The list behind it, and the right that opens it. */
  link?: { to: string; right: 'calls.read' | 'tickets.read' }
}

export function onTimeRate({ closed, closedOnTime }: Pick<Week, 'closed' | 'closedOnTime'>): number | null {
  return closed === 0 ? null : closedOnTime / closed
}

const elsewhereOf = ({ elsewhere }: Week): number =>
  elsewhere.classified + elsewhere.handedOver + elsewhere.province + elsewhere.merged

export function figuresOf(view: Overview): OverviewFigure[] {
  const { thisWeek, lastWeek, weekStart, at, open, soon, overdue } = view
  const days = `from=${toDay(weekStart)}&to=${toDay(at)}`
  const isBelow = (rate: number | null, goal: number) => rate !== null && rate < goal
  return [
    {
      id: 'arrived',
      title: '来电',
      value: formatCount(thisWeek.calls.arrived),
      before: formatCount(lastWeek.calls.arrived),
      definition: '本周一 0 时起打进热线的全部电话，含问候语中挂断和自助查询的。',
      link: { to: `/calls?${days}`, right: 'calls.read' },
    },
    {
      id: 'connected',
      title: '接通率',
      value: formatConnected(thisWeek.calls),
      before: formatConnected(lastWeek.calls),
      definition:
        '本周接听的电话 ÷（进入排队的电话 − 5 秒内挂断的）。正在排队的暂不计入。国标 GB/T 33358 要求任意 24 小时不低于 95%。',
      goal: '目标 95%',
      isMissed: isBelow(connectRate(thisWeek.calls), goals.connected),
    },
    {
      id: 'within15s',
      title: '15 秒接通率',
      value: formatWithin15s(thisWeek.calls),
      before: formatWithin15s(lastWeek.calls),
      definition: '本周 15 秒内接听的电话 ÷（进入排队的电话 − 5 秒内挂断的）。国标 GB/T 33358 要求不低于 90%。',
      goal: '目标 90%',
      isMissed: isBelow(within15sRate(thisWeek.calls), goals.within15s),
    },
    {
      id: 'registered',
      title: '新登记工单',
      value: formatCount(thisWeek.registered),
      before: formatCount(lastWeek.registered),
      definition: '本周一 0 时起登记的全部工单，含直接办结的。',
      link: { to: `/tickets?${days}`, right: 'tickets.read' },
    },
    {
      id: 'on-time',
      title: '按时办结率',
      value: formatRate(onTimeRate(thisWeek)),
      before: formatRate(onTimeRate(lastWeek)),
      definition: `本周办结的派单工单中，办理时限没有超期的比例。本周办结 ${formatCount(thisWeek.closed)} 件，另有直接办结 ${formatCount(thisWeek.directClosed)} 件不计入。`,
    },
    {
      id: 'elsewhere',
      title: '其他出口',
      value: formatCount(elsewhereOf(thisWeek)),
      before: formatCount(elsewhereOf(lastWeek)),
      definition: `本周不由承办单位办结、也非直接办结的工单：分类处理 ${formatCount(thisWeek.elsewhere.classified)} 件，移交 110、119、120、122 ${formatCount(thisWeek.elsewhere.handedOver)} 件，省平台答复 ${formatCount(thisWeek.elsewhere.province)} 件，随主单答复 ${formatCount(thisWeek.elsewhere.merged)} 件。不计入按时办结率。`,
    },
    {
      id: 'open',
      title: '在办工单',
      value: formatCount(open),
      before: null,
      definition: '此刻还没有办结的工单：待派单、待签收、办理中、待审核答复、退单待审。',
      link: { to: `/tickets?state=${openStates.join(',')}`, right: 'tickets.read' },
    },
    {
      id: 'soon',
      title: '即将到期',
      value: formatCount(soon),
      before: null,
      definition: '此刻亮黄灯的工单：临近最近一个时限，还没有超期。',
      link: { to: '/tickets?lamp=YELLOW', right: 'tickets.read' },
    },
    {
      id: 'overdue',
      title: '已超期',
      value: formatCount(overdue),
      before: null,
      definition: '此刻亮红灯的工单：最近一个时限已过。',
      isMissed: overdue > 0,
      link: { to: '/tickets?lamp=RED', right: 'tickets.read' },
    },
  ]
}

/** `增 12%`, `减 3%`, `持平`; empty if last week's value was zero. */
export function changeInWords(now: number, before: number): string {
  if (before === 0) return ''
  const percent = Math.round(((now - before) / before) * 100)
  if (percent === 0) return '持平'
  return percent > 0 ? `增 ${percent}%` : `减 ${-percent}%`
}
