import { count, eq } from 'drizzle-orm'
import { type Calendar, CalendarYearMissing } from '../../../calendar/calendar.ts'
import { dayMs, hourMs, minuteMs } from '../../../calendar/days.ts'
import type { Call } from '../../../calls/machine/call.ts'
import { openCallStore } from '../../../calls/records/store.ts'
import { chooseUnit } from '../../../catalogue/catalogue.ts'
import { readCatalogue } from '../../../catalogue/store.ts'
import { beginAt } from '../../../followup/calls/beginning.ts'
import { lineIds, syncLines } from '../../../lines/store.ts'
import { userRoles, users } from '../../../people/schema.ts'
import type { Db } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/database/ids.ts'
import type { CategoryCode, CountyCode, Instant, OfferId, UnitCode } from '../../../platform/types.ts'
import type { Site } from '../../../site/site.ts'
import type { Timing } from '../../../tickets/clocks/deadlines.ts'
import type { Act, ClassCode } from '../../../tickets/exits/classified.ts'
import type { ReturnReason, TicketEvent } from '../../../tickets/life/ticket.ts'
import { addCluster } from '../../../tickets/merge/clusters.ts'
import type { By, NewTicket } from '../../../tickets/records/rows.ts'
import { tickets } from '../../../tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../tickets/records/store.ts'
import { greetingS, sampleCall } from './sample-call.ts'
import { offersOf } from './sample-calls.ts'
import { type MatterName, matters, type SampleMatter } from './sample-matters.ts'
import { catchUp } from './sample-news.ts'

/**
 * Tickets for a fresh sample, so that no page is empty: each goes through the store like a real one, at times before
 * now that fit a working day.
 */

const mainLine = '12345'
/** Some still dial the old number of their matter. */
const oldLines: Partial<Record<MatterName, string>> = {
  ...{ wages: '12333', pension: '12333', injury: '12333', unemployment: '12333' },
  ...{ vendors: '12319', sewer: '12319' },
}
/** The call ends so long after its ticket. */
const afterS = 20

/** How long ago. */
type Ago = { workdays: number } | { hours: number } | { minutes: number }
const workdays = (n: number): Ago => ({ workdays: n })
const hours = (n: number): Ago => ({ hours: n })
const minutes = (n: number): Ago => ({ minutes: n })

type Who = 'dispatcher' | 'unit' | 'agent' | 'machine'
interface Step {
  ago: Ago
  who: Who
  /** Of what names days to come: by the time of the step. */
  event: TicketEvent | 'by-catalogue' | 'contact' | ((at: Instant) => TicketEvent)
  /** The unit below that acts in place of the one in charge. */
  below?: string
}
const step = (ago: Ago, who: Who, event: Step['event']): Step => ({ ago, who, event })

/** To the unit that the catalogue names, or to the dispatchers. */
const sent = (ago: Ago) => step(ago, 'machine', 'by-catalogue')
const sentBy = (ago: Ago, unit: string, reason: string) =>
  step(ago, 'dispatcher', {
    kind: 'dispatch',
    lead: unit as UnitCode,
    coUnits: [],
    ruleKey: null,
    reason,
    returnBy: null,
  })
const signed = (ago: Ago) => step(ago, 'unit', { kind: 'sign' })
/** A little after it signed. */
const contacted = (ago: Ago): Step => step(ago, 'unit', 'contact')
const replied = (ago: Ago, internalReply: string, publicReply: string) =>
  step(ago, 'unit', { kind: 'reply', internalReply, publicReply })
const closed = (ago: Ago) => step(ago, 'dispatcher', { kind: 'close' })
const returned = (ago: Ago, reason: ReturnReason, note: string, to: string | null = null) =>
  step(ago, 'unit', { kind: 'return', reason, note, suggestedUnit: to as UnitCode | null })
const refused = (ago: Ago, note: string) => step(ago, 'dispatcher', { kind: 'refuse-return', note })
const urged = (ago: Ago, note: string) => step(ago, 'agent', { kind: 'urge', note })
const classified = (ago: Ago, reason: ClassCode, act: Act, note: string) =>
  step(ago, 'dispatcher', { kind: 'classify', reason, act, note })

/** What a unit asks for beside the way of its ticket, and what it hands on. */
const extensionAsked = (ago: Ago, amount: number, note: string) => step(ago, 'unit', { kind: 'extend', amount, note })
const suspended = (ago: Ago, granted: Ago, days: number, note: string): Step[] => [
  step(ago, 'unit', (at) => ({ kind: 'suspend', reason: 'AWAITS_OTHERS', until: at + days * dayMs, note })),
  step(granted, 'dispatcher', { kind: 'grant-suspension' }),
]
const promised = (
  ago: Ago,
  granted: Ago,
  leader: string,
  plan: [title: string, days: number][],
  tell: string,
): Step[] => [
  step(ago, 'unit', (at) => ({
    ...{ kind: 'promise', reason: 'WORKS', leader, note: '需立项、设计和施工，不能在期限内办结。', tell },
    milestones: plan.map(([title, days]) => ({ title, at: at + days * dayMs })),
  })),
  step(granted, 'dispatcher', { kind: 'grant-promise' }),
]
const endAsked = (ago: Ago, note: string, tell: string) =>
  step(ago, 'unit', { kind: 'end', reason: 'NOT_REACHED', note, tell })
const delegated = (ago: Ago, units: string[], note: string) =>
  step(ago, 'unit', { kind: 'delegate', units: units as UnitCode[], note })
const partSigned = (ago: Ago, below: string): Step => ({ ...step(ago, 'unit', { kind: 'sign-part' }), below })
const partAnswered = (ago: Ago, below: string, answer: string): Step => ({
  ...step(ago, 'unit', { kind: 'answer-part', answer }),
  below,
})

interface Course {
  matter: MatterName
  registered: Ago
  /** Answered on the spot. */
  answer?: string
  steps: Step[]
}
interface Played extends Course {
  at: Instant
  /** Its place in the order of registration. */
  turn: number
}
const course = (matter: MatterName, registered: Ago, ...steps: Step[]): Course => ({ matter, registered, steps })

const courses: Course[] = [
  course('streetLamps', hours(2), sent(hours(2))),
  course('manhole', minutes(12), sent(minutes(11))),
  course(
    'vendors',
    workdays(2),
    sent(workdays(2)),
    signed(workdays(1)),
    contacted(workdays(1)),
    urged(hours(3), '商贩今早又来了，请尽快处理。'),
    delegated(hours(2), ['luzhou-jtj'], '摊位占了公交站台，请到现场核实并配合清理。'),
  ),
  course(
    'squareDance',
    workdays(4),
    sent(workdays(4)),
    signed(workdays(3)),
    contacted(workdays(3)),
    extensionAsked(hours(2), 2, '已约谈领队两次，需等公园管理处调整活动时段后再核实。'),
  ),
  course(
    'rubbish',
    workdays(7),
    sent(workdays(7)),
    signed(workdays(6)),
    contacted(workdays(6)),
    delegated(workdays(5), ['luzhou-cgj'], '请今日清运，并核查该点位清运频次。'),
    partSigned(workdays(5), 'luzhou-cgj'),
    partAnswered(workdays(4), 'luzhou-cgj', '垃圾已清运，该点位调整为每日两次。'),
    urged(workdays(1), '还是没有人来清运。'),
  ),
  course(
    'sewer',
    hours(30),
    sent(hours(30)),
    signed(hours(29)),
    contacted(hours(29)),
    replied(hours(5), '养护班15点到场疏通，清出建筑垃圾约0.3立方。', '堵塞已疏通，经回访住户用水正常。'),
  ),
  course(
    'praise',
    workdays(3),
    sent(workdays(3)),
    signed(workdays(2)),
    replied(workdays(2), '已在例会通报表扬。', '感谢您的肯定，已转达一线环卫工人。'),
    closed(workdays(1)),
  ),
  course('ringRoad', workdays(1), sent(workdays(1)), signed(hours(4))),
  course('billboard', workdays(3), sent(workdays(3))),
  course('handrail', hours(3), sent(hours(3))),
  course(
    'parkToilet',
    workdays(5),
    sent(workdays(5)),
    signed(workdays(4)),
    ...promised(
      workdays(2),
      workdays(1),
      '副局长 牛文斌',
      [
        ['完成选址和设计', 20],
        ['完成施工并开放', 75],
      ],
      '南门公厕已列入计划，选址和设计完成后开工，完成后答复您。',
    ),
  ),
  course(
    'cityTrees',
    hours(4),
    sent(hours(4)),
    returned(hours(2), 'U1', '长兴中路绿化已于2024年移交潞州区管养，见移交清单第12项。', 'luzhou'),
  ),
  course(
    'wages',
    workdays(4),
    sentBy(workdays(4), 'rsj', '欠薪由市人社局牵头'),
    signed(workdays(3)),
    contacted(workdays(3)),
    urged(hours(6), '工友们要到现场，请尽快答复。'),
  ),
  course('pension', hours(1), sent(hours(1))),
  course('injury', workdays(6), sent(workdays(6)), signed(workdays(5)), contacted(workdays(5))),
  course(
    'training',
    workdays(8),
    sent(workdays(8)),
    signed(workdays(7)),
    replied(workdays(3), '职业能力建设科研究，明年一季度试点周末班。', '您的建议已采纳，明年一季度起试点周末培训班。'),
    closed(workdays(2)),
  ),
  course(
    'unemployment',
    hours(5),
    sent(hours(5)),
    signed(hours(3)),
    contacted(hours(3)),
    ...suspended(hours(2), hours(1), 10, '等待原单位补交解除合同证明。'),
  ),
  course(
    'dust',
    workdays(2),
    sent(workdays(2)),
    signed(workdays(1)),
    endAsked(
      hours(5),
      '昨日两次、今日一次致电均无人接听，短信未回复。',
      '多次未能与您取得联系，请拨打 12345 补充工地位置后重新办理。',
    ),
  ),
  course('lateFlat', workdays(7), sent(workdays(7)), signed(workdays(6)), contacted(workdays(6))),
  course('lift', minutes(40), sent(minutes(40))),
  course('bribery', workdays(3), sent(workdays(3)), signed(workdays(2))),
  course(
    'cracks',
    workdays(1),
    sent(workdays(1)),
    returned(hours(7), 'U2', '房屋质量保修由属地住建部门监督。', 'luzhou'),
    refused(hours(5), '该小区由市级监督，见质监备案，请继续办理。'),
  ),
  course(
    'coldFlat',
    hours(20),
    sent(hours(20)),
    signed(hours(19)),
    contacted(hours(19)),
    urged(hours(2), '今天室温13.5度，孩子感冒了。'),
  ),
  course('gasSmell', minutes(20), sent(minutes(19)), signed(minutes(15))),
  course(
    'parking',
    hours(9),
    sent(hours(9)),
    signed(hours(8)),
    contacted(hours(8)),
    replied(hours(1), '已安排一中队放学时段定点执勤。', '自今日起放学时段安排民警定点执勤，欢迎监督。'),
  ),
  course('parcel', minutes(50), sent(minutes(49))),
  course(
    'twoCounties',
    workdays(1),
    sentBy(workdays(1), 'shangdang', '道路主要在上党区'),
    returned(hours(3), 'U1', '该路段位于潞州区一侧，见勘界图。', 'luzhou'),
  ),
  course(
    'nonsense',
    workdays(1),
    sent(workdays(1)),
    classified(hours(6), 'N14', 'EXPLAIN', '已告知来电人热线不提供彩票咨询。'),
  ),
  { ...course('hours', hours(6)), answer: '周六上午九点到十二点有值班窗口；补办社保卡带本人身份证即可。' },
  {
    ...course('lift', workdays(4)),
    answer: '须经双三分之二业主参与、双四分之三同意；每部补贴标准以当年市住建局公告为准，向社区提出申请。',
  },
]

export interface SampleTicketParts {
  timing: Timing
  site: Site
  node: string
}

/** @returns how many tickets were added, each out of a call of its own; none when there are some already */
export async function loadSampleTickets(db: Db, parts: SampleTicketParts, now: Instant): Promise<number> {
  const [known] = await db.select({ count: count() }).from(tickets)
  if (known?.count !== 0) return 0
  const { timing } = parts
  const office = await openOffice(db, parts, now)
  const inOrder = courses
    .map((one) => ({ ...one, at: office.instantOf(one.registered) }))
    .sort((one, other) => one.at - other.at)
    .map((one, turn) => ({ ...one, turn }))
  const waiting = [...inOrder]
  // As many at once as the set-up has connections.
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await office.play(next)
  }
  await Promise.all([work(), work()])
  await beginEvent(db, now)
  await catchUp(db, timing, now)
  // What was closed in the last days is asked about: the lists of follow-up have something in them.
  await beginAt(db, now - 7 * dayMs)
  return inOrder.length
}

/** 事件: what many call about is offered to agents, so that the next caller only joins. */
async function beginEvent(db: Db, now: Instant): Promise<void> {
  const { content } = matters.coldFlat
  const [lead] = await db.select().from(tickets).where(eq(tickets.content, content))
  const [by] = await db
    .select({ id: userRoles.userId })
    .from(userRoles)
    .where(eq(userRoles.role, 'DISPATCHER'))
    .limit(1)
  if (!lead || !by) return
  const title = '惠丰街道片区供暖温度不足'
  const announcement = '热力公司正在检修换热站，预计今晚恢复。已登记的住户都会得到答复，孩子和老人可联系社区取电暖器。'
  await addCluster(db, { lead, title, announcement, place: '', isWholeCounty: true }, by.id, now - hourMs)
}

async function openOffice(db: Db, { timing, site, node }: SampleTicketParts, now: Instant) {
  await syncLines(db, site, now)
  const [people, { rules, units }, offers, ids] = await Promise.all([
    peopleOf(db),
    readCatalogue(db),
    offersOf(db),
    lineIds(db),
  ])
  const agents = people.filter((person) => person.roles.includes('AGENT'))
  const dispatcher = people.find((person) => person.roles.includes('DISPATCHER'))
  const agentOf = (turn: number) => agents[turn % agents.length] ?? null
  const lineId = (number: string) => ids.get(number) ?? 0
  const store = openCallStore({ db, recordingDir: '', lineId, gaveUpAfterMs: site.timings.gaveUpAfterMs })

  /** The call in which this ticket was taken down: the agent hands it in while they still speak. */
  async function callOf({ matter, at, turn }: Played, number: string, by: By): Promise<Call | null> {
    const offer = offers.find(({ agentId }) => agentId === String(by?.id))
    if (!offer) return null
    const ending = { how: 'answered', waitS: 3 + (turn % 9), talkS: 130 + (turn % 7) * 10, hangsUp: 'citizen' } as const
    const began = at - (greetingS + ending.waitS + ending.talkS - afterS) * 1_000
    const old = oldLines[matter]
    const line = site.lines.find((one) => one.number === old)?.number ?? mainLine
    const about = { site, node, id: `sample-ticket-${turn}`, number, line, at: began, ending }
    const call = sampleCall({ ...about, offer: { ...offer, id: newId(began) as OfferId } })
    await store.write([call])
    return call
  }

  /** If its unit has no clerk in the sample, another clerk acts: a real unit always has one. */
  function clerkOf(unit: UnitCode | null): By {
    const known = people.find((person) => unit !== null && person.unitCode === unit)
    return (
      known ??
      (dispatcher && unit !== null ? { ...dispatcher, name: '联络员', roles: ['CLERK'], unitCode: unit } : null)
    )
  }

  async function play(one: Played): Promise<void> {
    const { at, turn } = one
    const by = agentOf(turn)
    const facts = inputOf(matters[one.matter])
    const call = await callOf(one, facts.caller.phone ?? '', by)
    const input: NewTicket = call
      ? { ...facts, callIds: [call.id], callNumbers: [facts.caller.phone ?? ''], lineId: lineId(call.line.number) }
      : facts
    const first = one.answer === undefined ? ({ kind: 'register' } as const) : answerOf(one.answer)
    const made = await createTicket(db, input, first, { by, now: at, timing })
    if (!made.ok) throw new Error(`sample ticket ${one.matter}: ${made.refusal.detail}`)
    let lead: UnitCode | null = null
    let before = at
    for (const { ago, who, event: planned, below } of one.steps) {
      // Each step a little after the one before, however the weekend falls.
      const when = Math.max(instantOf(ago), before + minuteMs)
      const event = eventOf(planned, input, Math.min(when, now))
      const by =
        who === 'machine'
          ? null
          : who === 'agent'
            ? agentOf(turn + 1)
            : who === 'unit'
              ? clerkOf(below === undefined ? lead : (below as UnitCode))
              : (dispatcher ?? null)
      const outcome = await actOnTicket(db, made.number, event, null, { by, now: Math.min(when, now), timing })
      if (!outcome.ok) throw new Error(`sample ticket ${one.matter}, ${event.kind}: ${outcome.refusal.detail}`)
      if (event.kind === 'dispatch') lead = event.lead
      before = when
    }
  }

  function eventOf(planned: Step['event'], input: NewTicket, at: Instant): TicketEvent {
    if (planned === 'by-catalogue') return byCatalogue(input, at)
    if (planned === 'contact') return contactAt(at)
    return typeof planned === 'function' ? planned(at) : planned
  }

  function byCatalogue(input: NewTicket, at: Instant): TicketEvent {
    const choice = chooseUnit(input, rules, units, at)
    return choice.lead === null
      ? { kind: 'queue', mark: choice.mark, reason: choice.reason }
      : { kind: 'dispatch', ...choice, returnBy: null }
  }

  const instantOf = (ago: Ago): Instant => before(now, ago, timing.calendar)
  return { play, instantOf }
}

const contactAt = (at: Instant) =>
  ({ kind: 'contact', at, way: 'PHONE', withWhom: '来电人', note: '已核实地点和情况，说明了办理安排。' }) as const

const answerOf = (publicReply: string) => ({ kind: 'answer', publicReply, isKnowledge: true }) as const

function before(now: Instant, ago: Ago, calendar: Calendar): Instant {
  if ('minutes' in ago) return now - ago.minutes * minuteMs
  if ('hours' in ago) return now - ago.hours * hourMs
  try {
    return calendar.subtractWorkingDays(now, ago.workdays)
  } catch (error) {
    if (error instanceof CalendarYearMissing) return now - ago.workdays * 24 * hourMs
    throw error
  }
}

async function peopleOf(db: Db): Promise<NonNullable<By>[]> {
  const rows = await db
    .select({ id: users.id, name: users.name, unitCode: users.unitCode, role: userRoles.role })
    .from(users)
    .innerJoin(userRoles, eq(userRoles.userId, users.id))
  return rows.map(({ id, name, unitCode, role }) => ({
    id,
    name,
    roles: [role],
    unitCode: unitCode as UnitCode | null,
  }))
}

function inputOf(matter: SampleMatter): NewTicket {
  const [name, phone] = matter.caller
  return {
    type: matter.type,
    urgency: matter.urgency ?? 'P3',
    categoryCode: matter.category as CategoryCode,
    isConfidential: matter.isConfidential ?? false,
    isAnonymous: matter.isAnonymous ?? false,
    needsReply: true,
    title: '',
    content: matter.content,
    wish: matter.wish ?? '',
    occurredAt: null,
    countyCode: (matter.county ?? null) as CountyCode | null,
    township: null,
    place: matter.place,
    longitude: null,
    latitude: null,
    isCrossCity: false,
    accused: matter.accused ?? null,
    accusedUnit: null,
    tags: [],
    channel: 'PHONE',
    lineId: null,
    upstreamNumber: null,
    upstreamDueAt: null,
    caller: { name, phone, address: null },
    suggestedUnit: null,
    suggestedReason: null,
    callIds: [],
    callNumbers: [],
    isAtHome: false,
    draftId: null,
  }
}
