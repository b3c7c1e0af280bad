import type { Instant, PromptId } from '../../platform/types.ts'
import type { Progress } from '../../tickets/life/progress.ts'
import { type TicketState, ticketStates } from '../../tickets/life/ticket.ts'

/** Announcements to callers, as media lists for Asterisk. Pure. */

/** Folder of the prompts' language below the sounds folder. */
export const promptLocale = 'zh'

/** `sound:zh/<name>`: Asterisk finds `<name>.wav` in the `zh` folder of its sounds. */
export function promptMedia(prompt: PromptId | string): string {
  return `sound:${promptLocale}/${prompt}`
}

const cityOffsetMs = 8 * 3_600_000

/** The largest number that the pieces can speak; a caller farther back hears this one. */
const largest = 999

/**
 * „您前面还有两位，预计等待三分钟，请稍候“
 * @param position 1 is next
 * @param minutes null when nothing is known about the wait
 */
export function sayPosition(position: number, minutes: number | null): string[] {
  const ahead = position - 1
  const place = ahead < 1 ? ['queue-next'] : ['queue-ahead', ...counted(ahead), 'queue-people']
  const wait = minutes === null ? [] : ['queue-expected', ...counted(minutes), 'queue-minutes']
  return [...place, ...wait, 'queue-please-wait'].map(promptMedia)
}

/** „幺零零幺号话务员为您服务“ */
export function sayAgentNumber(number: string): string[] {
  return [...sayDigits(number), promptMedia('agent-number')]
}

/** „您输入的号码是…，正确请按一“ */
export function sayReadBack(number: string): string[] {
  return [promptMedia('callback-read-back'), ...sayDigits(number), promptMedia('callback-confirm')]
}

/** „您的工单…，十一月三日登记，办理中，办理期限十一月二十四日“, and what can be done next. */
export function sayProgress({ number, state, registeredAt, dueAt }: Progress): string[] {
  const due = dueAt === null ? [] : ['progress-due', ...day(dueAt)]
  return [
    promptMedia('progress-number'),
    ...sayDigits(number),
    ...['progress-registered', ...day(registeredAt), statePrompt(state), ...due, 'progress-menu'].map(promptMedia),
  ]
}

function statePrompt(state: TicketState): string {
  return `state-${state.toLowerCase().replaceAll('_', '-')}`
}

/** „十一月三日“, by the city's date. */
function day(at: Instant): string[] {
  const [month = 0, date = 0] = new Date(at + cityOffsetMs).toISOString().slice(5, 10).split('-').map(Number)
  return [...numberPieces(month), 'date-month', ...numberPieces(date), 'date-day']
}

/** Digit by digit, 1 as 幺; anything else is left out. */
export function sayDigits(text: string): string[] {
  return (text.match(/[0-9]/g) ?? []).map((digit) => promptMedia(digit === '1' ? 'digit-1' : `number-${digit}`))
}

/** A number before a measure word: 2 is 两 there. */
function counted(value: number): string[] {
  return value === 2 ? ['number-2-of'] : numberPieces(value)
}

/** 0 to 999 in pieces, e.g. 105: 一 百 零 五. */
export function numberPieces(value: number): string[] {
  const whole = Number.isFinite(value) ? Math.min(largest, Math.max(0, Math.round(value))) : largest
  const hundreds = Math.floor(whole / 100)
  const tens = Math.floor((whole % 100) / 10)
  const ones = whole % 10
  if (whole < 10) return [`number-${whole}`]
  const pieces: string[] = []
  if (hundreds > 0) pieces.push(`number-${hundreds}`, 'number-100')
  // 十 alone for ten to nineteen, 一十 inside a larger number.
  if (tens > 0) pieces.push(...(hundreds > 0 || tens > 1 ? [`number-${tens}`] : []), 'number-10')
  else if (hundreds > 0 && ones > 0) pieces.push('number-0')
  if (ones > 0) pieces.push(`number-${ones}`)
  return pieces
}

/** Every prompt that the code itself plays: a site must have a text or a sound for each. */
export const spokenPrompts: readonly string[] = [
  ...Array.from({ length: 10 }, (_, digit) => `number-${digit}`),
  'number-2-of',
  'number-10',
  'number-100',
  'digit-1',
  'queue-ahead',
  'queue-people',
  'queue-next',
  'queue-expected',
  'queue-minutes',
  'queue-please-wait',
  'date-month',
  'date-day',
  ...['number', 'number-short', 'code', 'code-short', 'no-key', 'not-found', 'give-up', 'locked', 'away'].map(
    (name) => `inquiry-${name}`,
  ),
  ...['number', 'registered', 'due', 'menu'].map((name) => `progress-${name}`),
  ...ticketStates.filter((state) => state !== 'DRAFT').map(statePrompt),
  'agent-number',
  'agent-lost',
  'outgoing',
  'enterprise',
  'fallback-apology',
  'leave-message',
  'message-thanks',
  'all-busy',
  ...['nobody-serves', 'way-out', 'way-out-long', 'way-out-withheld', 'message-prompt', 'message-away'],
  ...['registered', 'number', 'number-wrong', 'read-back', 'confirm', 'give-up'].map((name) => `callback-${name}`),
  ...['hello', 'solved', 'satisfied', 'agent'].map((name) => `keypad-${name}`),
  ...['3', '5', 'wrong', 'thanks'].map((name) => `survey-${name}`),
  'goodbye',
]
