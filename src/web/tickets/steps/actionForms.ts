import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import { correctionMs, type EventKind } from '../../../tickets/life/ticket.ts'
import { returnReasons, voidReasons } from '../words.ts'

/** What each step of a ticket asks for, and by which key it is reached. Pure. */

export type FieldKind = 'text' | 'line' | 'reason' | 'unit' | 'units' | 'check' | 'category'

export interface Field {
  /** As the API calls it. */
  name: string
  kind: FieldKind
  label: string
  hint?: string
  isRequired: boolean
  options?: Readonly<Record<string, string>>
}

const text = (name: string, label: string, hint = ''): Field => ({ name, kind: 'text', label, hint, isRequired: true })
const unit = (name: string, label: string, isRequired: boolean): Field => ({ name, kind: 'unit', label, isRequired })
const reason = (label: string, options: Readonly<Record<string, string>>): Field => ({
  ...{ name: 'reason', kind: 'reason', label, options, isRequired: true },
})

/** A step without fields is done at once. */
const fields: Partial<Record<EventKind, Field[]>> = {
  reply: [
    text('internalReply', '办理情况', '内部留存：怎么查的、怎么办的，来电人看不到'),
    text('publicReply', '公开答复', '告知来电人的话，将对外公开'),
  ],
  return: [
    reason('退单原因', returnReasons),
    text('note', '法定依据', '三定方案、权责清单等条款'),
    unit('suggestedUnit', '建议承办单位', false),
  ],
  dispatch: [
    unit('lead', '主办单位', true),
    { name: 'coUnits', kind: 'units', label: '协办单位', isRequired: false },
    { name: 'reason', kind: 'line', label: '派单理由', isRequired: true },
  ],
  'refuse-return': [text('note', '驳回理由', '承办单位会看到')],
  'send-back': [text('note', '退回理由', '哪里没有答到，承办单位会看到')],
  void: [reason('不予受理的原因', voidReasons), text('note', '对来电人的说明')],
  answer: [
    text('publicReply', '公开答复', '告知来电人的话'),
    { name: 'isKnowledge', kind: 'check', label: '依据知识库答复', isRequired: false },
  ],
  urge: [text('note', '催办内容')],
  supplement: [text('note', '补充内容', '来电人又说了什么；承办单位会看到')],
  correct: [{ name: 'categoryCode', kind: 'category', label: '正确的事项', hint: '工单将重新派单', isRequired: true }],
}

export function fieldsOf(kind: EventKind): Field[] {
  return fields[kind] ?? []
}

/** What is done by the machine, or at the desk, has no button. */
export const actionKeys: Partial<Record<EventKind, string>> = {
  sign: 'S',
  reply: 'A',
  dispatch: 'D',
  close: 'C',
  answer: 'A',
  return: 'B',
  'send-back': 'B',
  'refuse-return': 'R',
  void: 'V',
  urge: 'U',
  supplement: 'E',
  correct: 'G',
}
/** The first one that is allowed is what one came for. */
const order = Object.keys(actionKeys) as EventKind[]
const withCare: EventKind[] = ['return', 'send-back', 'refuse-return', 'void']

export interface Button {
  kind: EventKind
  key: string
  tone: 'primary' | 'danger' | ''
}

/** Buttons in the order in which they stand. What may be done is the server's word, but time goes on here. */
export function buttonsOf(
  { actions, returnBy, registeredAt }: Pick<TicketDetail, 'actions' | 'returnBy' | 'registeredAt'>,
  now: Instant,
): Button[] {
  const isOver = (kind: EventKind) =>
    (kind === 'return' && returnBy !== null && now > returnBy) ||
    (kind === 'correct' && now > registeredAt + correctionMs)
  return order
    .filter((kind) => actions.includes(kind) && !isOver(kind))
    .map((kind, at) => ({
      kind,
      key: actionKeys[kind] ?? '',
      tone: withCare.includes(kind) ? 'danger' : at === 0 ? 'primary' : '',
    }))
}

export type Values = Record<string, string | boolean | string[]>

export function emptyValues(kind: EventKind): Values {
  return Object.fromEntries(
    fieldsOf(kind).map(({ name, kind: what }) => [name, what === 'units' ? [] : what === 'check' ? false : '']),
  )
}

export function isEmpty(values: Values): boolean {
  return Object.values(values).every((value) => (Array.isArray(value) ? value.length === 0 : value === '' || !value))
}

/** Required and not there, by name of the field. */
export function missingOf(kind: EventKind, values: Values): Record<string, string> {
  const missing = fieldsOf(kind).filter(
    ({ name, isRequired }) => isRequired && String(values[name] ?? '').trim() === '',
  )
  return Object.fromEntries(
    missing.map(({ name, label, kind: what }) => [
      name,
      `请${what === 'reason' || what === 'unit' || what === 'category' ? '选择' : '填写'}${label}。`,
    ]),
  )
}

/** Body of the request. */
export function bodyOf(kind: EventKind, values: Values, version: number): Record<string, unknown> {
  const named = fieldsOf(kind).map(({ name, kind: what }) => {
    const value = values[name]
    return [name, what === 'unit' && value === '' ? null : value]
  })
  return {
    action: kind,
    ...(kind === 'urge' || kind === 'supplement' ? {} : { version }),
    ...Object.fromEntries(named),
  }
}
