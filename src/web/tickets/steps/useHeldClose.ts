import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { request, requestAtLast } from '../../api.ts'
import { useSession } from '../../session/useSession.ts'
import { newKey } from '../form/newKey.ts'
import { bodyOf } from './actionForms.ts'
import { type NotTaken, sendUntilAnswered } from './sendUntilAnswered.ts'

/** How long a closing can be undone. */
export const heldMs = 5_000
/** A restarted server, or an interrupted connection, is back by then. */
const pausesMs = [1_000, 3_000]

interface Held {
  number: string
  body: Record<string, unknown>
  key: string
  /** The person who decided it. */
  personId: number | null
}

/**
 * A closed ticket cannot be reopened, and a single key closes it: so the request is delayed for a moment in which it
 * can be undone. It is sent when the moment is over, when the next ticket is closed, at the log-out, and when the page
 * is closed: a decision is carried out. It is sent only under the name of the person who decided it: nothing is left
 * for another person who logs in here.
 */
export const useHeldClose = defineStore('held-close', () => {
  const held = shallowRef<Held | null>(null)
  /** In flight: it can no longer be undone, and is not done yet. */
  const sending = ref<string | null>(null)
  /** Why the previous closing failed. */
  const refused = shallowRef<(NotTaken & { number: string; again: () => void }) | null>(null)
  /** The number sent last, and a count of all: parts that show the ticket read it again. */
  const sent = shallowRef<{ number: string; count: number }>({ number: '', count: 0 })
  const session = useSession()
  let timer: number | undefined

  function hold(ticket: { number: string; version: number }): void {
    void sendNow()
    refused.value = null
    const body = bodyOf('close', {}, ticket.version)
    held.value = { number: ticket.number, body, key: newKey(), personId: session.person?.id ?? null }
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
    if (taken !== null) await send(taken, pausesMs)
  }

  async function send(one: Held, pauses: readonly number[]): Promise<void> {
    const { number, body, key } = one
    refused.value = null
    sending.value = number
    const isTheirs = () => isOfPerson(one)
    const notTaken = await sendUntilAnswered(() => request('POST', pathOf(number), body, key), isTheirs, pauses)
    // The same key: work that is done already is not repeated.
    if (notTaken && session.person?.id === one.personId) {
      refused.value = { ...notTaken, number, again: () => void send(one, pausesMs) }
    }
    sending.value = null
    sent.value = { number, count: sent.value.count + 1 }
  }

  function sendAtLast(): void {
    const taken = take()
    if (taken !== null && isOfPerson(taken)) requestAtLast(pathOf(taken.number), taken.body, taken.key)
  }

  const isOfPerson = ({ personId }: Held): boolean => session.state === 'in' && session.person?.id === personId

  session.beforeLeaving(async () => {
    const taken = take()
    if (taken !== null) await send(taken, [])
  })
  session.whenForgotten(() => {
    take()
    refused.value = null
  })

  return { held, sending, refused, sent, hold, undo, sendNow, dismiss: () => (refused.value = null) }
})

const pathOf = (number: string) => `/api/tickets/${number}/actions`
