import type { Bus } from '../bus.ts'
import type { LiveServer, LiveSocket } from '../desk/live-server.ts'
import type { UnitCode } from '../platform/types.ts'

/** Informs open pages that there is something to read, every page of the persons concerned. */

const allLogIns = 'notices'
const userRoom = (id: number): string => `notices:user:${id}`
const unitRoom = (unit: UnitCode): string => `notices:unit:${unit}`

/** No request needed: every log-in has a bell. */
export function serveNotices(socket: LiveSocket): void {
  const { id, unitCode } = socket.data.session.person
  const rooms = [allLogIns, userRoom(id)]
  // A log-in stored by an older version contains no unit.
  void socket.join(unitCode == null ? rooms : [...rooms, unitRoom(unitCode)])
}

/** @returns stops carrying */
export async function carryNotices({ bus, io }: { bus: Bus; io: LiveServer }): Promise<() => void> {
  const stops = [
    await bus.subscribe('notices.kept', ({ units, users, ...sign }) => {
      const rooms = [...units.map(unitRoom), ...users.map(userRoom)]
      if (rooms.length > 0) io.to(rooms).emit('notice:new', sign)
    }),
    await bus.subscribe('notices.settled', ({ units, users }) => {
      const rooms = [...units.map(unitRoom), ...users.map(userRoom)]
      if (rooms.length > 0) io.to(rooms).emit('notice:missed')
    }),
    bus.onBack(() => io.to(allLogIns).emit('notice:missed')),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
