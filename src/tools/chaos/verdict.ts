import type { BooksFound } from './books.ts'
import type { CallSeen } from './calls.ts'
import type { TicketSeen } from './tickets.ts'

/** The effects of one fault in figures, and whether they are as promised. Pure. */
export interface Verdict {
  fault: string
  goals: string[]
  title: string
  calls: { attempted: number; notAnswered: number; noAgent: number; broken: number; excused: number }
  /**
   * Each failed call, to be found in records and logs: its caller, and when it came after the beginning of the fault.
   */
  failed: { caller: string; failure: NonNullable<CallSeen['failure']>; afterMs: number }[]
  live: { going: number; lost: number; longestGapMs: number }
  /** From the beginning of the fault until a call that came after it was answered, and until it had an agent. */
  answeredAfterMs: number | null
  agentAfterMs: number | null
  assignmentsDoubled: string[]
  records: BooksFound['records']
  recordings: BooksFound['recordings']
  callbacksMissing: string[]
  tickets: {
    sent: number
    acknowledged: number
    lost: string[]
    doubled: string[]
    early: string[]
    storedAfterMs: number | null
    refusal: string | null
  }
  leftOver: string[]
  strangers: string[]
  /** Longest stall of the citizens' and agents' own process: a gap of that length is caused by it. */
  stalledMs: number
  /** Empty when everything is as promised. */
  wrong: string[]
}

export interface Observed {
  fault: { name: string; goals: string[]; title: string; takesAsterisk?: boolean }
  calls: CallSeen[]
  live: CallSeen[]
  tickets: TicketSeen[]
  begunAt: number
  healedAt: number
  assignmentsDoubled: string[]
  books: BooksFound
  stalledMs: number
}

/** Calls that existed when Asterisk died, or came before it was back, may be lost. */
export function isExcused(
  call: CallSeen,
  { fault, begunAt, healedAt }: Pick<Observed, 'fault' | 'begunAt' | 'healedAt'>,
): boolean {
  return (
    fault.takesAsterisk === true && call.invitedAt < healedAt && (call.endedAt ?? Number.POSITIVE_INFINITY) > begunAt
  )
}

/** Was on the line when Asterisk died: this caller has to be called back. */
export function wentWithAsterisk(call: CallSeen, { fault, begunAt }: Pick<Observed, 'fault' | 'begunAt'>): boolean {
  const { answeredAt, endedAt } = call
  if (!fault.takesAsterisk || answeredAt === null) return false
  return answeredAt < begunAt && (endedAt ?? Number.POSITIVE_INFINITY) > begunAt
}

export function verdictOf(observed: Observed): Verdict {
  const { fault, books, begunAt, healedAt } = observed
  const counted = observed.calls.filter((call) => !isExcused(call, observed))
  const live = observed.live.filter((call) => !isExcused(call, observed))
  const failed = (...failures: CallSeen['failure'][]) => counted.filter((call) => failures.includes(call.failure))
  const after = (read: (call: CallSeen) => number | null) => {
    const instants = observed.calls.flatMap((call) => (call.invitedAt > begunAt ? (read(call) ?? []) : []))
    return instants.length === 0 ? null : Math.round(Math.min(...instants) - begunAt)
  }
  const acknowledged = observed.tickets.filter((ticket) => ticket.number !== null)
  const lastStoredAt = Math.max(
    ...acknowledged.flatMap((ticket) => (ticket.tries > 1 ? (ticket.acknowledgedAt ?? []) : [])),
  )
  const figures = {
    fault: fault.name,
    goals: fault.goals,
    title: fault.title,
    calls: {
      attempted: observed.calls.length,
      notAnswered: failed('not answered').length,
      noAgent: failed('no agent').length,
      broken: failed('hung up', 'fell silent').length,
      excused: observed.calls.length - counted.length,
    },
    failed: [...counted, ...live].flatMap(({ caller, failure, invitedAt }) =>
      failure === null ? [] : [{ caller, failure, afterMs: Math.round(invitedAt - begunAt) }],
    ),
    live: {
      going: observed.live.length,
      lost: live.filter((call) => call.failure !== null).length,
      longestGapMs: Math.round(Math.max(0, ...live.map((call) => call.gapMs))),
    },
    answeredAfterMs: after((call) => call.answeredAt),
    agentAfterMs: after((call) => call.joinedAt),
    assignmentsDoubled: observed.assignmentsDoubled,
    records: books.records,
    recordings: books.recordings,
    callbacksMissing: books.callbacksMissing,
    tickets: {
      sent: observed.tickets.length,
      acknowledged: acknowledged.length,
      ...books.tickets,
      storedAfterMs: Number.isFinite(lastStoredAt) ? Math.round(lastStoredAt - healedAt) : null,
      refusal: observed.tickets.find((ticket) => ticket.number === null)?.refusal ?? null,
    },
    leftOver: books.leftOver,
    strangers: books.strangers,
    stalledMs: observed.stalledMs,
  }
  return { ...figures, wrong: wrongIn(figures) }
}

function wrongIn(figures: Omit<Verdict, 'wrong'>): string[] {
  const { calls, live, records, recordings, tickets } = figures
  const counts: [string, number][] = [
    ['calls not answered', calls.notAnswered],
    ['calls without an agent', calls.noAgent],
    ['calls broken', calls.broken],
    ['live calls lost', live.lost],
    ['assignments doubled', figures.assignmentsDoubled.length],
    ['records missing', records.missing.length],
    ['records doubled', records.doubled.length],
    ['records open', records.open.length],
    ['records of an impossible length', records.mistimed.length],
    ['recordings missing', recordings.missing.length],
    ['recordings short', recordings.short.length],
    ['lost callers without a callback', figures.callbacksMissing.length],
    ['tickets never acknowledged', tickets.sent - tickets.acknowledged],
    ['acknowledged tickets lost', tickets.lost.length],
    ['tickets doubled', tickets.doubled.length],
    ['clocks of tickets rung early', tickets.early.length],
    ['left over', figures.leftOver.length],
    ['calls of strangers', figures.strangers.length],
  ]
  return counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
}

const heads = [
  'fault',
  'goals',
  'calls',
  'failed',
  'excused',
  'live',
  'lost',
  'gap',
  'stalled',
  'answered after',
  'agent after',
  'recordings',
  'tickets',
  '',
]

/** One line per fault, its failures below it. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const rows = [heads, ...verdicts.map(cellsOf)]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const drawn = rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
  const remarks = verdicts.flatMap(({ fault, wrong, failed, leftOver, tickets }) =>
    wrong.length === 0
      ? []
      : [
          `  ✗ ${fault}: ${wrong.join(', ')}`,
          ...failed
            .slice(0, 5)
            .map(
              ({ caller, failure, afterMs }) =>
                `      call: ${caller}, ${failure}, came ${afterMs} ms after the fault began`,
            ),
          ...leftOver.slice(0, 5).map((one) => `      left: ${one}`),
          ...(tickets.refusal ? [`      ticket: ${tickets.refusal}`] : []),
        ],
  )
  return [...drawn, ...(remarks.length > 0 ? ['', ...remarks] : [])].join('\n')
}

function cellsOf(verdict: Verdict): string[] {
  const { calls, live, recordings, tickets } = verdict
  const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`)
  return [
    verdict.fault,
    verdict.goals.join(' '),
    String(calls.attempted),
    String(calls.notAnswered + calls.noAgent + calls.broken),
    String(calls.excused),
    String(live.going),
    String(live.lost),
    seconds(live.longestGapMs),
    seconds(verdict.stalledMs),
    seconds(verdict.answeredAfterMs),
    seconds(verdict.agentAfterMs),
    `${recordings.expected - recordings.missing.length - recordings.short.length}/${recordings.expected}`,
    `${tickets.acknowledged - tickets.lost.length}/${tickets.sent}`,
    verdict.wrong.length === 0 ? '✓' : '✗',
  ]
}
