import type { CallId } from '../../../platform/types.ts'
import type { Fault } from '../../../platform/web/problem.ts'
import {
  type Channel,
  channels,
  type TicketType,
  ticketTypes,
  type Urgency,
  urgencies,
} from '../../../tickets/life/ticket.ts'
import { isCallerHidden } from '../../../tickets/life/view.ts'

/** What an agent types for one ticket, how it becomes a request, and beside which field a fault is shown. Pure. */

export interface TicketForm {
  content: string
  countyCode: string
  place: string
  categoryCode: string
  type: TicketType | ''
  wish: string
  /** Empty: as the matter and the words suggest. */
  urgency: Urgency | ''
  isConfidential: boolean
  isAnonymous: boolean
  /** Whether the place is the caller's home; empty: not asked yet. Only for a hidden caller. */
  home: 'yes' | 'no' | ''
  callerName: string
  /** Empty: the number of the call. */
  callerPhone: string
  accused: string
  /** The accused unit, among the city's units; a report is never sent there. */
  accusedUnit: string
  /** Another unit than the catalogue's choice, and the reason. */
  unit: string
  unitReason: string
  answer: string
  isKnowledge: boolean
  /** Text of the article or rule that was read out. */
  article: string
  /** It ends here: another body handles it (分类处理), or 110, 119, 120, 122 has it. Empty: as usual. */
  exit: '' | 'classify' | 'hand-over'
  /** The class, or who has taken it on. */
  exitCode: string
  exitAct: string
  exitNote: string
  channel: Channel
}
export type Field = keyof TicketForm

/** Shown beside their fields; `form` is for faults that belong to no field. */
export type Faults = Partial<Record<Field | 'form', string>>

export type HandIn = 'dispatch' | 'direct' | 'exit'

/** As long as a note may be. */
const noteLength = 2_000

/** What is added to an existing ticket instead of making a new one. */
export function noteOf({ content, place, wish }: TicketForm): string {
  const parts = [content.trim(), place.trim() && `地点：${place.trim()}`, wish.trim() && `期望：${wish.trim()}`]
  const note = parts.filter((part) => part !== '').join('\n')
  return note === '' ? '来电人再次反映' : [...note].slice(0, noteLength).join('')
}

export const contentLimit = 5_000
/** More than a ticket may hold; text beyond it is not examined with every key. */
export const readAhead = 10_000

/** Channels of requests that a person takes without a call. */
export const ownChannels: readonly Channel[] = [
  'WALK_IN',
  'LETTER',
  'MAILBOX',
  'PHONE',
  'OUTBOUND',
  'SMS',
  'OTHER_CITY',
]

export function emptyForm(channel: Channel = 'PHONE'): TicketForm {
  return {
    content: '',
    countyCode: '',
    place: '',
    categoryCode: '',
    type: '',
    wish: '',
    urgency: '',
    isConfidential: false,
    isAnonymous: false,
    home: '',
    callerName: '',
    callerPhone: '',
    accused: '',
    accusedUnit: '',
    unit: '',
    unitReason: '',
    answer: '',
    isKnowledge: false,
    ...{ article: '', exit: '', exitCode: '', exitAct: '', exitNote: '' },
    channel,
  }
}

/** From a draft, which an older version of this page may have saved: unreadable fields are left out. */
export function formFrom(kept: Record<string, unknown>): TicketForm {
  const form = emptyForm()
  const text = (field: Field) => (typeof kept[field] === 'string' ? kept[field] : '')
  const oneOf = <T extends string>(field: Field, all: readonly T[]) => all.find((one) => one === kept[field])
  return {
    ...form,
    content: text('content'),
    countyCode: text('countyCode'),
    place: text('place'),
    categoryCode: text('categoryCode'),
    type: oneOf('type', ticketTypes) ?? '',
    wish: text('wish'),
    urgency: oneOf('urgency', urgencies) ?? '',
    isConfidential: kept.isConfidential === true,
    isAnonymous: kept.isAnonymous === true,
    home: oneOf('home', ['yes', 'no'] as const) ?? '',
    callerName: text('callerName'),
    callerPhone: text('callerPhone'),
    accused: text('accused'),
    accusedUnit: text('accusedUnit'),
    unit: text('unit'),
    unitReason: text('unitReason'),
    answer: text('answer'),
    isKnowledge: kept.isKnowledge === true,
    article: text('article'),
    exit: oneOf('exit', ['classify', 'hand-over'] as const) ?? '',
    ...{ exitCode: text('exitCode'), exitAct: text('exitAct'), exitNote: text('exitNote') },
    channel: oneOf('channel', channels) ?? form.channel,
  }
}

/** Nothing worth keeping: marks without a word carry no information. */
export function isBlank(form: TicketForm): boolean {
  const { content, place, wish, answer, accused, accusedUnit, categoryCode, callerPhone, unitReason, exitNote } = form
  return [content, place, wish, answer, accused, accusedUnit, categoryCode, callerPhone, unitReason, exitNote].every(
    (text) => text.trim() === '',
  )
}

/** The caller's identity is kept secret. */
export function isSecret({ type, isConfidential, isAnonymous }: TicketForm): boolean {
  return isCallerHidden({ type: type || 'OTHER', isConfidential, isAnonymous })
}

/** The place of a matter may reveal the caller. */
export function asksForHome(form: TicketForm): boolean {
  return isSecret(form) && form.place.trim() !== ''
}

/** Faults that are known without asking the server; the server reports the rest. */
export function missingIn(form: TicketForm, how: HandIn): Faults {
  const faults: Faults = {}
  if (form.content.trim() === '') faults.content = '请填写诉求内容'
  if (form.categoryCode === '') faults.categoryCode = '请选择事项分类'
  if (form.type === '') faults.type = '请选择诉求类型'
  if (form.type === 'REPORT' && form.unit !== '' && form.unit === form.accusedUnit) {
    faults.unit = '举报件不能派给被举报单位，请另选'
  }
  if (asksForHome(form) && form.home === '') faults.home = '请问来电人：事发地点是不是其住处'
  if (form.unit !== '' && form.unitReason.trim() === '') faults.unitReason = '请填写改派理由'
  if (how === 'direct') {
    if (form.type === 'COMPLAINT' || form.type === 'REPORT') faults.type = '投诉、举报须派单办理，不能直办'
    else if (form.answer.trim() === '') faults.answer = '直办须写明给来电人的答复'
  }
  if (how === 'exit') {
    if (form.exitCode === '') faults.exitCode = form.exit === 'classify' ? '请选择分类' : '请选择移交给谁'
    if (form.exitNote.trim() === '')
      faults.exitNote = form.exit === 'classify' ? '请填写告知来电人的话' : '请填写移交情况'
  }
  return faults
}

/** As `POST /api/tickets` takes it. */
export function requestOf(
  form: TicketForm,
  more: { how: HandIn | 'join'; urgency: Urgency; callId: CallId | null; draftId: string },
): object {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    type: form.type,
    urgency: more.urgency,
    categoryCode: form.categoryCode,
    countyCode: orNull(form.countyCode),
    place: form.place.trim(),
    content: form.content,
    wish: form.wish.trim(),
    isConfidential: form.isConfidential,
    isAnonymous: form.isAnonymous,
    isAtHome: asksForHome(form) && form.home === 'yes',
    accused: orNull(form.accused),
    accusedUnit: orNull(form.accusedUnit),
    channel: more.callId === null ? form.channel : 'PHONE',
    caller: { name: orNull(form.callerName), phone: orNull(form.callerPhone) },
    // An agent who answers on the spot sends it to no unit.
    suggestedUnit: more.how === 'dispatch' ? orNull(form.unit) : null,
    suggestedReason: more.how === 'dispatch' && form.unit !== '' ? orNull(form.unitReason) : null,
    callIds: more.callId === null ? [] : [more.callId],
    draftId: more.draftId,
    answer: more.how === 'direct' ? answerOf(form) : null,
    classified:
      more.how === 'exit' && form.exit === 'classify'
        ? { reason: form.exitCode, act: form.exitAct, note: form.exitNote }
        : null,
    handedOver: more.how === 'exit' && form.exit === 'hand-over' ? { to: form.exitCode, note: form.exitNote } : null,
  }
}

function answerOf({ answer, isKnowledge, article }: TicketForm) {
  return { publicReply: answer, isKnowledge, ...(article.trim() === '' ? {} : { article }) }
}

/** 移交: whom the call's record proves to have picked up, and when. */
export function handedOver(
  { type }: Pick<TicketForm, 'type'>,
  handovers: readonly { service: string; inWords: string }[],
): Partial<TicketForm> {
  const last = handovers.at(-1)
  if (!last) return {}
  const exitNote = `${handovers.map(({ inWords }) => inWords).join('；')}。`
  return { exitCode: last.service, exitNote, type: type || 'HELP', urgency: 'P1' }
}

const fieldOfPath: Record<string, Field> = {
  'body.caller.name': 'callerName',
  'body.caller.phone': 'callerPhone',
  'body.isAtHome': 'home',
  'body.suggestedUnit': 'unit',
  'body.suggestedReason': 'unitReason',
  'body.answer.publicReply': 'answer',
  'body.answer.article': 'article',
  'body.classified.reason': 'exitCode',
  'body.classified.act': 'exitAct',
  'body.classified.note': 'exitNote',
  'body.handedOver.to': 'exitCode',
  'body.handedOver.note': 'exitNote',
}
const fieldOfCode: Record<string, Field> = {
  'ticket.category-unknown': 'categoryCode',
  'ticket.county-unknown': 'countyCode',
  'ticket.unit-unknown': 'unit',
  'ticket.must-be-dispatched': 'answer',
  'ticket.accused-unit': 'unit',
  'request.too-large': 'content',
}

/** A refusal of the server, shown where it can be corrected. */
export function faultsOf(refusal: { code: string; message: string; faults: Fault[] }, form: TicketForm): Faults {
  const faults: Faults = {}
  for (const { path, message } of refusal.faults) {
    const own = path.replace(/^body\./, '')
    const field = fieldOfPath[path] ?? (own in form ? (own as Field) : 'form')
    faults[field] ??= message
  }
  if (refusal.faults.length === 0) faults[fieldOfCode[refusal.code] ?? 'form'] = refusal.message
  return faults
}

/** Fields from top to bottom: the first one with a fault gets the focus. */
export const fieldOrder: readonly (Field | 'form')[] = [
  'channel',
  'type',
  'content',
  'countyCode',
  'place',
  'categoryCode',
  'wish',
  'accused',
  'accusedUnit',
  'callerName',
  'callerPhone',
  'home',
  'urgency',
  'unit',
  'unitReason',
  'isKnowledge',
  'article',
  'answer',
  'exitCode',
  'exitAct',
  'exitNote',
  'form',
]
