import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { Field } from '../../../tickets/life/step.ts'
import { type EventKind, stepOf, steps } from '../../../tickets/life/ticket.ts'
import { partChoices, waitsForParts } from '../parts/partsView.ts'

/** The form of each step of a ticket, and its key. Pure. */

export type { Field }

export function fieldsOf(kind: EventKind): readonly Field[] {
  return stepOf(kind).form?.fields ?? []
}

/** Fields that this ticket asks for now. @param unit of the person; null: the hotline */
export function fieldsShown(
  kind: EventKind,
  {
    ticket,
    unit,
    values,
    asksReason,
  }: {
    ticket: TicketDetail
    unit: string | null
    values: Values
    /** The check of answers stops it: it is handed in with a reason only. */
    asksReason: boolean
  },
): Field[] {
  const { coUnits } = values
  const hasCoUnits = Array.isArray(coUnits) && coUnits.length > 0
  return fieldsOf(kind)
    .filter((field) => !field.isForOverride || asksReason)
    .filter((field) => !field.isForCoUnits || hasCoUnits)
    .filter((field) => !field.isForOpenParts || waitsForParts(ticket, unit))
    .map((field) => (field.partIn ? { ...field, options: partChoices(ticket, unit, field.partIn) } : field))
}

/** Steps of the machine, or of the desk, have no form and so no button. */
export const forms = steps.flatMap(({ kind }) => {
  const { form, until, who } = stepOf(kind)
  return form ? [{ kind, form, until, who }] : []
})

export interface Button {
  kind: EventKind
  key: string
  tone: 'primary' | 'danger' | ''
}

/** Buttons in their order. The server says what may be done, but time goes on here. */
export function buttonsOf(
  {
    actions,
    returnBy,
    registeredAt,
    reopenBy,
  }: Pick<TicketDetail, 'actions' | 'returnBy' | 'registeredAt' | 'reopenBy'>,
  now: Instant,
): Button[] {
  const isOver = (endsAt: Instant | null | undefined) => endsAt != null && now > endsAt
  return forms
    .filter(({ kind, until }) => actions.includes(kind) && !isOver(until?.at({ returnBy, registeredAt, reopenBy })))
    .map(({ kind, form: { key, isGrave } }, at) => ({
      ...{ kind, key },
      tone: isGrave ? 'danger' : at === 0 ? 'primary' : '',
    }))
}

const isSeveral = (kind: Field['kind']): boolean => ['units', 'below', 'milestones'].includes(kind)

export type Values = Record<string, string | boolean | string[]>

export function emptyValues(kind: EventKind): Values {
  return Object.fromEntries(
    fieldsOf(kind).map(({ name, kind: what }) => [name, isSeveral(what) ? [] : what === 'check' ? false : '']),
  )
}

export function isEmpty(values: Values): boolean {
  return Object.values(values).every((value) => (Array.isArray(value) ? value.length === 0 : value === '' || !value))
}

/** The values after a field has got this one: a choice puts its words into other fields, unless others were typed there. */
export function withValue(kind: EventKind, values: Values, name: string, value: Values[string]): Values {
  const offers = fieldsOf(kind).find((field) => field.name === name)?.offers ?? {}
  const before = String(values[name] ?? '')
  const offered = Object.entries(offers).flatMap(([other, words]) => {
    const now = String(values[other] ?? '')
    return now === '' || now === words[before] ? [[other, words[String(value)] ?? '']] : []
  })
  return { ...values, ...Object.fromEntries(offered), [name]: value }
}

const picked: Field['kind'][] = ['choice', 'when', 'day', 'unit', 'units', 'below', 'part', 'category']

/** Required and missing, by name of the field. */
export function missingOf(kind: EventKind, values: Values): Record<string, string> {
  const missing = fieldsOf(kind).filter(
    ({ name, isRequired }) => isRequired && String(values[name] ?? '').trim() === '',
  )
  return Object.fromEntries(
    missing.map(({ name, label, kind: what }) => [name, `请${picked.includes(what) ? '选择' : '填写'}${label}。`]),
  )
}

const cityOffsetMs = 8 * 3_600_000
/** In the city's time zone, wherever the computer is. NaN for an invalid time: the server refuses it. */
const instantTyped = (text: string): Instant => Date.parse(`${text}+08:00`)

/** The last moment of a day. */
const lastOf = (day: string): Instant => instantTyped(`${day}T23:59:59.999`)

/** `2026-12-31|招标`, as the field keeps each; rows that nobody filled in are left out. */
function milestonesTyped(value: Values[string] | undefined): { title: string; at: Instant }[] {
  const rows = (Array.isArray(value) ? value : []).map(readMilestone)
  return rows
    .filter(({ day, title }) => day !== '' || title !== '')
    .map(({ day, title }) => ({ title, at: lastOf(day) }))
}
export function readMilestone(row: string): { day: string; title: string } {
  const at = row.indexOf('|')
  return { day: row.slice(0, at), title: row.slice(at + 1).trim() }
}

/** What is written down has mostly just happened: each time that is asked for, as the field has it. */
export function timesNow(kind: EventKind, now: Instant): Values {
  const typed = new Date(now + cityOffsetMs).toISOString().slice(0, 16)
  return Object.fromEntries(fieldsOf(kind).flatMap(({ name, kind: what }) => (what === 'when' ? [[name, typed]] : [])))
}

/** Body of the request. */
export function bodyOf(kind: EventKind, values: Values, version: number): Record<string, unknown> {
  const named = fieldsOf(kind).map(({ name, kind: what }) => {
    const value = values[name]
    if (what === 'when') return [name, instantTyped(String(value))]
    if (what === 'day') return [name, lastOf(String(value))]
    if (what === 'number') return [name, String(value ?? '').trim() === '' ? null : Number(value)]
    if (what === 'milestones') return [name, milestonesTyped(value)]
    return [name, what === 'unit' && value === '' ? null : value]
  })
  return {
    action: kind,
    ...(stepOf(kind).asked === 'ON_VERSION' ? { version } : {}),
    ...Object.fromEntries(named),
  }
}
