import { type Reply, TimeLimit } from './reply.ts'

/**
 * Requests on the event socket: one message there and one back, where HTTP needs many headers, a pooled connection and
 * a thread of Asterisk for each. Asterisk carries them out one after the other. Source: docs.asterisk.org, "ARI REST
 * over WebSocket".
 */
export class SocketRequests {
  readonly #send: (text: string) => void
  readonly #waiting = new Map<string, { resolve(reply: Reply): void; reject(error: Error): void }>()
  #serial = 0
  #ended: string | null = null

  get hasEnded(): boolean {
    return this.#ended !== null
  }

  constructor(send: (text: string) => void) {
    this.#send = send
  }

  /**
   * @param target path below `/ari/` with its query
   * @throws TimeLimit when there was no answer in time, Error when the socket ended before it
   */
  ask(method: string, target: string, body: string | undefined, limitMs: number): Promise<Reply> {
    if (this.#ended !== null) return Promise.reject(new Error(this.#ended))
    this.#serial += 1
    const id = String(this.#serial)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new TimeLimit())), limitMs)
      const settle = (how: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        how()
      }
      this.#waiting.set(id, {
        resolve: (reply) => settle(() => resolve(reply)),
        reject: (error) => settle(() => reject(error)),
      })
      const content = body === undefined ? {} : { content_type: 'application/json', message_body: body }
      this.#send(JSON.stringify({ type: 'RESTRequest', request_id: id, method, uri: target, ...content }))
    })
  }

  /** @returns whether the message was an answer; else it is an event */
  take(message: Record<string, unknown>): boolean {
    if (message.type !== 'RESTResponse') return false
    const { request_id: id, status_code: status, message_body: text } = message
    this.#waiting.get(String(id))?.resolve({ status: Number(status), text: typeof text === 'string' ? text : '' })
    return true
  }

  /** Pending requests fail; whether Asterisk carried them out is unknown then. */
  end(why: string): void {
    this.#ended = why
    for (const one of [...this.#waiting.values()]) one.reject(new Error(why))
  }
}
