import { computed, nextTick, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { ReturnedTicket, ReturnedTickets, TicketCounts, TicketList, TicketSummary } from '../../../tickets/api.ts'
import type { TicketSign } from '../../../tickets/life/news.ts'
import type { PartCounts } from '../../../tickets/parts/api.ts'
import { request } from '../../api.ts'
import { coalesce } from '../../live/coalesce.ts'
import { usePages } from '../../ui/usePages.ts'
import { useTicketNews } from '../useTicketNews.ts'
import { useChime } from './useChime.ts'
import { type Counts, type Kept, newsOf, newsQuery, stepFrom, type Worklist, withKept } from './worklistView.ts'

/** Between two reads of a list that receives many announcements. */
const gapMs = 1_000

/** A worklist with its tabs, figures and the chosen ticket. Tab and ticket are in the address. */
export function useWorklist(list: Worklist) {
  const route = useRoute()
  const router = useRouter()
  const chime = useChime()
  const isWide = matchMedia('(min-width: 60rem)')

  const tab = computed(() => list.tabs.find((one) => one.key === route.query.tab) ?? list.tabs[0])
  const chosen = computed(() => (typeof route.query.ticket === 'string' ? route.query.ticket : null))
  const counts = shallowRef<Counts | null>(null)
  const returned = shallowRef<ReturnedTicket[]>([])
  const kept = shallowRef<Kept | null>(null)
  const notice = ref<{ words: string; number: string } | null>(null)

  const pages = usePages<TicketSummary>(async (cursor) => {
    const query = tab.value?.query ?? null
    if (query === null) {
      returned.value = (await request<ReturnedTickets>('GET', '/api/tickets/returned')).tickets
      return { rows: [], next: null }
    }
    const ask = cursor === null ? query : `${query}&cursor=${encodeURIComponent(cursor)}`
    const { tickets, next } = await request<TicketList>('GET', `${tab.value?.path ?? '/api/tickets'}?${ask}`)
    return { rows: tickets, next }
  })
  const rows = computed(() => withKept(pages.rows.value, kept.value))

  async function readCounts(): Promise<void> {
    try {
      const [ofTickets, parts] = await Promise.all([
        request<TicketCounts>('GET', '/api/tickets/counts'),
        request<PartCounts>('GET', '/api/parts/counts'),
      ])
      counts.value = { ...ofTickets, parts }
    } catch {
      // The old figures stay; the list says that the server is unreachable.
    }
  }
  const refresher = coalesce(async () => {
    await Promise.all([pages.refresh(), readCounts()])
  }, gapMs)
  onScopeDispose(refresher.stop)

  async function announce(sign: TicketSign): Promise<void> {
    const words = newsOf(sign, list)
    if (words === null || !(await isForUs(sign))) return
    notice.value = { words, number: sign.number }
    chime.ring()
  }

  async function isForUs(sign: TicketSign): Promise<boolean> {
    const query = newsQuery(sign, list)
    if (query === null) return true
    try {
      const { tickets } = await request<TicketList>('GET', `/api/tickets?${query}`)
      return tickets.length > 0
    } catch {
      // Rather announced once too often than not at all.
      return true
    }
  }

  useTicketNews().listen({
    changed(sign: TicketSign) {
      refresher.ask()
      void announce(sign)
    },
    missed: refresher.ask,
  })

  watch(
    () => tab.value?.key,
    async () => {
      kept.value = null
      await Promise.all([pages.load(), readCounts()])
      // Side by side there is always a ticket to show; on a small screen the list comes first.
      const [first] = pages.rows.value
      if (isWide.matches && chosen.value === null && first) await choose(first.number)
    },
    { immediate: true },
  )
  watch(
    chosen,
    (number) => {
      if (kept.value?.row.number !== number) keep(pages.rows.value.find((row) => row.number === number))
      if (notice.value?.number === number) notice.value = null
    },
    { flush: 'sync' },
  )
  // Chosen by the address before the list was loaded.
  watch(pages.rows, (now) => {
    if (kept.value?.row.number !== chosen.value) keep(now.find((row) => row.number === chosen.value))
  })

  function keep(row: TicketSummary | undefined): void {
    kept.value = row ? { row, at: rows.value.findIndex((one) => one.number === row.number) } : null
  }

  /** The pane has read it again. */
  function seen(ticket: TicketSummary): void {
    if (kept.value?.row.number === ticket.number) kept.value = { ...kept.value, row: ticket }
  }

  async function choose(number: string | null): Promise<void> {
    const query = { ...route.query, tab: tab.value?.key, ticket: number ?? undefined }
    // Going back once leads from a ticket to its list, however many were opened.
    const isOnward = chosen.value !== null || isWide.matches
    await (number !== null && isOnward ? router.replace({ query }) : router.push({ query }))
  }

  async function step(by: 1 | -1): Promise<void> {
    const next = stepFrom(rows.value, chosen.value, by)
    if (next === null) return
    await choose(next)
    await nextTick()
    document.getElementById(`row-${next}`)?.focus()
  }

  return { tab, chosen, counts, returned, pages, rows, notice, chime, choose, step, seen, refresh: refresher.ask }
}
