import { shallowRef } from 'vue'
import type { TicketMade, TicketStanding } from '../../../tickets/api.ts'
import { request } from '../../api.ts'
import { useTicketNews } from '../useTicketNews.ts'

/**
 * What becomes of a ticket that was just handed in, until it is with somebody. The ticket itself is not read: who reads
 * of a hidden caller is written down, and here nobody asked to.
 */
export function useTicketStanding({ number, version, state }: TicketMade) {
  const standing = shallowRef<TicketStanding>({ number, version, state, leadUnit: null })

  async function read(): Promise<void> {
    try {
      const found = await request<TicketStanding>('GET', `/api/tickets/${number}/state`)
      // News may overtake an answer.
      if (found.version >= standing.value.version) standing.value = found
    } catch {
      // The number is what is needed, and stands there; the next news asks again.
    }
  }

  // What was answered on the spot goes to nobody.
  if (state !== 'DIRECT_CLOSED') void read()
  useTicketNews().listen(
    {
      changed: (sign) => {
        if (sign.number === number) void read()
      },
      missed: () => void read(),
    },
    () => standing.value.state === 'REGISTERED',
  )
  return standing
}
