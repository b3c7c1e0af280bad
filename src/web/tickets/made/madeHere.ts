import { computed, ref, shallowRef } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import { useSession } from '../../session/useSession.ts'
import type { Attached, Made } from './made.ts'
import { dropMade, keepMade, readMade } from './madeCards.ts'

/** What became of the forms of this page: tickets whose numbers and codes may still have to be read out. */
export function makeMade() {
  const session = useSession()
  /** Until another form is begun. */
  const made = ref<Made | null>(null)
  /** Until another form is begun: the ticket that the last form was added to. */
  const attached = shallowRef<Attached | null>(null)
  /** The one that was handed in last on this page: said to others once. */
  const justMade = shallowRef<Made | null>(null)
  /** Of this call; without one the last. They stand nowhere else. */
  const handedIn = ref<Made[]>([])
  const madeBefore = computed(() => handedIn.value.filter(({ number }) => number !== made.value?.number))

  /** The cards of another call are gone. @returns the last one that was handed in for this call */
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

  /** Another form is begun. */
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
