import { shallowRef, watch } from 'vue'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { TicketTimeline } from '../../../tickets/timeline/api.ts'
import { request } from '../../api.ts'

/** Clocks, calls and bars of the ticket that is shown: read again whenever the ticket was. */
export function useTimeline(ticket: () => TicketDetail | null) {
  const timeline = shallowRef<TicketTimeline | null>(null)
  watch(
    ticket,
    async (shown, before) => {
      if (shown?.number !== before?.number) timeline.value = null
      if (!shown) {
        timeline.value = null
        return
      }
      try {
        const found = await request<TicketTimeline>('GET', `/api/tickets/${shown.number}/timeline`)
        if (ticket()?.number === shown.number) timeline.value = found
      } catch {
        // The ticket itself says when the server is unreachable; the picture stays as it was.
        if (ticket()?.number !== shown.number) timeline.value = null
      }
    },
    { immediate: true },
  )
  return timeline
}
