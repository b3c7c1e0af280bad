import { desc, eq, ne, sql } from 'drizzle-orm'
import { ownNumber } from '../../../lines/dialled.ts'
import { lines } from '../../../lines/schema.ts'
import { type Db, openDatabase } from '../../../platform/database/database.ts'
import type { TicketList } from '../../../tickets/api.ts'
import { tickets } from '../../../tickets/records/schema.ts'
import { dispatchWorklist, unitWorklist, type Worklist } from '../../../web/tickets/worklist/worklistView.ts'
import type { Figure } from '../goal.ts'
import type { Browsers } from '../load/http.ts'
import { failuresOf, openLoop, type Passed } from '../load/loops.ts'
import { browsersOf } from '../load/people.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { percentile } from '../statistics.ts'

/** Requested in turn, so that no view benefits from a cache warmed by itself alone. */
const perSecond = 40
const connections = 64
const pageSize = 50
/** Deeper than any person pages. */
const deepestPage = 10_000

interface View {
  name: string
  path: string
  kind: 'list' | 'search'
  by: 'hotline' | 'unit'
}

export const lists: Measurement = {
  name: 'lists',
  goals: ['P12'],
  title: 'every list and every search is there at once, however many tickets there are',
  how: `made-up tickets of all ages; each tab of the worklists, each filter and each kind of search over HTTP, ${perSecond}/s in turn; the slowest of them`,
  async run(bench) {
    const hotline = await bench.hotline()
    const { count } = await seededTickets(bench)
    const { db, close } = openDatabase(hotline.settings)
    const hotlinePeople = await browsersOf(hotline, ['DISPATCHER'], connections)
    const unitPeople = await browsersOf(hotline, ['CLERK'], connections)
    try {
      const views = await viewsOf(db)
      const times = await askAll(bench, { hotline: hotlinePeople, unit: unitPeople }, views)
      const paged = await turnPages(bench, db, hotlinePeople, count)
      return [...slowest(views, times, count), ...paged]
    } finally {
      hotlinePeople.close()
      unitPeople.close()
      await close()
    }
  },
}

const tabsOf = ({ title, tabs }: Worklist, by: View['by']): View[] =>
  tabs.map(({ title: tab, query, path = '/api/tickets' }) => ({
    name: `${title} ${tab}`,
    path: query === null ? '/api/tickets/returned' : `${path}?${query}`,
    ...{ kind: 'list', by },
  }))

async function viewsOf(db: Db): Promise<View[]> {
  const list = (name: string, query: string): View => ({
    name,
    path: `/api/tickets?${query}`,
    kind: 'list',
    by: 'hotline',
  })
  const search = (name: string, text: string, more = ''): View => {
    const path = `/api/tickets?search=${encodeURIComponent(text)}${more}`
    return { name: `search ${name}`, path, kind: 'search', by: 'hotline' }
  }
  const [some] = await db
    .select({ number: tickets.number, phone: tickets.callerPhone, category: tickets.categoryCode })
    .from(tickets)
    .where(sql`${tickets.callerPhone} IS NOT NULL`)
    .orderBy(desc(tickets.id))
    .limit(1)
  const dialled = await db
    .select({ number: lines.number })
    .from(lines)
    .innerJoin(tickets, eq(tickets.lineId, lines.id))
    .where(ne(lines.number, ownNumber))
    .limit(1)
  const month = Date.now() - 30 * 86_400_000
  return [
    ...tabsOf(dispatchWorklist, 'hotline'),
    ...tabsOf(unitWorklist, 'unit'),
    { name: 'figures over a worklist', path: '/api/tickets/counts', kind: 'list', by: 'hotline' },
    { name: 'figures of a unit', path: '/api/tickets/counts', kind: 'list', by: 'unit' },
    list('all, newest first', ''),
    list('closed', 'state=CLOSED'),
    list('voided, which are rare', 'state=VOIDED'),
    list('open, due first', 'sort=due'),
    list('of a type', 'type=REPORT'),
    list('of an urgency', 'urgency=P1'),
    list('of a county', 'county=140431'),
    list('of a matter', `category=${some?.category}`),
    list('of the first level of matters', 'category=070000'),
    list('of 12345', `line=${ownNumber}`),
    list('of 12345, urgent', `line=${ownNumber}&urgency=P1`),
    // Tickets kept from an earlier run may contain 12345 only.
    ...dialled.flatMap(({ number }) => [
      list('of an old number', `line=${number}`),
      list('of an old number, in the largest county', `line=${number}&county=140403`),
    ]),
    list('of a unit', 'unit=cgj'),
    list('of a unit, closed', 'unit=cgj&state=CLOSED'),
    list('of a month', `from=${month}`),
    list('of a caller', `caller=${encodeURIComponent(some?.phone ?? '')}`),
    search('for a number', some?.number ?? ''),
    search('for a word that many have', '市民'),
    search('for a word of the season', '供热'),
    search('for two words', '路灯 小区'),
    search('for a word in no ticket', '量子纠缠'),
    search('among what is open, due first', '小区', '&sort=due'),
    { ...search('of a unit', '小区'), by: 'unit' },
  ]
}

async function askAll(bench: Bench, people: Record<View['by'], Browsers>, views: readonly View[]) {
  const { signal, isFull } = bench
  const times = new Map<View, Passed>(views.map((view) => [view, { times: [], perSecond: 0, failures: [] }]))
  const askOne = async (index: number) => {
    const view = views[index % views.length]
    if (!view) return
    const passed = times.get(view)
    const beganAt = performance.now()
    const { status, body } = await people[view.by].ask('GET', view.path)
    if (status === 200) passed?.times.push(performance.now() - beganAt)
    else passed?.failures.push(`${status} ${body.slice(0, 200)}`)
  }
  await openLoop({ perSecond, seconds: (2 * views.length) / perSecond, signal }, askOne)
  for (const passed of times.values()) passed.times = []
  const each = isFull ? 100 : 12
  await openLoop({ perSecond, seconds: (each * views.length) / perSecond, signal }, askOne)
  for (const [view, passed] of times) {
    bench.say(`${view.by} ${view.name}: p50 ${ms(passed, 0.5)}, p95 ${ms(passed, 0.95)} ms`)
  }
  return times
}

const ms = ({ times }: Passed, share: number) => percentile(times, share).toFixed(1)

function slowest(views: readonly View[], times: ReadonlyMap<View, Passed>, count: number): Figure[] {
  return (['list', 'search'] as const).map((kind) => {
    const p95 = (view: View) => percentile(times.get(view)?.times ?? [], 0.95)
    const some = views.filter((view) => view.kind === kind)
    const [worst, next] = some.toSorted((one, other) => p95(other) - p95(one))
    return {
      goal: 'P12',
      what: `slowest ${kind} of ${some.length}, p95`,
      value: worst ? p95(worst) : null,
      unit: 'ms',
      target: { atMost: 80 },
      samples: worst ? (times.get(worst)?.times.length ?? 0) : 0,
      voids: some.flatMap((view) =>
        failuresOf(view.name, times.get(view) ?? { times: [], perSecond: 0, failures: [] }),
      ),
      note: `${count.toLocaleString('en-US')} tickets; ${worst?.name}${next ? `, then ${next.name} ${p95(next).toFixed(1)} ms` : ''}`,
    }
  })
}

async function turnPages(bench: Bench, db: Db, people: Browsers, count: number): Promise<Figure[]> {
  const page = Math.min(deepestPage, Math.floor(count / pageSize) - 1)
  const [far] = await db
    .select({ id: tickets.id })
    .from(tickets)
    .orderBy(desc(tickets.id))
    .limit(1)
    .offset((page - 1) * pageSize)
  const each = bench.isFull ? 200 : 40
  const near: number[] = []
  const deep: number[] = []
  for (let turn = 0; turn < each; turn += 1) {
    for (const [times, cursor] of [[near, ''] as const, [deep, `&cursor=${far?.id}`] as const]) {
      const beganAt = performance.now()
      const { status, body } = await people.ask('GET', `/api/tickets?limit=${pageSize}${cursor}`)
      times.push(performance.now() - beganAt)
      const shown = status === 200 ? (JSON.parse(body) as TicketList).tickets.length : 0
      if (shown !== pageSize) throw new Error(`a page of ${shown} rows: ${status} ${body.slice(0, 100)}`)
    }
  }
  const [first, last] = [percentile(near, 0.5), percentile(deep, 0.5)]
  return [
    {
      goal: 'P12',
      what: `page ${page.toLocaleString('en-US')} for page 1, p50`,
      value: last / first,
      unit: '×',
      target: { atMost: 1.5 },
      samples: each,
      voids: [],
      note: `${first.toFixed(1)} and ${last.toFixed(1)} ms`,
    },
  ]
}
