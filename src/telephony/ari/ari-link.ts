import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { RecordingName } from '../../platform/types.ts'
import type { Settings } from '../../settings.ts'
import type { Ari, AriLink } from './ari.ts'
import { callEventTypes } from './ari-events.ts'
import { type Inbox, type Listener, openInbox, phonesApp, tell } from './ari-inbox.ts'
import { type EventSocket, type EventSockets, eventSockets } from './ari-socket.ts'
import { ariVerbs } from './ari-verbs.ts'
import { checkEveryMs, Heartbeat, pingEveryMs } from './heartbeat.ts'
import { TimeLimit } from './reply.ts'
import { type Gate, openRest, type Rest } from './rest.ts'

export type AriLinkSettings = Pick<Settings, 'ariUrl' | 'ARI_USERNAME' | 'ariPassword' | 'ARI_APP' | 'SIP_HOST'>

export interface AriLinkOptions {
  /** Longest wait for one request. */
  requestMs: number
  /** Names that may be recording now; Asterisk cannot list them, it only answers for one name at a time. */
  openRecordings?(): Promise<RecordingName[]>
  /** May be prepared already. */
  sockets?: EventSockets
  /** Asked before anything is changed and before the application is taken. */
  gate?: Gate
  /** Another controller took the application. */
  onReplaced?(): void
  log: Logger
}

const openLimitMs = 5_000
const pongLimitMs = 2_000
const firstPauseMs = 100
const longestPauseMs = 5_000
/** A connection that lasted this long was healthy: after the next loss the back-off starts short again. */
const steadyMs = 10_000

export function openAriLink(settings: AriLinkSettings, options: AriLinkOptions): AriLink {
  const server = { url: settings.ariUrl, username: settings.ARI_USERNAME, password: settings.ariPassword }
  const app = settings.ARI_APP
  const { log } = options
  const sockets = options.sockets ?? eventSockets(server)
  let socket: EventSocket | null = null
  const rest = openRest({
    ...server,
    limitMs: options.requestMs,
    gate: options.gate,
    socket: () => socket?.requests ?? null,
  })
  const ari = ariVerbs({
    rest,
    app,
    place: { host: settings.SIP_HOST },
    openRecordings: options.openRecordings ?? (async () => []),
    onDropped: (endpoint) => present?.reach(endpoint, false, Date.now()),
    log,
  })
  const stopping = new AbortController()
  let present: Inbox | null = null
  let heartbeat: Heartbeat | null = null
  let running: Promise<void> | null = null

  /** One lifetime of a connection. @returns why it ended and how long it had been complete */
  async function live(listener: Listener): Promise<{ why: string; wholeMs: number }> {
    // Asked first, because it has a time limit: ari-client would wait without end for a hung Asterisk.
    const alive = await rest.ask('GET', ['asterisk', 'ping'], { limitMs: 2_000 })
    if (!alive.ok) return { why: alive.detail, wholeMs: 0 }
    if (options.gate && !(await options.gate.mayAct())) return { why: 'another controller leads', wholeMs: 0 }

    const inbox = openInbox(app, listener, log)
    present = inbox
    const end = Promise.withResolvers<string>()
    const beat = new Heartbeat(performance.now())
    const hear = () => beat.heard(performance.now())
    let opened: EventSocket
    try {
      opened = await sockets.open({
        apps: [app, phonesApp(app)],
        limitMs: openLimitMs,
        onEvent(raw) {
          hear()
          if (raw.type === 'ApplicationReplaced' && raw.application === app) {
            options.onReplaced?.()
            end.resolve('another controller took the application')
          } else inbox.take(raw)
        },
        onPong: hear,
        onEnd: end.resolve,
      })
    } catch (error) {
      return { why: error instanceof Error ? error.message : String(error), wholeMs: 0 }
    }

    hear()
    heartbeat = beat
    const stopWatching = watch(opened, beat, end.resolve, stopping.signal)
    let wholeSince: number | null = null
    try {
      const settled = await settle({ app, rest, ari, listener, inbox, log }, end.promise, () => void askOn(opened))
      if (settled !== null) return { why: settled, wholeMs: 0 }
      wholeSince = performance.now()
      const why = await end.promise
      return { why, wholeMs: performance.now() - wholeSince }
    } finally {
      stopWatching()
      inbox.close()
      present = null
      socket = null
      opened.close()
      heartbeat = null
    }
  }

  /** Until the socket has answered, and always with an Asterisk before 22.4 or 20.14, requests go over HTTP. */
  async function askOn(opened: EventSocket): Promise<void> {
    try {
      await opened.requests.ask('GET', 'asterisk/ping', undefined, pongLimitMs)
      if (!opened.requests.hasEnded) socket = opened
    } catch (error) {
      if (error instanceof TimeLimit) log.warn('Asterisk answers no requests on its event socket: using HTTP')
    }
  }

  async function run(listener: Listener): Promise<void> {
    let pauseMs = firstPauseMs
    while (!stopping.signal.aborted) {
      const { why, wholeMs } = await live(listener)
      if (stopping.signal.aborted) return
      if (wholeMs > 0) {
        log.warn({ why }, 'connection to Asterisk lost: reconnecting')
        tell(log, () => listener.onLost(why))
      } else {
        log.info({ why }, 'Asterisk unreachable: trying again')
      }
      pauseMs = wholeMs > steadyMs ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2)
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    ari,
    isConnected: () => heartbeat?.isFresh(performance.now()) ?? false,
    async start(listener) {
      running ??= run(listener)
    },
    async stop() {
      stopping.abort()
      await running
      rest.close()
    },
  }
}

/** Probes whether the connection is alive. @returns stops probing */
function watch(opened: EventSocket, beat: Heartbeat, end: (why: string) => void, stopping: AbortSignal): () => void {
  const pings = setInterval(() => opened.ping(), pingEveryMs)
  const checks = setInterval(() => {
    if (beat.isSilent(performance.now())) end('silent')
  }, checkEveryMs)
  const onStop = () => end('stopped')
  stopping.addEventListener('abort', onStop)
  if (stopping.aborted) onStop()
  return () => {
    clearInterval(pings)
    clearInterval(checks)
    stopping.removeEventListener('abort', onStop)
  }
}

interface Settling {
  app: string
  rest: Rest
  ari: Ari
  listener: Listener
  inbox: Inbox
  log: Logger
}

/** Passes the inventory to the listener, then the buffered events. @returns why it failed, or null */
async function settle(
  { app, rest, ari, listener, inbox, log }: Settling,
  end: Promise<string>,
  onSubscribed: () => void,
): Promise<string | null> {
  const ended = end.then((why) => ({ ok: false as const, detail: why }))
  const subscribed = await Promise.race([ended, subscribe(app, rest)])
  if (!subscribed.ok) return subscribed.detail
  onSubscribed()
  const inventory = await Promise.race([ended, ari.inventory()])
  if (!inventory.ok) return inventory.detail
  try {
    // Not raced: a second connection never starts while the listener is still at work on the first one's inventory.
    await listener.onConnected(inventory.value)
  } catch (error) {
    log.error({ err: error }, 'takeover of the Asterisk inventory failed: reconnecting')
    return 'takeover of the inventory failed'
  }
  inbox.open()
  return null
}

/** Events of the socket itself: an answer that a filter does not allow is never sent. */
const ownEventTypes = ['ApplicationReplaced', 'RESTResponse']

/** A call causes some sixty events, of which we use a dozen: the others are not even written. */
async function subscribe(app: string, rest: Rest) {
  const onlyCalls = await filterEvents(rest, app, [...callEventTypes, ...ownEventTypes])
  if (!onlyCalls.ok) return onlyCalls
  const onlyPhones = await filterEvents(rest, phonesApp(app), ['EndpointStateChange', ...ownEventTypes])
  if (!onlyPhones.ok) return onlyPhones
  const query = { eventSource: 'endpoint:PJSIP' }
  return rest.ask('POST', ['applications', phonesApp(app), 'subscription'], { query })
}

function filterEvents(rest: Rest, name: string, types: readonly string[]) {
  const body = { allowed: types.map((type) => ({ type })) }
  return rest.ask('PUT', ['applications', name, 'eventFilter'], { body })
}
