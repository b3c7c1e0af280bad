import type { LiveServer, LiveSocket } from '../desk/live-server.ts'
import type { Snapshots } from '../desk/snapshot.ts'
import { may } from '../people/person.ts'
import type { Log } from '../platform/process/log.ts'
import type { Day } from './day.ts'

/** Sends the day's figures to every open floor page, while there is one. @returns run it every few seconds */
export function carryDay({ io, day }: { io: LiveServer; day: Day }): () => Promise<void> {
  let told = ''
  return async () => {
    if (!io.sockets.adapter.rooms.has('floor')) return
    const { at, ...figures } = await day.read()
    const text = JSON.stringify(figures)
    if (text === told) return
    told = text
    io.to('floor').emit('floor:day', { at, ...figures })
  }
}

/** Data for a supervisor's page: everything once, then every change. */
export function serveFloor(socket: LiveSocket, parts: { snapshots: Snapshots; log: Log }): void {
  const { session } = socket.data
  socket.on('floor:watch', (answer) => {
    if (typeof answer !== 'function') return
    if (!may(session.person, 'floor')) {
      parts.log.warn({ userId: session.person.id }, 'floor page refused: missing right')
      return
    }
    watch().then(answer, (error: unknown) => {
      // No answer: the page asks again.
      parts.log.warn({ err: error }, 'floor snapshot failed: the page asks again')
    })
  })

  async function watch() {
    // Changes first, then the state: a repeated change is recognised by its version.
    await socket.join('floor')
    return parts.snapshots.floor()
  }
}
