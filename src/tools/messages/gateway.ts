import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An operator's gateway for messages, to try the hotline with: takes signed messages, shows them at GET /, and sends
 * receipts. Shares no code with the hotline: docs/exchange/messages.md is all that it knows. Keeps nothing on disk.
 */

export interface GatewayOptions {
  host: string
  port: number
  secret: string
  /** Where receipts go; null: this operator sends none. */
  receiptsUrl: string | null
}

export interface TakenMessage {
  id: string
  kind: string
  to: string
  text: string
  at: string
}

export interface RunningGateway {
  url: string
  /** In the order in which they came first; the same id again is the same message. */
  taken: TakenMessage[]
  /** As if it did not run, or as if it were busy. */
  play: { isAway: boolean; status: number | null }
  stop(): Promise<void>
}

const largest = 16 * 1024
const receiptTries = 5
const againMs = 200

export async function openGateway({ host, port, secret, receiptsUrl }: GatewayOptions): Promise<RunningGateway> {
  const taken: TakenMessage[] = []
  const play: RunningGateway['play'] = { isAway: false, status: null }
  const sending = new Set<Promise<void>>()
  const signOf = (...values: string[]) => createHmac('sha256', secret).update(values.join('\n')).digest('hex')

  function take(raw: string): number {
    const { id, kind, to, text, at, sign } = JSON.parse(raw) as Record<string, unknown>
    if (![id, kind, to, text, at, sign].every((value) => typeof value === 'string')) return 400
    const message = { id, kind, to, text, at } as TakenMessage
    const [given, right] = [
      Buffer.from(String(sign)),
      Buffer.from(signOf(message.id, message.to, message.text, message.at)),
    ]
    if (given.length !== right.length || !timingSafeEqual(given, right)) return 403
    if (taken.some((one) => one.id === message.id)) return 200
    taken.push(message)
    const work = receipt(message.id).finally(() => sending.delete(work))
    sending.add(work)
    return 202
  }

  async function receipt(id: string): Promise<void> {
    if (receiptsUrl === null) return
    const at = new Date().toISOString()
    const body = JSON.stringify({ id, state: 'DELIVERED', at, sign: signOf(id, 'DELIVERED', at) })
    for (let tries = 0; tries < receiptTries; tries += 1) {
      const answer = await fetch(receiptsUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).catch(() => null)
      if (answer?.ok) return
      await new Promise((done) => setTimeout(done, againMs))
    }
  }

  const server = createServer(async (request, response) => {
    if (play.isAway) return void response.destroy()
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json; charset=utf-8')
      return void response.end(JSON.stringify(taken.toReversed(), null, 2))
    }
    if (play.status !== null) return void response.writeHead(play.status).end()
    let raw = ''
    request.setEncoding('utf8')
    for await (const chunk of request) {
      raw += chunk
      if (raw.length > largest) return void response.writeHead(413).end()
    }
    try {
      response.writeHead(take(raw)).end()
    } catch {
      response.writeHead(400).end()
    }
  })
  await new Promise<void>((done) => server.listen(port, host, done))
  const { port: given } = server.address() as AddressInfo
  return {
    url: `http://${host}:${given}/`,
    taken,
    play,
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await Promise.all(sending)
    },
  }
}
