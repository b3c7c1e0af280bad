import type { IncomingMessage } from 'node:http'
import type { Session } from '../people/store.ts'
import type { Log } from '../platform/process/log.ts'
import type { Origins } from '../platform/web/origin.ts'
import { refuseUpgrade, type Upgrade } from '../platform/web/sockets.ts'
import type { Settings } from '../settings.ts'
import type { Guests } from './guests.ts'
import type { SipOwner, SipProxy } from './sip-proxy.ts'

export interface SipGateParts {
  sip: SipProxy
  guests: Guests
  find(request: IncomingMessage): Promise<Session | null>
  settings: Pick<Settings, 'GUEST_PHONE'>
  origins: Origins
  log: Log
}

/** Who may open a SIP websocket: a log-in with a phone, or a guest with an issued phone. */
export function sipGate({ sip, guests, find, settings, origins, log }: SipGateParts): Upgrade {
  async function ownerOf(request: IncomingMessage): Promise<SipOwner | null> {
    const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('guest')
    if (token !== null) {
      const guest = settings.GUEST_PHONE ? await guests.find(token) : null
      return guest && { kind: 'guest', ...guest, address: addressOf(request) }
    }
    const session = await find(request)
    return session?.agentNumber ? { kind: 'session', id: session.id, address: addressOf(request) } : null
  }

  const { addressOf } = origins

  return async (request, socket, head) => {
    if (!origins.isForUs(request)) {
      refuseUpgrade(socket, 'request.unknown-host')
      return
    }
    if (!origins.isOurPage(request)) {
      refuseUpgrade(socket, 'request.foreign-origin')
      return
    }
    const owner = await ownerOf(request)
    if (!owner) {
      log.info({ address: addressOf(request) }, 'SIP websocket refused: not logged in')
      refuseUpgrade(socket, 'session.required')
      return
    }
    sip.accept(request, socket, head, owner)
  }
}
