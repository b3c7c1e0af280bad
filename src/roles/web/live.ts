import type { IncomingMessage } from 'node:http'
import { carryToDesks, sessionRoom } from '../../desk/carry.ts'
import { makeDesks } from '../../desk/desks.ts'
import { serveDesk } from '../../desk/live.ts'
import { openNotes } from '../../desk/notes/notes.ts'
import { openSnapshots } from '../../desk/snapshot.ts'
import { openSockets } from '../../desk/sockets.ts'
import { openTabs } from '../../desk/tabs/tabs.ts'
import { serveFloor } from '../../floor/live.ts'
import { carryNotices, serveNotices } from '../../notifications/live.ts'
import { cookieName } from '../../people/guard.ts'
import { sipGate } from '../../phone/sip-gate.ts'
import { cookieOf, dispatchUpgrades } from '../../platform/web/sockets.ts'
import type { Web } from '../../platform/web/web.ts'
import { carryTickets, serveTickets } from '../../tickets/live.ts'

import type { WebEdges, WebParts } from './edges.ts'

export type Live = Awaited<ReturnType<typeof openLive>>

/** The live side: desks, floors, tickets and notices over Socket.IO, and the SIP of browsers. */
export async function openLive({ settings, site, now, log }: WebParts, edges: WebEdges, web: Web) {
  const { db, redis, bus, agents, sessions, guests, sip, forced, day, readings, liveCalls, origins } = edges
  const find = (request: IncomingMessage) => {
    const token = cookieOf(request, cookieName)
    return token === null ? Promise.resolve(null) : sessions.find(token)
  }
  const io = openSockets({ server: web.server, origins, find, now, log })
  dispatchUpgrades(web.server, { '/sip': sipGate({ sip, guests, find, settings, origins, log }) }, log)

  const desks = makeDesks()
  const tabs = openTabs(redis)
  const notes = openNotes({ redis, db, now, log })
  const snapshots = openSnapshots({ queue: agents.queue, liveCalls, notes, forced, day, readings, db, now, log })
  io.on('connection', (socket) => {
    void socket.join(sessionRoom(socket.data.session.id))
    const address = origins.addressOf(socket.request)
    serveDesk(socket, { agents, bus, db, desks, forced, liveCalls, notes, site, snapshots, tabs, address, now, log })
    serveFloor(socket, { snapshots, log })
    serveTickets(socket)
    serveNotices(socket)
  })
  const stops = [
    await carryToDesks({ agents, bus, desks, forced, io, snapshots, log }),
    await carryTickets({ bus, io }),
    await carryNotices({ bus, io }),
    await bus.subscribe('session.ended', ({ sessionId }) => sip.closeSession(sessionId)),
  ]
  return {
    ...{ io, desks, tabs, notes, snapshots },
    async stop() {
      for (const stop of stops) stop()
      sip.stop()
      await io.close()
    },
  }
}
