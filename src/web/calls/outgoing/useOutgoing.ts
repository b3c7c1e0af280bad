import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { NewOutgoing, OutgoingPlaced } from '../../../calls/outgoing/api.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import { useSession } from '../../session/useSession.ts'
import { useCallStanding } from '../../shell/useCallStanding.ts'

/** Whom a button calls, and its words, e.g. `外呼来电人`. */
export interface OutgoingWish {
  to: NewOutgoing['to']
  says: string
}

/**
 * A call behind any of its buttons. What keeps it from being placed is said in one place above every page: a row of a
 * list has no room for it.
 */
export const useOutgoing = defineStore('outgoing', () => {
  const session = useSession()
  const standing = useCallStanding()
  /** This person has a telephone here. */
  const mayCall = computed(() => session.has('desk') && session.view?.sip != null)
  const isBusy = ref(false)
  /** Why the last one was not placed. */
  const failure = ref<{ says: string; words: string } | null>(null)
  /** Outside the hours in which citizens are called the server asks for a reason. */
  const asking = ref<(OutgoingWish & { words: string }) | null>(null)

  /** @returns whether it was placed; how it goes on is shown by the desk */
  async function call({ to, says }: OutgoingWish, reason?: string): Promise<boolean> {
    if (isBusy.value) return false
    failure.value = null
    if (standing.value.isInCall) {
      failure.value = { says, words: '您正在通话，结束后再拨打。' }
      return false
    }
    isBusy.value = true
    try {
      await request<OutgoingPlaced>('POST', '/api/calls', { to, ...(reason !== undefined && { reason }) })
      asking.value = null
      return true
    } catch (error) {
      const words = wordsOf(error)
      const isToBeGiven = error instanceof ApiError && error.code === 'outgoing.reason-missing' && reason === undefined
      asking.value = isToBeGiven ? { to, says, words } : null
      failure.value = isToBeGiven ? null : { says, words }
      return false
    } finally {
      isBusy.value = false
    }
  }

  function dismiss(): void {
    failure.value = null
    asking.value = null
  }

  return { mayCall, isBusy, failure, asking, call, dismiss }
})
