import { computed, ref, shallowRef } from 'vue'
import type { TicketSummary } from '../../../tickets/api.ts'
import { type BulkAction, type BulkDone, type BulkRow, mostInBulk } from '../../../tickets/bulk/api.ts'
import { request, wordsOf } from '../../api.ts'
import { newKey } from '../form/newKey.ts'

/** The same step of several tickets of a list: which are marked, what is asked, what became of each. */
export function useBulk(parts: { rows: () => readonly TicketSummary[]; done: () => void }) {
  const marked = ref<string[]>([])
  /** To be confirmed: it is sent by the second key only. */
  const asked = ref<BulkAction | null>(null)
  const isSending = ref(false)
  const results = shallowRef<{ action: BulkAction; rows: BulkRow[] } | null>(null)
  const failure = ref('')
  /** Sent without an answer: repeating exactly the same does the work once. */
  let lost: { what: string; key: string } | null = null

  /** Of those that are still on the list, as they are now. */
  const chosen = computed(() => parts.rows().filter(({ number }) => marked.value.includes(number)))

  function toggle(number: string): void {
    results.value = null
    const isMarked = marked.value.includes(number)
    if (!isMarked && marked.value.length >= mostInBulk) return
    marked.value = isMarked ? marked.value.filter((one) => one !== number) : [...marked.value, number]
    asked.value = null
  }

  function toggleAll(): void {
    const all = parts.rows().map(({ number }) => number)
    marked.value = chosen.value.length === Math.min(all.length, mostInBulk) ? [] : all.slice(0, mostInBulk)
    asked.value = null
    results.value = null
  }

  function clear(): void {
    marked.value = []
    asked.value = null
    results.value = null
    failure.value = ''
  }

  async function send(): Promise<void> {
    const action = asked.value
    if (action === null || isSending.value) return
    const tickets = chosen.value.map(({ number, version }) => ({ number, version }))
    const what = JSON.stringify({ action, tickets })
    const key = lost?.what === what ? lost.key : newKey()
    lost = { what, key }
    isSending.value = true
    failure.value = ''
    try {
      const { rows } = await request<BulkDone>('POST', '/api/tickets/bulk', { action, tickets }, key)
      lost = null
      results.value = { action, rows }
      marked.value = []
      asked.value = null
      parts.done()
    } catch (error) {
      failure.value = wordsOf(error)
    } finally {
      isSending.value = false
    }
  }

  return { marked, asked, isSending, results, failure, chosen, toggle, toggleAll, clear, send }
}
