import type { Logger } from 'pino'
import type { Instant } from '../../platform/types.ts'
import type { AriEvent, AriLink } from './ari.ts'
import { readEvent } from './ari-events.ts'
import { isTrunk } from './endpoint.ts'

export type Listener = Parameters<AriLink['start']>[0]

/**
 * Phones' states go to a separate application on the same socket. If the application that owns calls subscribed to
 * them, it would get every channel's events a second time, through its endpoint.
 */
export const phonesApp = (app: string) => `${app}-phones`

export interface Inbox {
  take(raw: Record<string, unknown>): void
  reach(endpoint: string, isReachable: boolean, at: Instant): void
  /** From here on events are passed on directly. */
  open(): void
  close(): void
}

/** Buffers events until the inventory has been taken over; a listener that throws is logged, nothing more. */
export function openInbox(app: string, listener: Listener, log: Logger): Inbox {
  let kept: AriEvent[] | null = []
  let isClosed = false
  const deliver = (event: AriEvent) => tell(log, () => listener.onEvent(event))
  const pass = (event: AriEvent) => {
    if (kept) kept.push(event)
    else deliver(event)
  }
  return {
    take(raw) {
      if (isClosed) return
      const isOfPhones = raw.application === phonesApp(app)
      const event = readEvent(raw, app)
      if (!event || isOfPhones !== (event.type === 'contact-changed')) return
      if (event.type === 'contact-changed') this.reach(event.endpoint, event.isReachable, event.at)
      else pass(event)
    },
    reach(endpoint, isReachable, at) {
      if (isClosed || isTrunk(endpoint)) return
      pass({ type: 'contact-changed', endpoint, isReachable, at })
    },
    open() {
      const waiting = kept ?? []
      kept = null
      waiting.forEach(deliver)
    },
    close() {
      isClosed = true
    },
  }
}

/** A listener that throws is logged, nothing more. */
export function tell(log: Logger, call: () => void): void {
  try {
    call()
  } catch (error) {
    log.error({ err: error }, 'handler of an Asterisk event failed')
  }
}
