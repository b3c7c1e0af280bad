import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * Browsers at minimal cost: kept connections, requests written as text, answers cut at their content-length. `fetch`
 * costs more processor time than the answers that are measured. Each connection comes from a loopback address of its
 * own, since requests are limited per address.
 */
export interface Browsers {
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply>
  close(): void
}

export interface Reply {
  status: number
  body: string
}

export interface Visit {
  /** e.g. `http://127.0.0.1:12345` */
  pages: string
  /** Of one log-in; several are used in turn. */
  headers: readonly Record<string, string>[]
  connections: number
}

interface Wire {
  ask(head: string, body: string): Promise<Reply>
  destroy(): void
}

export async function openBrowsers({ pages, headers, connections }: Visit): Promise<Browsers> {
  const { host, hostname, port } = new URL(pages)
  const heads = headers.map((one) =>
    Object.entries({ host, ...one })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  )
  const all = await Promise.all(
    Array.from({ length: connections }, (_, index) => openWire(hostname, Number(port), addressOf(index))),
  )
  const free = [...all]
  const waiting: ((wire: Wire) => void)[] = []
  let asked = 0
  return {
    async ask(method, path, body) {
      const wire = free.pop() ?? (await new Promise<Wire>((resolve) => waiting.push(resolve)))
      const text = body === undefined ? '' : JSON.stringify(body)
      const about =
        body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
      asked += 1
      try {
        return await wire.ask(`${method} ${path} HTTP/1.1\r\n${heads[asked % heads.length]}${about}\r\n`, text)
      } finally {
        const next = waiting.shift()
        if (next) next(wire)
        else free.push(wire)
      }
    },
    close() {
      for (const wire of all) wire.destroy()
    },
  }
}

const addressesPerNet = 250

/** All of 127.0.0.0/8 is this machine. */
export function addressOf(index: number): string {
  return `127.0.${1 + Math.floor(index / addressesPerNet)}.${1 + (index % addressesPerNet)}`
}

async function openWire(host: string, port: number, localAddress: string): Promise<Wire> {
  const socket: Socket = connect({ host, port, localAddress, noDelay: true })
  await once(socket, 'connect')
  let going: PromiseWithResolvers<Reply> | null = null
  let got = Buffer.alloc(0)
  const fail = (error: Error) => going?.reject(error)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    got = got.length === 0 ? chunk : Buffer.concat([got, chunk])
    const reply = replyIn(got)
    if (reply === null) return
    got = Buffer.alloc(0)
    going?.resolve(reply)
  })
  return {
    ask(head, body) {
      going = Promise.withResolvers<Reply>()
      socket.write(head + body)
      return going.promise
    },
    destroy: () => socket.destroy(),
  }
}

/** @returns null while it is incomplete */
export function replyIn(bytes: Buffer): Reply | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (bytes.length < end + 4 + length) return null
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', end + 4, end + 4 + length) }
}
