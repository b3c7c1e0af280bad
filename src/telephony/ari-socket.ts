import { createRequire } from 'node:module'
import ariClient, { type AriClient, type AriSocket } from 'ari-client'

/**
 * ari-client, tamed: one event socket that lives once. What ari-client does at the end of a socket (ten tries of its
 * own, then silence) is switched off; whoever opened this opens the next one.
 */

export interface EventSocket {
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
  /** Fetches the API description, most of the way to a socket: whoever stands by is quicker then. */
  prepare(): Promise<void>
  /** @throws Error when the API description or the socket did not come within the limit */
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
  const end = (why: string) => {
    if (isOver) return
    isOver = true
    retire(client)
    parts.onEnd(why)
  }
  client.on('WebSocketReconnecting', (error?: Error) => end(error?.message ?? 'socket closed'))
  client.on('WebSocketMaxRetries', (error?: Error) => end(error?.message ?? 'socket closed'))
  client.on('pong', parts.onPong)
  client.on('*', (raw: Record<string, unknown>) => parts.onEvent(raw))
  try {
    await within(client.start(parts.apps), limitMs, 'event socket')
  } catch (error) {
    isOver = true
    retire(client)
    throw error
  }
  return {
    ping: () => client.ping(),
    close: () => {
      isOver = true
      retire(client)
    },
  }
}

/**
 * Ends the client for good. A reconnect that it has already scheduled cannot be cancelled, and one that came through
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
 * swagger-client reports a failed download to its caller and then throws the message into the empty air, which ends
 * the process: the report is enough. And it complains of its age on standard output, where our log is one object a line.
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
