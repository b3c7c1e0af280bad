import type { Calendar } from '../../calendar/calendar.ts'
import { dayMs, dayOf, hourMs } from '../../calendar/days.ts'
import { valueUnlessYearMissing } from '../../calendar/weekdays.ts'
import { dayOnPaper } from '../../papers/paper.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { barredAsAccused } from '../../tickets/life/accused.ts'
import { urgencies } from '../../tickets/life/words.ts'
import { type FoundTicket, findTicket, machineIn, readDetail } from '../../tickets/lists/reads.ts'
import { rulesOn, type TriggerRules } from '../triggers/trigger.ts'
import { lastWeek, rateOf, readRates, type UnitRate } from '../triggers/unit-rates.ts'
import { type CaseKind, caseForms, type Texts } from './fields.ts'

/** What a draft says before anybody has written it: the facts that the hotline has. Nothing tells who a caller is. */

export interface Begun {
  unit: UnitCode | null
  subject: string
  texts: Texts
  /** How long after its issue an answer is due, in ms. */
  dueAfterMs: number | null
}

export interface BeginParts {
  db: Db
  rules: readonly TriggerRules[]
  calendar(): Promise<Calendar>
}

/** @throws Refusal for a ticket that does not exist, a paper to no unit, or a unit that a report is about */
export async function beginTexts(
  parts: BeginParts,
  asked: { kind: Exclude<CaseKind, 'URGE'>; unit: UnitCode | null; tickets: readonly string[] },
  now: Instant,
): Promise<Begun> {
  const { db } = parts
  const found = await Promise.all(asked.tickets.map((number) => findTicket(db, number)))
  const tickets = found.filter((ticket) => ticket !== null)
  if (tickets.length < asked.tickets.length) throw new Refusal('ticket.not-found')
  const unit = asked.kind === 'REPORT' ? null : (asked.unit ?? tickets[0]?.ticket.leadUnit ?? null)
  if (unit === null && caseForms[asked.kind].isToUnit) {
    throw new Refusal('oversight.incomplete', { detail: '请选择单位，或填写已派单的工单编号。' })
  }
  // A unit never reads of the report that is about it.
  if (unit !== null && tickets.some((ticket) => barredAsAccused(machineIn(ticket), [unit]) !== null)) {
    throw new Refusal('ticket.accused-unit')
  }
  const calendar = await parts.calendar()
  const facts = (await Promise.all(tickets.map((ticket) => factOf(db, ticket, calendar, now)))).join('\n')
  const rules = rulesOn(parts.rules, dayOf(now))
  const subject = await subjectOf(db, tickets, now)
  switch (asked.kind) {
    case 'ORDER': {
      const hours = Math.min(
        ...tickets.map(({ ticket }) => rules?.triggers.T04.answerHours[ticket.urgency] ?? usualHours),
      )
      const texts = { facts, demand: usualDemand, basis: rules?.source ?? '' }
      return { unit, subject, texts, dueAfterMs: (Number.isFinite(hours) ? hours : usualHours) * hourMs }
    }
    case 'LETTER': {
      const figures = unit === null ? '' : figuresOf(unit, await readRates(db, lastWeek(now)))
      const title = subject || '热线工单签收和按期办结情况'
      return {
        unit,
        subject: title,
        texts: { figures, items: facts, demand: usualDemand },
        dueAfterMs: usualDays * dayMs,
      }
    }
    case 'TALK':
      return { unit, subject: subject || '热线工单办理情况约谈', texts: { agenda: facts }, dueAfterMs: null }
    case 'REPORT':
      return { unit, subject, texts: { matter: facts }, dueAfterMs: usualDays * dayMs }
    case 'SITE':
      return { unit, subject, texts: {}, dueAfterMs: usualDays * dayMs }
  }
}

const usualHours = 72
const usualDays = 7
const usualDemand = '请在期限内办结并答复，说明未按期办理的原因和责任人。'

/** As a unit reads it: its title is without what tells who a hidden caller is. */
async function titleOf(db: Db, found: FoundTicket, now: Instant): Promise<string> {
  const asUnit = { id: 0, roles: ['CLERK' as const], unitCode: found.ticket.leadUnit }
  return subjectOnPaper(await readDetail(db, found, asUnit, now))
}

/** A title that is only the beginning of the content ends at its last whole clause: papers name a matter. Pure. */
export function subjectOnPaper({ title, content }: { title: string; content: string }): string {
  const whole = content.replace(/\s+/g, ' ').trim()
  const isCut =
    whole.startsWith(title) && whole.length > title.length && !/^[，。；！？,.;!?]/.test(whole.slice(title.length))
  const clauses = isCut ? title.replace(/[，。；！？,.;!?][^，。；！？,.;!?]*$/, '') : title
  return clauses.replace(/[，。；！？,.;!?\s]+$/, '')
}

async function subjectOf(db: Db, tickets: readonly FoundTicket[], now: Instant): Promise<string> {
  const [first] = tickets
  if (!first) return ''
  const title = await titleOf(db, first, now)
  return tickets.length === 1 ? title : `${title}等 ${tickets.length} 件`
}

async function factOf(db: Db, found: FoundTicket, calendar: Calendar, now: Instant): Promise<string> {
  const { number, registeredAt, handleDueAt, urgency, redoCount, urgeCount } = found.ticket
  const isLate = handleDueAt !== null && handleDueAt < now
  const late = isLate ? valueUnlessYearMissing(() => calendar.workingDaysBetween(handleDueAt, now)) : null
  return [
    `工单 ${number}：${await titleOf(db, found, now)}。${dayOnPaper(registeredAt)}登记`,
    handleDueAt === null ? '' : `办理期限 ${dayOnPaper(handleDueAt)}`,
    late === null ? (isLate ? '已超期' : '') : late === 0 ? '今日超期' : `已超期 ${late} 个工作日`,
    urgency === urgencies[2] ? '' : urgency === 'P1' ? '特急' : '紧急',
    redoCount > 0 ? `重办 ${redoCount} 次` : '',
    urgeCount > 0 ? `来电人催办 ${urgeCount} 次` : '',
  ]
    .filter((part) => part !== '')
    .join('，')
    .concat('。')
}

/** The unit beside the average of all units. Pure. */
export function figuresOf(unit: UnitCode, rates: readonly UnitRate[]): string {
  const words = { SIGN: '按时签收', HANDLE: '按期办结' } as const
  return (['SIGN', 'HANDLE'] as const)
    .flatMap((clock) => {
      const own = rates.find((rate) => rate.unit === unit && rate.clock === clock)
      if (!own) return []
      const all = rates.filter((rate) => rate.clock === clock)
      const sum = { due: 0, kept: 0 }
      for (const { due, kept } of all) Object.assign(sum, { due: sum.due + due, kept: sum.kept + kept })
      return `上周应${words[clock].slice(2)} ${own.due} 件，${words[clock]} ${own.kept} 件，${words[clock]}率 ${rateOf(own)}%，各单位平均 ${rateOf(sum)}%。`
    })
    .join('\n')
}
