import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { ApiError, request, requestAtLast, wordsOf } from '../../api.ts'
import { useSession } from '../../session/useSession.ts'
import { newKey } from '../form/newKey.ts'
import { bodyOf } from './actionForms.ts'

/** So long a closing can be taken back. */
export const heldMs = 5_000

interface Held {
  number: string
  body: Record<string, unknown>
  key: string
}

/**
 * A closed ticket is not opened again, and one key closes it: so the request waits for a moment, in which it can be
 * taken back. It is held back here and sent when the moment is over, when the next one is closed, at the log-out, and
 * when the page goes away: what was decided is done.
 */
export const useHeldClose = defineStore('held-close', () => {
  const held = shallowRef<Held | null>(null)
  /** On its way: it can no longer be taken back, and is not done yet. */
  const sending = ref<string | null>(null)
  /** Why the one before was not closed. */
  const refused = shallowRef<{ number: string; words: string } | null>(null)
  /** The number that was sent last, and how often any was: who shows it reads it again. */
  const sent = shallowRef<{ number: string; count: number }>({ number: '', count: 0 })
  let timer: number | undefined

  function hold(ticket: { number: string; version: number }): void {
    void sendNow()
    refused.value = null
    held.value = { number: ticket.number, body: bodyOf('close', {}, ticket.version), key: newKey() }
    timer = window.setTimeout(() => void sendNow(), heldMs)
    window.addEventListener('pagehide', sendAtLast)
  }

  function take(): Held | null {
    const taken = held.value
    held.value = null
    window.clearTimeout(timer)
    window.removeEventListener('pagehide', sendAtLast)
    return taken
  }

  /** Nothing was sent, so nothing has to be repaired. */
  function undo(): void {
    take()
  }

  async function sendNow(): Promise<void> {
    const taken = take()
    if (taken === null) return
    const { number, body, key } = taken
    sending.value = number
    try {
      await request('POST', pathOf(number), body, key)
    } catch (error) {
      const isUnheard = error instanceof ApiError && (error.status === 0 || error.status >= 500)
      refused.value = { number, words: `${wordsOf(error)}${isUnheard ? '工单没有办结，请再办结一次。' : ''}` }
    } finally {
      sending.value = null
      sent.value = { number, count: sent.value.count + 1 }
    }
  }

  function sendAtLast(): void {
    const taken = take()
    if (taken !== null) requestAtLast(pathOf(taken.number), taken.body, taken.key)
  }

  useSession().beforeLeaving(sendNow)

  return { held, sending, refused, sent, hold, undo, sendNow, dismiss: () => (refused.value = null) }
})

const pathOf = (number: string) => `/api/tickets/${number}/actions`
