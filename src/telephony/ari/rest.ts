import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AriAnswer } from './ari.ts'
import { type Reply, TimeLimit } from './reply.ts'
import type { SocketRequests } from './socket-requests.ts'

/**
 * The REST verbs of ARI: those that change calls on the event socket while there is one, the others over Node's own
 * HTTP. ari-client's way (swagger-client 2.0 and shred) keeps no connection alive, has no time limit and loses the
 * status, so that "gone" could not be distinguished from "refused".
 */

export interface RestParts {
  /** `http://host:port` */
  url: string
  username: string
  password: string
  limitMs: number
  /** Asked before anything is changed at Asterisk; without it no other controller could be in charge. */
  gate?: Gate | undefined
  /** The event socket that is open now. */
  socket?(): Pick<SocketRequests, 'ask'> | null
}

/** Whether we may still act. */
export interface Gate {
  isSure(): boolean
  /** Resolves when that is known. */
  mayAct(): Promise<boolean>
}

export interface Ask {
  query?: Record<string, string | number | undefined>
  body?: unknown
  limitMs?: number
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Rest {
  ask(method: Method, path: string[], ask?: Ask): Promise<AriAnswer<unknown>>
  close(): void
}

/** Asterisk closes an idle connection after 15 s: ours closes earlier, so a request rarely meets a closing one. */
const idleMs = 10_000
/** A burst waits for one of these instead of exhausting Asterisk's HTTP sessions. */
const sockets = 32

export function openRest(parts: RestParts): Rest {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, timeout: idleMs })
  const base = new URL(parts.url)
  const authorization = `Basic ${Buffer.from(`${parts.username}:${parts.password}`).toString('base64')}`

  function once(method: Method, target: string, body: string | undefined, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent,
          host: base.hostname,
          port: base.port,
          method,
          path: `/ari/${target}`,
          signal,
          headers: {
            authorization,
            'content-length': body === undefined ? 0 : Buffer.byteLength(body),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        (reply) => read(reply).then(resolve, reject),
      )
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection at the moment of its use: it has not read this request.
        const isStale = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        reject(isStale ? new StaleConnection() : error)
      })
      sent.end(body)
    })
  }

  async function overHttp(method: Method, target: string, body: string | undefined, limitMs: number): Promise<Reply> {
    const signal = AbortSignal.timeout(limitMs)
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(method, target, body, signal)
      } catch (error) {
        if (signal.aborted) throw new TimeLimit()
        if (!(error instanceof StaleConnection) || tries > sockets) throw error
      }
    }
  }

  /** Requests that change calls are sequential on the socket; listings and configuration must not hold them up. */
  function send(method: Method, target: string, body: string | undefined, limitMs: number): Promise<Reply> {
    const socket = method === 'POST' || method === 'DELETE' ? parts.socket?.() : null
    return socket ? socket.ask(method, target, body, limitMs) : overHttp(method, target, body, limitMs)
  }

  return {
    async ask(method, path, ask = {}) {
      const target = `${path.map(encodeURIComponent).join('/')}${queryOf(ask.query)}`
      const body = ask.body === undefined ? undefined : JSON.stringify(ask.body)
      const limitMs = ask.limitMs ?? parts.limitMs
      const begunAt = performance.now()
      if (method !== 'GET' && !(await mayAct(parts.gate, limitMs))) {
        return { ok: false, why: 'failed', detail: `${method} ${path.join('/')}: another controller leads` }
      }
      try {
        const leftMs = Math.max(0, Math.ceil(limitMs - (performance.now() - begunAt)))
        return answerOf(await send(method, target, body, leftMs))
      } catch (error) {
        if (error instanceof TimeLimit) {
          return { ok: false, why: 'timeout', detail: `${method} ${path.join('/')}: no answer` }
        }
        return { ok: false, why: 'failed', detail: error instanceof Error ? error.message : String(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

class StaleConnection extends Error {}

/** Waits no longer than the request's own limit. */
async function mayAct(gate: Gate | undefined, limitMs: number): Promise<boolean> {
  if (!gate || gate.isSure()) return true
  const limit = new AbortController()
  const late = sleep(limitMs, false, { signal: limit.signal }).catch(() => false)
  try {
    return await Promise.race([gate.mayAct(), late])
  } finally {
    limit.abort()
  }
}

async function read(reply: IncomingMessage): Promise<Reply> {
  reply.setEncoding('utf8')
  let text = ''
  for await (const piece of reply) text += piece
  return { status: reply.statusCode ?? 0, text }
}

function queryOf(query: Ask['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

function answerOf({ status, text }: Reply): AriAnswer<unknown> {
  const content = parse(text)
  if (status >= 200 && status < 300) return { ok: true, value: content }
  const detail = `${status} ${messageOf(content) ?? text.slice(0, 200)}`
  if (status === 404) return { ok: false, why: 'gone', detail }
  // A phone that is not registered: Asterisk has nothing to dial and says so with a 500.
  if (status < 500 || detail.includes('Allocation failed')) return { ok: false, why: 'refused', detail }
  return { ok: false, why: 'failed', detail }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function messageOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined
  const { message, error } = content as { message?: unknown; error?: unknown }
  const said = message ?? error
  return typeof said === 'string' ? said : undefined
}
