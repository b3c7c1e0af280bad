import { computed, ref, shallowRef } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import { useSession } from '../../session/useSession.ts'
import type { Attached, Made } from './made.ts'
import { dropMade, keepMade, readMade } from './madeCards.ts'

/** Results of this page's forms: tickets whose numbers and codes may still have to be read out. */
export function makeMade() {
  const session = useSession()
  /** Until a new form begins. */
  const made = ref<Made | null>(null)
  /** Until a new form begins: the ticket that the last form was added to. */
  const attached = shallowRef<Attached | null>(null)
  /** The ticket submitted last on this page: announced to other parts once. */
  const justMade = shallowRef<Made | null>(null)
  /** Tickets of this call; without a call the last ones. They are shown only here. */
  const handedIn = ref<Made[]>([])
  const madeBefore = computed(() => handedIn.value.filter(({ number }) => number !== made.value?.number))

  /** The cards of another call are removed. @returns the last ticket that was submitted for this call */
  function openFor(call: CallId): Made | undefined {
    const personId = session.person?.id
    handedIn.value = personId === undefined ? [] : readMade(localStorage, personId, call)
    const last = handedIn.value.at(-1)
    if (!last && personId !== undefined) dropMade(localStorage, personId)
    return last
  }

  /** A form has become this ticket. */
  function tell(ticket: Made): void {
    made.value = ticket
    justMade.value = ticket
    const ofSameCall = handedIn.value.filter(({ callId }) => callId !== null && callId === ticket.callId)
    handedIn.value = [...ofSameCall, ticket]
    const personId = session.person?.id
    if (ticket.callId !== null && personId !== undefined) {
      keepMade(localStorage, personId, ticket.callId, handedIn.value)
    }
  }

  /** A new form begins. */
  function turnOver(): void {
    made.value = null
    attached.value = null
  }

  /** @param isForGood a reload of the page does not bring them back either */
  function clear({ isForGood } = { isForGood: false }): void {
    const personId = session.person?.id
    if (isForGood && personId !== undefined) dropMade(localStorage, personId)
    turnOver()
    handedIn.value = []
  }

  return { made, attached, justMade, handedIn, madeBefore, openFor, tell, turnOver, clear }
}

export type MadeHere = ReturnType<typeof makeMade>
