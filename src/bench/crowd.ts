import { setTimeout as sleep } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../desk/protocol.ts'
import { type Hotline, localUrl } from '../setup/hotline.ts'
import { headersOfUnit } from './load/people.ts'

/** Pages that are open beside those of the flows, each listening for tickets: people of the units, who have no phone. */
export interface Crowd {
  size: number
  close(): void
}

const unit = 'cgj'
const atOnce = 50
const openLimitMs = 30_000

/** @throws Error when not all of them are let in */
export async function openCrowd(hotline: Hotline, size: number): Promise<Crowd> {
  const pages = localUrl(hotline.settings)
  const headers = await headersOfUnit(hotline, unit)
  const sockets: Socket<ServerToClient, ClientToServer>[] = []
  const close = () => {
    for (const socket of sockets) socket.disconnect()
  }
  try {
    while (sockets.length < size) {
      const some = Array.from({ length: Math.min(atOnce, size - sockets.length) }, () =>
        io(pages, { forceNew: true, transports: ['websocket'], extraHeaders: headers }),
      )
      sockets.push(...some)
      await Promise.all(some.map((socket) => socket.timeout(openLimitMs).emitWithAck('tickets:watch')))
    }
  } catch (error) {
    close()
    throw error
  }
  // What opening them leaves to be cleared away is not what is measured.
  await sleep(500)
  return { size, close }
}
