import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import { useDeskSocket } from '../useDeskSocket.ts'

/** The result of the call in single lines: its outcome, its tickets. The caller's words are in the tickets. */
export const useCallNote = defineStore('call-note', () => {
  const desk = useDeskSocket()
  /** Of the last call; the server's own text comes with the next snapshot. */
  const said = ref<{ callId: CallId | null; text: string }>({ callId: null, text: '' })

  const of = (callId: CallId) => (said.value.callId === callId ? said.value.text : desk.noteOf(callId))
  const text = computed(() => {
    const id = desk.view.call?.id
    return id === undefined ? '' : of(id)
  })

  async function say(callId: CallId, line: string): Promise<void> {
    const answer = await desk.sendNote({ callId, text: line })
    // Ticket and call are linked even without it.
    if (answer.ok) said.value = { callId, text: [of(callId), line].filter((part) => part !== '').join('\n') }
  }

  return { text, say }
})
