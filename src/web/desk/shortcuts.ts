import type { Control } from './bar/controls.ts'

/** The desk's keys. Pure: an event's few facts in, the control out. */

export interface KeyFacts {
  code: string
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  /** What has the focus: into text one types. */
  focus: 'text' | 'page'
}

/** As printed on the buttons. While a text field has the focus, Alt is held with them. */
export const keyLabels: Record<Control, string> = {
  answer: 'F9',
  mute: 'M',
  hold: 'H',
  keypad: 'K',
  hangup: '⌫',
  ready: 'R',
  finish: 'R',
  extend: '+',
  transfer: 'T',
  consult: 'C',
  join: 'J',
  swap: 'X',
  emergency: 'E',
}

const byCode: Record<string, Control[]> = {
  KeyM: ['mute'],
  KeyH: ['hold'],
  KeyK: ['keypad'],
  KeyT: ['transfer'],
  KeyC: ['consult'],
  KeyJ: ['join'],
  KeyX: ['swap'],
  KeyE: ['emergency'],
  Backspace: ['hangup'],
  KeyR: ['finish', 'ready'],
  Equal: ['extend'],
  NumpadAdd: ['extend'],
  Space: ['answer'],
}

/** 归属: hands the matter of a shared call to the province, or back. */
export const exchangeKey = 'G'

export function isExchangeKey({ code, altKey, ctrlKey, metaKey, focus }: KeyFacts): boolean {
  return code === `Key${exchangeKey}` && !ctrlKey && !metaKey && (focus === 'page' || altKey)
}

export function controlFor(key: KeyFacts, isAllowed: (control: Control) => boolean): Control | null {
  if (key.code === 'F9') return isAllowed('answer') ? 'answer' : null
  if (key.ctrlKey || key.metaKey) return null
  if (key.focus === 'text' && !key.altKey) return null
  // Who has just chosen 示闲 still has the focus on that button: a ringing telephone goes before it.
  if (key.code === 'Space' && key.altKey) return null
  return byCode[key.code]?.find(isAllowed) ?? null
}

/** `5`, `*`, `#` … while the keypad is open and no text field has the focus. */
export function padKey(key: { key: string; altKey: boolean; ctrlKey: boolean; metaKey: boolean }): string | null {
  if (key.altKey || key.ctrlKey || key.metaKey) return null
  return /^[0-9*#]$/.test(key.key) ? key.key : null
}
