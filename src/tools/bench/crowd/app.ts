import type { Headers } from '../load/people.ts'
import { openWatcher, type Watcher } from '../load/watcher.ts'

/**
 * Further pages besides those of the flows, each listening for tickets. A process of its own: the load of a thousand
 * pages must not stop the clock by which the flows are measured.
 */
export interface CrowdAsk {
  pages: string
  /** Of some log-ins, which the pages share. */
  headers: Headers[]
  size: number
}

/** Of all pages, since the last reading. */
export interface CrowdState {
  connected: number
  /** Pages that received a ticket at all. */
  told: number
  /** Announcements of tickets received, together. */
  signs: number
}

const atOnce = 50

process.on('disconnect', () => process.exit(0))
process.once('message', (ask: CrowdAsk) => void open(ask))

async function open({ pages, headers, size }: CrowdAsk): Promise<void> {
  const open: Watcher[] = []
  const signs = new Map<Watcher, number>()
  while (open.length < size) {
    const some = Array.from({ length: Math.min(atOnce, size - open.length) }, (_, nth) =>
      openWatcher(pages, headers[(open.length + nth) % headers.length] ?? {}),
    )
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
