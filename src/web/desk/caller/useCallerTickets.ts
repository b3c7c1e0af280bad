import { ref, watch } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { CallerTickets, TicketSummary } from '../../../tickets/api.ts'
import { request, wordsOf } from '../../api.ts'
import { useTicketForm } from '../../tickets/form/useTicketForm.ts'
import { useTicketNews } from '../../tickets/useTicketNews.ts'
import { useDesk } from '../useDesk.ts'
import { useCallNote } from './useCallNote.ts'

/** The caller's tickets, and adding this call to one of them (催办) instead of making a new one. */
export function useCallerTickets() {
  const desk = useDesk()
  const note = useCallNote()
  const form = useTicketForm()
  const found = ref<CallerTickets | null>(null)
  const failure = ref('')
  const running = ref<string | null>(null)
  /** Numbers of the tickets that this call was added to. */
  const urged = ref<Set<string>>(new Set())

  let asked = 0
  async function load(callId: CallId): Promise<void> {
    asked += 1
    const mine = asked
    /** Announcements may follow quickly, and so may calls: the latest query counts. */
    const isOvertaken = () => desk.call?.id !== callId || mine !== asked
    try {
      const answer = await request<CallerTickets>('GET', `/api/callers/${callId}/tickets`)
      if (isOvertaken()) return
      found.value = answer
      if (answer.name !== null) form.proposeName(callId, answer.name)
      failure.value = ''
    } catch (error) {
      if (!isOvertaken()) failure.value = wordsOf(error)
    }
  }

  watch(
    () => desk.call?.id ?? null,
    (callId) => {
      found.value = null
      failure.value = ''
      urged.value = new Set()
      if (callId !== null) void load(callId)
    },
    { immediate: true },
  )

  // The responsible unit is told to the caller while they are on the line.
  useTicketNews().listen(
    {
      changed: ({ number }) => {
        const isOurs = number === form.made?.number || found.value?.open.some((ticket) => ticket.number === number)
        if (isOurs) again()
      },
      missed: again,
    },
    () => desk.call !== null,
  )

  // The ticket that was just submitted is one of them.
  watch(
    () => form.made ?? form.attached,
    (handedIn) => {
      if (handedIn) again()
    },
  )

  /** @returns whether it was stored; once per call and ticket, however often it is sent */
  async function urge(ticket: TicketSummary, word: string): Promise<boolean> {
    const callId = desk.call?.id
    if (callId === undefined || running.value !== null) return false
    running.value = ticket.number
    try {
      const body = { action: 'urge', note: word, callId }
      await request('POST', `/api/tickets/${ticket.number}/actions`, body, `${callId}-${ticket.number}`)
      urged.value = new Set([...urged.value, ticket.number])
      failure.value = ''
      await note.say(callId, `催办 ${ticket.number}`)
      await load(callId)
      return true
    } catch (error) {
      failure.value = wordsOf(error)
      return false
    } finally {
      running.value = null
    }
  }

  function again(): void {
    const callId = desk.call?.id
    if (callId !== undefined) void load(callId)
  }
  return { found, failure, running, urged, urge, again }
}
