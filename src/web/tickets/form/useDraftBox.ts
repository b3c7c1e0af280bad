import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CallId, Instant } from '../../../platform/types.ts'
import type { TicketDraft } from '../../../tickets/api.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import { serverNow } from '../../live/clock.ts'
import { useWhose } from '../whose/useWhose.ts'
import { formFrom, type TicketForm } from './form.ts'

export interface BoxedDraft {
  id: string
  callId: CallId | null
  form: TicketForm
  changedAt: Instant
}

/** 草稿箱: drafts that were not submitted, without the open one. */
export const useDraftBox = defineStore('draft-box', () => {
  const all = ref<BoxedDraft[]>([])
  const openId = ref<string | null>(null)
  const failure = ref('')
  const whose = useWhose()
  /** Submitted or deleted here: a list that was requested before may still contain them. */
  const ended = new Set<string>()
  const drafts = computed(() => all.value.filter(({ id }) => id !== openId.value))

  async function load(): Promise<void> {
    try {
      const found = await request<{ drafts: TicketDraft[] }>('GET', '/api/ticket-drafts')
      for (const { callId, call } of found.drafts) {
        if (callId !== null && call !== null) whose.learn(callId as CallId, call)
      }
      const open = found.drafts.filter(({ id }) => !ended.has(id))
      all.value = open.map(({ id, callId, content, changedAt }) => ({
        id,
        callId: callId as CallId | null,
        form: formFrom(content),
        changedAt,
      }))
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }

  /** Shown at once; the server has it a moment later. */
  function putIn(draft: Omit<BoxedDraft, 'changedAt'>): void {
    all.value = [{ ...draft, changedAt: serverNow() }, ...all.value.filter(({ id }) => id !== draft.id)]
  }

  function setOpen(id: string | null): void {
    openId.value = id
    if (id === null) return
    all.value = all.value.filter((draft) => draft.id !== id)
  }

  /** It is no longer a draft. */
  function drop(id: string): void {
    ended.add(id)
    all.value = all.value.filter((draft) => draft.id !== id)
  }

  function clear(): void {
    all.value = []
    openId.value = null
  }

  /** @throws ApiError */
  async function discard(id: string): Promise<void> {
    try {
      await request('DELETE', `/api/ticket-drafts/${id}`)
    } catch (error) {
      // Already deleted counts as deleted.
      if (!(error instanceof ApiError && error.code === 'draft.not-found')) throw error
    }
    drop(id)
  }

  return { drafts, failure, load, putIn, setOpen, drop, clear, discard }
})
