import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { CallId, Instant } from '../../platform/types.ts'
import { serverNow } from '../live/clock.ts'
import { useSession } from '../session/useSession.ts'
import { readDraft, sweepDrafts, textToShow, unsentDrafts, writeDraft } from './noteDrafts.ts'
import { useDeskSocket } from './useDeskSocket.ts'

const quietMs = 600

/** The note of the call in hand: kept here with every key, told to the server when the typing pauses. */
export const useNote = defineStore('note', () => {
  const desk = useDeskSocket()
  const session = useSession()
  const callId = ref<CallId | null>(null)
  const text = ref('')
  const savedAt = ref<Instant | null>(null)
  /** `here`: kept on this machine only, sent when the server is back. */
  const state = ref<'empty' | 'typing' | 'saved' | 'here'>('empty')
  let pause: number | undefined

  const words = computed(() => ({ at: savedAt.value, state: state.value }))

  watch(
    () => [desk.view.call?.id ?? null, desk.snapshots] as const,
    ([id], before) => open(id, before?.[0] ?? null),
    { immediate: true },
  )

  function open(id: CallId | null, former: CallId | null): void {
    const personId = session.person?.id
    if (personId === undefined) return
    if (id !== former) void flush()
    if (id !== null) {
      const draft = readDraft(localStorage, personId, id)
      const isTyping = id === callId.value && state.value === 'typing'
      if (!isTyping) {
        // Of a call that was in hand already, the text here is the newest even where the server has an older one.
        text.value = textToShow(draft, id === callId.value ? text.value : desk.noteOf(id))
        savedAt.value = draft?.savedAt ?? null
        state.value = text.value === '' ? 'empty' : draft && !draft.isSent ? 'here' : 'saved'
      }
    } else {
      text.value = ''
      savedAt.value = null
      state.value = 'empty'
    }
    callId.value = id
    void sendWaiting()
  }

  function type(next: string): void {
    if (callId.value === null) return
    text.value = next
    state.value = 'typing'
    keep()
    window.clearTimeout(pause)
    pause = window.setTimeout(() => void flush(), quietMs)
  }

  function keep(): void {
    const personId = session.person?.id
    if (personId === undefined || callId.value === null) return
    const at = serverNow()
    savedAt.value = at
    writeDraft(localStorage, personId, { callId: callId.value, text: text.value, savedAt: at, isSent: false })
  }

  /** Sends what is typed now, without waiting for a pause. */
  async function flush(): Promise<void> {
    window.clearTimeout(pause)
    if (callId.value === null || state.value === 'saved' || state.value === 'empty') return
    const [id, sent] = [callId.value, text.value]
    const answer = await desk.sendNote({ callId: id, text: sent })
    if (answer.ok) markSent(id, sent)
    // Typed on, or another call, in the meantime: its own sending tells.
    if (id !== callId.value || sent !== text.value) return
    state.value = answer.ok ? 'saved' : 'here'
    if (answer.ok) savedAt.value = serverNow()
  }

  function markSent(id: CallId, sent: string): void {
    const personId = session.person?.id
    if (personId === undefined) return
    const draft = readDraft(localStorage, personId, id)
    if (draft?.text === sent) writeDraft(localStorage, personId, { ...draft, isSent: true })
  }

  /** Notes that the server missed, of this call or an earlier one. */
  async function sendWaiting(): Promise<void> {
    const personId = session.person?.id
    if (personId === undefined || desk.state !== 'open') return
    for (const draft of unsentDrafts(localStorage, personId)) {
      if (draft.callId === callId.value) {
        await flush()
        continue
      }
      const answer = await desk.sendNote({ callId: draft.callId, text: draft.text })
      if (answer.ok) markSent(draft.callId, draft.text)
    }
    sweepDrafts(localStorage, personId, serverNow(), callId.value)
  }

  return { callId, text, words, state, savedAt, type, flush }
})
