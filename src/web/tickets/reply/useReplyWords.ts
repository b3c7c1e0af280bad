import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ReplyWords } from '../../../tickets/reply/check.ts'
import { request } from '../../api.ts'

/** Lists of the site that change with its configuration only: read once. Without them the server alone checks. */
export const useReplyWords = defineStore('reply-words', () => {
  const words = shallowRef<ReplyWords | null>(null)
  let asked: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      words.value = await request<ReplyWords>('GET', '/api/reply-check')
    } catch {
      asked = null
    }
  }

  function load(): Promise<void> {
    asked ??= read()
    return asked
  }

  return { words, load }
})
