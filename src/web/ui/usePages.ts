import { ref, shallowRef } from 'vue'
import { ApiError, wordsOf } from '../api.ts'

/** One page of a list as the server gives it. */
export interface Page<Row> {
  rows: Row[]
  /** Cursor of the next page; null on the last one. */
  next: string | null
}

/**
 * Pages of a list, one after the other. An answer to an outdated query is dropped.
 * @param read asks for the page after a cursor, with the present filters
 */
export function usePages<Row>(read: (cursor: string | null) => Promise<Page<Row>>) {
  const rows = shallowRef<Row[]>([])
  const next = ref<string | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const isLoadingMore = ref(false)
  const failure = ref('')
  /** The last failure was in the query, e.g. a filter: the same query is refused again. */
  const isRefused = ref(false)
  let asked = 0
  let pages = 1

  async function load(): Promise<void> {
    state.value = 'loading'
    await take(async () => {
      const page = await read(null)
      pages = 1
      return page
    })
  }

  async function more(): Promise<void> {
    isLoadingMore.value = true
    await take(async () => {
      const page = await read(next.value)
      pages += 1
      return { rows: [...rows.value, ...page.rows], next: page.next }
    })
  }

  /** Reads the same pages again silently: the old rows stay until the answer is there, or if none comes. */
  async function refresh(): Promise<void> {
    if (state.value === 'loading' || isLoadingMore.value) return
    await take(async () => {
      let all: Page<Row> = { rows: [], next: null }
      for (let n = 0; n < pages && (n === 0 || all.next !== null); n += 1) {
        const page = await read(all.next)
        all = { rows: [...all.rows, ...page.rows], next: page.next }
      }
      return all
    })
  }

  async function take(ask: () => Promise<Page<Row>>): Promise<void> {
    asked += 1
    const mine = asked
    failure.value = ''
    isRefused.value = false
    try {
      const page = await ask()
      if (mine !== asked) return
      rows.value = page.rows
      next.value = page.next
      state.value = 'ready'
    } catch (error) {
      if (mine !== asked) return
      failure.value = wordsOf(error)
      isRefused.value = error instanceof ApiError && error.status === 400
      if (state.value === 'loading') state.value = 'failed'
    } finally {
      if (mine === asked) isLoadingMore.value = false
    }
  }

  return { rows, next, state, isLoadingMore, failure, isRefused, load, more, refresh }
}
