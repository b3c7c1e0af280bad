import type { TicketCounts, TicketSummary } from '../../../tickets/api.ts'
import type { BulkAction } from '../../../tickets/bulk/api.ts'
import type { TicketSign } from '../../../tickets/life/news.ts'
import type { PartCounts } from '../../../tickets/parts/api.ts'

/** The worklists of a unit and of the dispatchers. Pure. */

/** Of tickets and of parts of them. */
export interface Counts extends TicketCounts {
  parts: PartCounts
}

export interface Tab {
  key: string
  title: string
  /** Asked of `/api/tickets`, or of `path`; null: the list is another one. */
  query: string | null
  path?: string
  count(counts: Counts): number
  /** Said when nothing is there. */
  empty: string
  tone?: 'soon' | 'overdue'
  /** Steps that several of its tickets may take at once. */
  bulk?: readonly BulkAction[]
}

export interface Worklist {
  title: string
  tabs: Tab[]
  /** Rows say who has the ticket. */
  showsUnit: boolean
  /** What comes to those who sit here without their doing, and how it is announced. */
  news: Partial<Record<TicketSign['kind'], string>>
}

export const unitWorklist: Worklist = {
  title: '承办工单',
  showsUnit: false,
  tabs: [
    {
      key: 'sign',
      title: '待签收',
      query: 'state=DISPATCHED&part=lead&sort=due',
      count: (counts) => counts.dispatched,
      empty: '没有待签收的工单。',
      bulk: ['sign'],
    },
    {
      key: 'hand',
      title: '在办',
      query: 'state=SIGNED&part=lead&sort=due',
      count: (counts) => counts.signed,
      empty: '没有在办的工单。',
    },
    {
      key: 'soon',
      title: '即将到期',
      query: 'state=DISPATCHED,SIGNED&lamp=YELLOW&part=lead&sort=due',
      count: (counts) => counts.soon,
      empty: '没有即将到期的工单。',
      tone: 'soon',
    },
    {
      key: 'overdue',
      title: '已超期',
      query: 'state=DISPATCHED,SIGNED&lamp=RED&part=lead&sort=due',
      count: (counts) => counts.overdue,
      empty: '没有超期的工单。',
      tone: 'overdue',
    },
    {
      key: 'parts',
      title: '任务',
      ...{ query: 'box=todo', path: '/api/parts' },
      count: ({ parts }) => parts.todo,
      empty: '没有待办的协办、分办任务。',
    },
    {
      key: 'review',
      title: '任务审核',
      ...{ query: 'box=review', path: '/api/parts' },
      count: ({ parts }) => parts.review,
      empty: '没有待审核的任务答复。',
    },
    {
      key: 'returned',
      title: '退单',
      query: null,
      count: (counts) => counts.returned,
      empty: '本单位没有退过单。',
    },
  ],
  news: {
    dispatch: '新到工单',
    redo: '工单须重办',
    reopen: '工单重新受理',
    'second-opinion': '须他人复核',
    'propose-reply': '答复待审签',
    'reject-proposal': '答复被退改',
    'refuse-return': '退单被驳回',
    'send-back': '答复被退回重办',
    'grant-extension': '延期已批准',
    'refuse-extension': '延期未获同意',
    'grant-suspension': '挂起已批准',
    'refuse-suspension': '挂起未获同意',
    'grant-promise': '承诺办理已批准',
    'refuse-promise': '承诺办理未获同意',
    'refuse-final': '最终答复未获同意',
    'refuse-end': '终止办理未获同意',
    'resume-work': '挂起结束',
    delegate: '新分办任务',
    'add-co': '新协办任务',
    'answer-part': '任务已答复',
    urge: '来电人催办',
    lamp: '期限提醒',
  },
}

export const dispatchWorklist: Worklist = {
  title: '派单',
  showsUnit: true,
  tabs: [
    {
      key: 'undecided',
      title: '待派单',
      query: 'state=PENDING_REVIEW,REGISTERED&sort=due',
      count: (counts) => counts.registered,
      empty: '没有待派单的工单。',
      bulk: ['dispatch', 'approve'],
    },
    {
      key: 'asked',
      title: '待审申请',
      ...{ query: 'limit=25', path: '/api/requests' },
      count: (counts) => counts.asked,
      empty: '没有待审核的申请（退单、延期、挂起、承诺、最终答复、终止）。',
    },
    {
      key: 'untold',
      title: '待告知',
      ...{ query: 'limit=25', path: '/api/tellings' },
      count: (counts) => counts.untold,
      empty: '没有须电话告知的来电人。',
    },
    {
      key: 'declined',
      title: '协办退回',
      ...{ query: 'box=declined', path: '/api/parts' },
      count: ({ parts }) => parts.declined,
      empty: '没有协办单位退回的任务。',
    },
    {
      key: 'replied',
      title: '待审答复',
      query: 'state=REPLIED&sort=due',
      count: (counts) => counts.replied,
      empty: '没有待审核的答复。',
      bulk: ['close'],
    },
    {
      key: 'problem',
      title: '问题工单',
      query: 'problem=yes&sort=due',
      count: (counts) => counts.problem,
      empty: '没有问题工单。',
      tone: 'overdue',
    },
    {
      key: 'soon',
      title: '将到期',
      query: 'lamp=YELLOW&sort=due',
      count: (counts) => counts.soon,
      empty: '没有即将到期的工单。',
      tone: 'soon',
    },
    {
      key: 'overdue',
      title: '已超期',
      query: 'lamp=RED&sort=due',
      count: (counts) => counts.overdue,
      empty: '没有超期的工单。',
      tone: 'overdue',
    },
  ],
  news: {
    submit: '待预审',
    queue: '待派单',
    return: '退单',
    extend: '申请延期',
    suspend: '申请挂起',
    promise: '申请承诺办理',
    final: '申请最终答复',
    end: '申请终止办理',
    reply: '新答复',
    countersign: '新答复',
    'province-refuse': '省平台退回',
    problem: '问题工单',
  },
}

/** How a sign is announced; null: it is the doing of those who sit here, or no business of theirs. */
export function newsOf({ kind, number }: TicketSign, { news }: Worklist): string | null {
  const title = news[kind]
  return title === undefined ? null : `${title} ${number}`
}

/**
 * What tells whether a ticket came to those who sit here: with it the list has that ticket or nothing. All units that
 * take part are told of a dispatch, also the one that gave the ticket away. Null: it need not be asked.
 */
export function newsQuery({ kind, number }: TicketSign, { tabs }: Worklist): string | null {
  const query = tabs[0]?.query
  return kind === 'dispatch' && query ? `${query}&search=${number}` : null
}

/** A ticket that one works on, and the place that it had. */
export interface Kept {
  row: TicketSummary
  at: number
}

/**
 * The rows, and among them the ticket that one works on: it stays where it was until one goes on, also after the step
 * that takes it off this list. So nothing jumps, and what was done is seen.
 */
export function withKept(rows: readonly TicketSummary[], kept: Kept | null): TicketSummary[] {
  if (kept === null) return [...rows]
  const known = rows.find((row) => row.number === kept.row.number)
  if (known) return rows.map((row) => (row === known && kept.row.version > row.version ? kept.row : row))
  return rows.toSpliced(Math.min(kept.at, rows.length), 0, kept.row)
}

/** The ticket before or after; the first one when none is chosen; null at the end. */
export function stepFrom(rows: readonly { number: string }[], number: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.number === number)
  return at === -1 ? (rows[0]?.number ?? null) : (rows[at + step]?.number ?? null)
}
