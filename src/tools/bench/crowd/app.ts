import type { Headers } from '../load/people.ts'
import { openWatcher, type Watcher } from '../load/watcher.ts'

/**
 * Pages that are open beside those of the flows, each listening for tickets. A process of its own: what a thousand pages
 * are told must not stop the clock by which the flows are measured.
 */
export interface CrowdAsk {
  pages: string
  /** Of one log-in, for all. */
  headers: Headers
  size: number
}

/** Of all pages, since the last time that it was asked for. */
export interface CrowdState {
  connected: number
  /** That were told of a ticket at all. */
  told: number
  /** Tickets that they were told of, together. */
  signs: number
}

const atOnce = 50

process.on('disconnect', () => process.exit(0))
process.once('message', (ask: CrowdAsk) => void open(ask))

async function open({ pages, headers, size }: CrowdAsk): Promise<void> {
  const open: Watcher[] = []
  const signs = new Map<Watcher, number>()
  while (open.length < size) {
    const some = Array.from({ length: Math.min(atOnce, size - open.length) }, () => openWatcher(pages, headers))
    open.push(...(await Promise.all(some)))
  }
  for (const socket of open) socket.on('ticket:changed', () => signs.set(socket, (signs.get(socket) ?? 0) + 1))
  process.on('message', () => {
    const state: CrowdState = {
      connected: open.filter((socket) => socket.connected).length,
      told: signs.size,
      signs: [...signs.values()].reduce((sum, count) => sum + count, 0),
    }
    signs.clear()
    process.send?.(state)
  })
  process.send?.('ready')
}
