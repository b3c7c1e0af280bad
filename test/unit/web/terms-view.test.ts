import { expect, it } from 'vitest'
import type { TicketDetail } from '../../../src/tickets/api.ts'
import { askedWords, extensionsIn, promisedIn, toldWords } from '../../../src/web/tickets/terms/termsView.ts'

type Request = TicketDetail['requests'][number]
const at = (day: string) => Date.parse(`${day}T23:59:59.999+08:00`)
const by = { count: 5, unit: 'WORKING_DAY' }

const aRequest = (change: Partial<Request>): Request => ({
  ...{ kind: 'EXTENSION', unit: { code: 'cgj', name: '城管' }, actor: null, at: 0, reason: null, note: '', seq: 3 },
  ...{ suggestedUnit: null, dueAt: null, otherwise: null, details: null, reviewedBy: null },
  ...{ decision: null, decidedBy: null, decidedAt: null, decisionNote: null },
  ...change,
})
const milestones = [
  { title: '设计', at: at('2026-12-10') },
  { title: '招标', at: at('2026-12-20') },
  { title: '完工', at: at('2027-03-01') },
]
const aRun = (change: Partial<TicketDetail['runs'][number]>): TicketDetail['runs'][number] => ({
  ...{ clock: 'MILESTONE', unit: null, item: 0, startedAt: 0, warnAt: null, dueAt: null },
  ...{ endedAt: null, isMet: false, isPaused: false, pauses: [] },
  ...change,
})
type Ticket = Parameters<typeof promisedIn>[0]
const aTicket = (change: Partial<Ticket>): Ticket => ({
  ...{ requests: [], history: [], runs: [], suspendedUntil: null, handleDueAt: null, state: 'SIGNED' },
  ...change,
})

it('says what is asked for in a few words, and nothing where an older version kept nothing', () => {
  expect(askedWords(aRequest({ details: { by } }))).toBe('延长 5 个工作日')
  expect(askedWords(aRequest({}))).toBe('')
  const until = at('2026-12-10')
  expect(askedWords(aRequest({ kind: 'SUSPENSION', reason: 'SEASON', details: { until } }))).toBe(
    '挂起到 2026年12月10日，受季节、天气限制',
  )
  expect(askedWords(aRequest({ kind: 'PROMISE', reason: 'WORKS', details: { milestones } }))).toBe(
    '2027年3月1日前办结，需工程施工',
  )
  expect(askedWords(aRequest({ kind: 'RETURN', reason: 'U2' }))).toBe('')
})

it('shows each milestone of the promise that was granted, in time, late, missed or ahead', () => {
  const granted = aRequest({ kind: 'PROMISE', decision: 'GRANTED', details: { milestones } })
  const runs = [aRun({ item: 1, isMet: true, endedAt: at('2026-12-09') }), aRun({ item: 2 }), aRun({ clock: 'HANDLE' })]
  const standing = (now: string, change: Partial<Ticket> = {}) =>
    promisedIn(aTicket({ requests: [granted], runs, ...change }), at(now)).map((one) => one.standing)
  expect(standing('2026-12-19')).toEqual(['DONE', 'AHEAD', 'AHEAD'])
  expect(standing('2026-12-21')).toEqual(['DONE', 'MISSED', 'AHEAD'])
  const late = runs.map((run) => (run.item === 2 ? { ...run, isMet: true, endedAt: at('2026-12-22') } : run))
  expect(standing('2026-12-23', { runs: late })).toEqual(['DONE', 'LATE', 'AHEAD'])
  expect(standing('2027-04-01', { runs: [], state: 'CLOSED' })).toEqual(['DONE', 'DONE', 'DONE'])
  expect(promisedIn(aTicket({ requests: [{ ...granted, decision: 'REFUSED' }] }), 0)).toEqual([])
})

it('says by how much it was extended, where less was granted than asked for', () => {
  const grant = (amount: number | null) =>
    ({ kind: 'grant-extension', details: { amount } }) as unknown as TicketDetail['history'][number]
  const [first, refused] = (['GRANTED', 'REFUSED'] as const).map((decision) => aRequest({ decision, details: { by } }))
  const requests = [first, refused, first] as Request[]
  const history = [grant(null), grant(3)]
  expect(extensionsIn(aTicket({ requests, history }))).toEqual(['5 个工作日', '3 个工作日'])
})

it.each([
  [{ toldAt: null, toldBy: null, toldByName: null }, '待电话告知'],
  [{ toldAt: null, toldBy: 'SMS', toldByName: null }, '待发短信'],
  [{ toldAt: 1, toldBy: 'SMS', toldByName: null }, '已于 12月1日 09:00 短信告知'],
  [{ toldAt: 1, toldBy: 'PHONE', toldByName: '李晓燕' }, '李晓燕已于 12月1日 09:00 电话告知'],
] as const)('how a citizen was told is said of %j', (telling, words) => {
  expect(toldWords(telling, '12月1日 09:00')).toBe(words)
})
