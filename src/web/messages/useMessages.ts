import { onScopeDispose } from 'vue'
import type { VoiceMessage, VoiceMessageList } from '../../calls/api.ts'
import { request, wordsOf } from '../api.ts'
import { usePages } from '../usePages.ts'

/** What callers said to the machine; nothing tells the page of a new one, so it looks. */

export type MessageStatus = VoiceMessage['status']

const lookMs = 30_000

export function useMessages(status: () => MessageStatus) {
  const pages = usePages<VoiceMessage>(async (cursor) => {
    const ask = new URLSearchParams({ status: status(), ...(cursor === null ? {} : { cursor }) })
    const { messages, next } = await request<VoiceMessageList>('GET', `/api/voice-messages?${ask}`)
    return { rows: messages, next }
  })

  /** @returns why not, null when it is marked */
  async function markCalledBack(id: string): Promise<string | null> {
    let words: string | null = null
    try {
      await request('POST', `/api/voice-messages/${id}/called-back`)
    } catch (error) {
      words = wordsOf(error)
    }
    await pages.refresh()
    return words
  }

  const look = window.setInterval(() => {
    if (!document.hidden) void pages.refresh()
  }, lookMs)
  onScopeDispose(() => window.clearInterval(look))

  return { ...pages, markCalledBack }
}
