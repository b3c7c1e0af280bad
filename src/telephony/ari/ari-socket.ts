import { createRequire } from 'node:module'
import ariClient, { type AriClient, type AriSocket } from 'ari-client'
import { SocketRequests } from './socket-requests.ts'

/**
 * ari-client, tamed: one event socket that lives once, with requests on it. ari-client's own reconnection (ten
 * attempts, then silence) is switched off; the owner of this socket opens the next one.
 */

export interface EventSocket {
  readonly requests: SocketRequests
  ping(): void
  close(): void
}

export interface AriServer {
  url: string
  username: string
  password: string
}

export interface SocketParts {
  apps: string[]
  limitMs: number
  onEvent(raw: Record<string, unknown>): void
  onPong(): void
  onEnd(why: string): void
}

/** Opens event sockets, one after the other. */
export interface EventSockets {
  /** Fetches the API description, which takes most of the time of connecting: a standby is quicker then. */
  prepare(): Promise<void>
  /** @throws Error when the API description or the socket did not arrive within the limit */
  open(parts: SocketParts): Promise<EventSocket>
}

export function eventSockets({ url, username, password }: AriServer): EventSockets {
  let prepared: AriClient | null = null
  const describe = () => ariClient.connect(url, username, password)
  return {
    async prepare() {
      prepared ??= await describe()
    },
    async open(parts) {
      const deadline = performance.now() + parts.limitMs
      const known = prepared
      prepared = null
      const client = known ?? (await within(describe(), parts.limitMs, 'API description'))
      return openSocket(client, parts, deadline - performance.now())
    },
  }
}

async function openSocket(client: AriClient, parts: SocketParts, limitMs: number): Promise<EventSocket> {
  let isOver = false
  const requests = new SocketRequests((text) => client._ws?.send(text))
  const close = (why: string) => {
    isOver = true
    retire(client)
    requests.end(why)
  }
  const end = (why: string) => {
    if (isOver) return
    close(why)
    parts.onEnd(why)
  }
  client.on('WebSocketReconnecting', (error?: Error) => end(error?.message ?? 'socket closed'))
  client.on('WebSocketMaxRetries', (error?: Error) => end(error?.message ?? 'socket closed'))
  client.on('pong', parts.onPong)
  client.on('*', (raw: Record<string, unknown>) => parts.onEvent(raw))
  try {
    await within(client.start(parts.apps), limitMs, 'event socket')
    readBare(client, (message) => {
      if (!isOver && !requests.take(message)) parts.onEvent(message)
    })
  } catch (error) {
    close('event socket not opened')
    throw error
  }
  return { requests, ping: () => client.ping(), close: () => close('socket closed') }
}

/**
 * ari-client makes an object of every channel, bridge and playback in every event, which is not used here, and knows no
 * answers on the socket. The messages bypass it; a message that came before this still takes its way.
 */
function readBare(client: AriClient, onMessage: SocketParts['onEvent']): void {
  client._ws?.removeAllListeners('message')
  client._ws?.on('message', (data) => onMessage(JSON.parse(data.toString())))
}

/**
 * Ends the client permanently. A reconnect that it has already scheduled cannot be cancelled, and one that succeeded
 * would take the application's events away from its successor: any socket that it still opens is ended at once.
 */
function retire(client: AriClient): void {
  client.removeAllListeners()
  const end = (socket: AriSocket | undefined) => {
    client._wsClosed = true
    socket?.on('error', () => undefined)
    socket?.terminate()
  }
  let socket = client._ws
  end(socket)
  Object.defineProperty(client, '_ws', {
    get: () => socket,
    set(opened: AriSocket) {
      socket = opened
      end(opened)
    },
  })
}

function within<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no answer`)), Math.max(0, limitMs))
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

interface SwaggerPrototype {
  fail(this: { failure(message: string): void }, message: string): void
  buildFrom1_1Spec(this: unknown, response: unknown): unknown
}

/**
 * swagger-client reports a failed download to its caller and also throws the message without a handler, which ends the
 * process: the report is enough. It also prints a deprecation notice to standard output, where our log is one object
 * per line.
 */
function disarmSwagger(): void {
  const fromAriClient = createRequire(createRequire(import.meta.url).resolve('ari-client'))
  const { SwaggerApi } = fromAriClient('swagger-client') as { SwaggerApi: { prototype: SwaggerPrototype } }
  const build = SwaggerApi.prototype.buildFrom1_1Spec
  SwaggerApi.prototype.fail = function fail(message) {
    this.failure(message)
  }
  SwaggerApi.prototype.buildFrom1_1Spec = function buildQuietly(response) {
    const { log } = console
    console.log = () => undefined
    try {
      return build.call(this, response)
    } finally {
      console.log = log
    }
  }
}

disarmSwagger()
