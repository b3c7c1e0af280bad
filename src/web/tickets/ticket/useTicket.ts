import { ref, shallowRef, watch } from 'vue'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { EventKind } from '../../../tickets/life/ticket.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import { useCallStanding } from '../../shell/useCallStanding.ts'
import { newKey } from '../form/newKey.ts'
import { bodyOf, type Values } from '../steps/actionForms.ts'
import { useHeldClose } from '../steps/useHeldClose.ts'
import { useTicketNews } from '../useTicketNews.ts'

/** Why a step was refused, and what the person can do about it. */
export interface Refused {
  words: string
  /** By name of the field. */
  faults: Record<string, string>
  /** `again`: the server was not reached, repeat it; `look`: the ticket was read again. */
  wayOut: 'again' | 'look' | 'mend'
  /** Of the refusal; empty where the server was not reached. */
  code: string
}

/** The ticket differs from what was on the screen. */
const changedCodes = [
  'ticket.stale',
  'ticket.wrong-state',
  'ticket.return-too-late',
  'ticket.return-exhausted',
  'ticket.correction-too-late',
  'ticket.round-too-late',
]
const goneCodes = ['ticket.not-yours', 'ticket.not-found']

const recordKeptMs = 2_000

/** One ticket, live, and its next step. */
export function useTicket(number: () => string) {
  const detail = shallowRef<TicketDetail | null>(null)
  const state = ref<'loading' | 'ready' | 'failed' | 'gone'>('loading')
  const failure = ref('')
  const isSending = ref(false)
  /** Sent without an answer: repeating exactly the same does the work once. */
  let lost: { what: string; body: object; key: string } | null = null

  async function read(): Promise<void> {
    const mine = number()
    try {
      const found = await request<TicketDetail>('GET', `/api/tickets/${encodeURIComponent(mine)}`)
      if (mine !== number()) return
      // An announcement may overtake an answer.
      if (detail.value?.number === mine && detail.value.version > found.version) return
      detail.value = found
      state.value = 'ready'
      failure.value = ''
    } catch (error) {
      if (mine !== number()) return
      failure.value = wordsOf(error)
      if (error instanceof ApiError && goneCodes.includes(error.code)) state.value = 'gone'
      // The screen keeps its contents while the server is unreachable.
      else if (detail.value?.number !== mine) state.value = 'failed'
    }
  }

  function load(): Promise<void> {
    if (detail.value?.number !== number()) {
      detail.value = null
      state.value = 'loading'
    }
    return read()
  }
  watch(number, () => void load(), { immediate: true })
  useTicketNews().listen({
    changed: (sign) => {
      const isNewer = sign.kind === 'lamp' || sign.version > (detail.value?.version ?? 0)
      if (sign.number === number() && isNewer) void read()
    },
    missed: () => {
      if (state.value !== 'loading') void read()
    },
  })

  // A call about this ticket is no change of it. Its record and its sound are kept a moment after it.
  const standing = useCallStanding()
  watch(
    () => standing.value.call,
    (_now, _before, onCleanup) => {
      const readIfShown = () => state.value === 'ready' && void read()
      readIfShown()
      const timer = window.setTimeout(readIfShown, recordKeptMs)
      onCleanup(() => window.clearTimeout(timer))
    },
  )

  const heldClose = useHeldClose()
  watch(
    () => heldClose.sent,
    async (sent) => {
      if (sent.number !== number()) return
      // No other step is sent until its result is known.
      isSending.value = true
      await read()
      isSending.value = false
    },
  )

  /** @returns null when it is done */
  async function act(kind: EventKind, values: Values): Promise<Refused | null> {
    const shown = detail.value
    if (!shown) return null
    const what = JSON.stringify([shown.number, kind, values])
    if (lost?.what !== what) lost = { what, body: bodyOf(kind, values, shown.version), key: newKey() }
    isSending.value = true
    try {
      await request('POST', `/api/tickets/${shown.number}/actions`, lost.body, lost.key)
      lost = null
      await read()
      return null
    } catch (error) {
      return await refusedBy(error)
    } finally {
      isSending.value = false
    }
  }

  async function refusedBy(error: unknown): Promise<Refused> {
    const words = wordsOf(error)
    const code = error instanceof ApiError ? error.code : ''
    if (!(error instanceof ApiError)) return { words, faults: {}, wayOut: 'again', code }
    if (error.status === 0 || error.status >= 500) return { words, faults: {}, wayOut: 'again', code }
    lost = null
    if (changedCodes.includes(error.code) || goneCodes.includes(error.code)) {
      await read()
      return { words, faults: {}, wayOut: 'look', code }
    }
    const faults = error.faults.map(({ path, message }) => [path.replace(/^body\./, '').split('.')[0] ?? '', message])
    return { words, faults: Object.fromEntries(faults), wayOut: 'mend', code }
  }

  return { detail, state, failure, isSending, load, act }
}
