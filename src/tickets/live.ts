import type { Bus } from '../bus.ts'
import type { LiveServer, LiveSocket } from '../desk/live-server.ts'
import { may } from '../people/person.ts'
import type { UnitCode } from '../platform/types.ts'
import { isOfHotline } from './life/view.ts'

/** Announces changed tickets to pages: to the hotline all of them, to a unit those in which it takes or took part. */

const hotlineRoom = 'tickets'
const unitRoom = (unit: UnitCode): string => `tickets:${unit}`
const watcherRoom = 'tickets-watched'

export function serveTickets(socket: LiveSocket): void {
  const { person } = socket.data.session
  const room = isOfHotline(person) ? hotlineRoom : person.unitCode === null ? null : unitRoom(person.unitCode)
  socket.on('tickets:watch', (answer) => {
    if (typeof answer !== 'function') return
    if (room === null || !may(person, 'tickets.read')) {
      answer({ isWatching: false })
      return
    }
    void socket.join([room, watcherRoom])
    answer({ isWatching: true })
  })
  socket.on('tickets:unwatch', () => {
    for (const left of [room, watcherRoom]) if (left !== null) void socket.leave(left)
  })
}

/** @returns stops carrying */
export async function carryTickets({ bus, io }: { bus: Bus; io: LiveServer }): Promise<() => void> {
  const stops = [
    await bus.subscribe('ticket.changed', ({ units, ...sign }) => {
      io.to([hotlineRoom, ...units.map(unitRoom)]).emit('ticket:changed', sign)
    }),
    bus.onBack(() => io.to(watcherRoom).emit('ticket:missed')),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
