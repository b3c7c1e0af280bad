import { shallowRef } from 'vue'
import type { TicketMade, TicketStanding } from '../../../tickets/api.ts'
import { request } from '../../api.ts'
import { useTicketNews } from '../useTicketNews.ts'

const waits = (state: TicketStanding['state']): boolean => state === 'PENDING_REVIEW' || state === 'REGISTERED'

/**
 * The state of a ticket that was just submitted, until a unit has it. The ticket itself is not read: reading a hidden
 * caller's ticket is audited, and here the person did not ask for it.
 */
export function useTicketStanding({ number, version, state }: TicketMade) {
  const standing = shallowRef<TicketStanding>({ number, version, state, leadUnit: null })

  async function read(): Promise<void> {
    try {
      const found = await request<TicketStanding>('GET', `/api/tickets/${number}/state`)
      // An announcement may overtake an answer.
      if (found.version >= standing.value.version) standing.value = found
    } catch {
      // The number is what is needed, and it is shown; the next announcement tries again.
    }
  }

  // What was settled on the spot goes to no unit.
  if (waits(state)) void read()
  useTicketNews().listen(
    {
      changed: (sign) => {
        if (sign.number === number) void read()
      },
      missed: () => void read(),
    },
    () => waits(standing.value.state),
  )
  return standing
}
