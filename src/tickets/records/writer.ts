import type { Bus } from '../../bus.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Timing } from '../clocks/deadlines.ts'
import type { FirstEvent, TicketEvent } from '../life/ticket.ts'
import type { Outcome } from './refusal.ts'
import type { NewTicket } from './rows.ts'
import { type ActRequest, actOnTicket, createTicket, type Request as StoreRequest, type Written } from './store.ts'

/** Writes tickets and tells it: the pages that look at them, and the relay that moves what is to be done next. */
export interface TicketWriter {
  create(input: NewTicket, event: FirstEvent, request: WriteRequest): Promise<Outcome<Written & { queryCode: string }>>
  /** @param version the one that was seen; null for what is right on any */
  act(
    number: string,
    event: TicketEvent,
    version: number | null,
    request: Omit<ActRequest, 'timing'>,
  ): Promise<Outcome<Written>>
}

export type WriteRequest = Omit<StoreRequest, 'timing'>

export interface WriterParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  timing(): Promise<Timing>
}

export function openWriter({ db, bus, timing }: WriterParts): TicketWriter {
  function tell(outcome: Outcome<Written>, { kind }: TicketEvent, { now }: Pick<WriteRequest, 'now'>): void {
    if (!outcome.ok || outcome.isRepeat) return
    const { number, version, state, units } = outcome
    bus.publish('ticket.changed', { number, version, state, kind, units, at: now })
    bus.publish('outbox.filled', {})
  }
  return {
    async create(input, event, request) {
      const outcome = await createTicket(db, input, event, { ...request, timing: await timing() })
      tell(outcome, event, request)
      return outcome
    },
    async act(number, event, version, request) {
      const outcome = await actOnTicket(db, number, event, version, { ...request, timing: await timing() })
      tell(outcome, event, request)
      return outcome
    },
  }
}
