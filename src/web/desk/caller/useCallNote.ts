import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import { useDeskSocket } from '../useDeskSocket.ts'

/** What became of the call, in a line each: its result, the tickets that it gave. The words of it are in the tickets. */
export const useCallNote = defineStore('call-note', () => {
  const desk = useDeskSocket()
  /** Of the call that was spoken of last; the server's own word comes with the next snapshot. */
  const said = ref<{ callId: CallId | null; text: string }>({ callId: null, text: '' })

  const of = (callId: CallId) => (said.value.callId === callId ? said.value.text : desk.noteOf(callId))
  const text = computed(() => {
    const id = desk.view.call?.id
    return id === undefined ? '' : of(id)
  })

  async function say(callId: CallId, line: string): Promise<void> {
    const answer = await desk.sendNote({ callId, text: line })
    // Ticket and call know of each other without it.
    if (answer.ok) said.value = { callId, text: [of(callId), line].filter((part) => part !== '').join('\n') }
  }

  return { text, say }
})
