import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import type { NoticeList, NoticeView } from '../../notifications/api.ts'
import { request, wordsOf } from '../api.ts'
import { serverNow } from '../live/clock.ts'
import { type LiveSocket, useLive } from '../live/useLive.ts'

/** Notices for the person of this page: the unread count at any time, the list when the bell is opened. */
export function useNotices() {
  const live = useLive()
  const unread = ref(0)
  const rows = shallowRef<NoticeView[]>([])
  const next = ref<string | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const failure = ref('')

  /** From the first one on; the old list stays until the answer is there. */
  async function load(): Promise<void> {
    await take(() => request<NoticeList>('GET', '/api/notifications'), [])
  }
  async function more(): Promise<void> {
    const cursor = encodeURIComponent(next.value ?? '')
    await take(() => request<NoticeList>('GET', `/api/notifications?cursor=${cursor}`), rows.value)
  }

  async function take(ask: () => Promise<NoticeList>, before: NoticeView[]): Promise<void> {
    try {
      const list = await ask()
      unread.value = list.unread
      rows.value = [...before, ...list.notifications]
      next.value = list.next
      state.value = 'ready'
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
      if (state.value === 'loading') state.value = 'failed'
    }
  }

  async function read(which: { ids: number[] } | { upTo: number }): Promise<void> {
    try {
      unread.value = (await request<{ unread: number }>('POST', '/api/notifications/read', which)).unread
      const isMeant = ({ id }: NoticeView) => ('ids' in which ? which.ids.includes(id) : id <= which.upTo)
      rows.value = rows.value.map((row) =>
        row.readAt === null && isMeant(row) ? { ...row, readAt: serverNow() } : row,
      )
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }

  const events = ['connect', 'notice:new', 'notice:missed'] as const
  const onNews = (): void => void load()
  let socket: LiveSocket | null = null
  onMounted(() => {
    socket = live.connect()
    for (const event of events) socket.on(event, onNews)
    if (socket.connected) onNews()
  })
  onBeforeUnmount(() => {
    // At a log-out the socket is closed already: asking for it would open another one.
    for (const event of events) socket?.off(event, onNews)
  })

  return { unread, rows, next, state, failure, load, more, read }
}
