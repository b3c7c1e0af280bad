import { once } from 'node:events'
import { WebSocket } from 'ws'

/** The barest ARI client: events and requests on one websocket, no retry, no time limit. */
export interface BareAri {
  /** Sends without waiting; failures are counted. */
  ask(method: 'POST' | 'DELETE', uri: string): void
  readonly failures: number
}

export type RawEvent = Record<string, unknown> & { type: string }

export async function openBareAri(url: string, onEvent: (event: RawEvent) => void): Promise<BareAri> {
  const socket = new WebSocket(url)
  let serial = 0
  let failures = 0
  socket.on('message', (data) => {
    const event = JSON.parse(data.toString()) as RawEvent
    if (event.type !== 'RESTResponse') onEvent(event)
    else if (Number(event.status_code) >= 400 && Number(event.status_code) !== 404) failures += 1
  })
  socket.on('close', () => process.exit(1))
  await once(socket, 'open')
  return {
    get failures() {
      return failures
    },
    ask(method, uri) {
      serial += 1
      const id = String(serial)
      socket.send(JSON.stringify({ type: 'RESTRequest', transaction_id: id, request_id: id, method, uri }))
    },
  }
}
