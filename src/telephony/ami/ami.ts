import { setTimeout as sleep } from 'node:timers/promises'
import createManager, { type Manager, type Packet } from 'asterisk-manager'
import type { Logger } from 'pino'
import type { Settings } from '../../settings.ts'

/**
 * The one typed edge to Asterisk's manager interface. No call depends on it: it serves the members of the fallback
 * queue and the fallback's traces in AstDB, nothing else.
 */

export type AmiAnswer<T> = { ok: true; value: T } | { ok: false; why: 'refused' | 'failed' | 'timeout'; detail: string }

/** Header names in lower case. */
export type AmiPacket = Record<string, string>

export interface Ami {
  isConnected(): boolean
  /** Connects, and reconnects after every loss, until `stop`. `onConnected` is called each time. */
  start(onConnected?: () => void): void
  ask(action: string, fields?: Record<string, string>): Promise<AmiAnswer<AmiPacket>>
  /** For actions that answer with a list of events. */
  list(action: string, fields?: Record<string, string>): Promise<AmiAnswer<AmiPacket[]>>
  stop(): Promise<void>
}

export type AmiSettings = Pick<Settings, 'AMI_HOST' | 'amiPort' | 'AMI_USERNAME' | 'amiPassword'>

const firstPauseMs = 200
const longestPauseMs = 5_000
const pingEveryMs = 5_000

export interface AmiOptions {
  requestMs: number
  /** A SIP request was refused. @param address of the sender; null for a browser */
  onRefused?(why: SipRefusal, address: string | null): void
  log: Logger
}

/** Why Asterisk refused a sender that is no trunk and no phone of ours, or claims to be one. */
export type SipRefusal = 'unknown-sender' | 'wrong-password' | 'wrong-address' | 'malformed' | 'not-allowed'

/** Asterisk's security events for refusals; the others report successful log-ins. */
const refusals: Record<string, SipRefusal> = {
  InvalidAccountID: 'unknown-sender',
  ChallengeResponseFailed: 'wrong-password',
  InvalidPassword: 'wrong-password',
  FailedACL: 'wrong-address',
  UnexpectedAddress: 'wrong-address',
  InvalidTransport: 'wrong-address',
  RequestBadFormat: 'malformed',
  RequestNotSupported: 'malformed',
  RequestNotAllowed: 'not-allowed',
  SessionLimit: 'not-allowed',
  MemoryLimit: 'not-allowed',
  LoadAverageLimit: 'not-allowed',
}

/** Senders with unknown names are asked for the password of this endpoint, see `dialplan/pjsip.conf`. */
const nobody = 'nobody'

function refusalOf({ service, event = '', accountid }: AmiPacket): SipRefusal | undefined {
  if (service !== 'PJSIP') return undefined
  if (accountid === nobody && (event === 'ChallengeSent' || event === 'ChallengeResponseFailed'))
    return 'unknown-sender'
  return refusals[event]
}

/** Of `IPV4/UDP/198.51.100.7/5060`. Browsers all come from the web role's address and are judged there. */
function addressOf({ remoteaddress = '' }: AmiPacket): string | null {
  return /^IPV[46]\/(?:UDP|TCP|TLS)\/([^/]+)\/\d+$/.exec(remoteaddress)?.[1] ?? null
}

export function openAmi(settings: AmiSettings, options: AmiOptions): Ami {
  const { requestMs, log } = options
  const stopping = new AbortController()
  let manager: Manager | null = null
  let running: Promise<void> | null = null
  let serial = 0
  const lists = new Map<string, (packet: AmiPacket) => void>()

  function send(
    to: Manager,
    action: string,
    fields: Record<string, string>,
    id: string,
  ): Promise<AmiAnswer<AmiPacket>> {
    if (Object.values(fields).some((value) => /[\r\n]/.test(value))) {
      return Promise.resolve({ ok: false, why: 'refused', detail: `${action}: a value of more than one line` })
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        // The library would keep the listener for an answer that never comes.
        to.removeAllListeners(id)
        resolve({ ok: false, why: 'timeout', detail: `${action}: no answer` })
      }, requestMs)
      to.action({ ...fields, action, actionid: id }, (error, packet) => {
        clearTimeout(timer)
        if (error) resolve({ ok: false, why: 'refused', detail: `${action}: ${readPacket(error).message ?? ''}` })
        else resolve({ ok: true, value: readPacket(packet ?? {}) })
      })
    })
  }

  /** One lifetime of a connection. @returns how long it was logged in */
  async function live(onConnected: () => void): Promise<number> {
    const opened = createManager(null)
    const end = Promise.withResolvers<void>()
    opened.options = {
      port: settings.amiPort,
      host: settings.AMI_HOST,
      username: settings.AMI_USERNAME,
      password: settings.amiPassword,
      events: true,
    }
    opened.on('managerevent', (packet) => {
      const event = readPacket(packet)
      lists.get(event.actionid ?? '')?.(event)
      const refusal = refusalOf(event)
      if (refusal) options.onRefused?.(refusal, addressOf(event))
    })
    opened.on('close', end.resolve)
    opened.on('error', () => end.resolve())
    const stop = () => end.resolve()
    stopping.signal.addEventListener('abort', stop)
    let since = 0
    let pings: NodeJS.Timeout | undefined
    try {
      const loggedIn = new Promise<boolean>((resolve) => {
        opened.connect(settings.amiPort, settings.AMI_HOST, () => opened.login((error) => resolve(!error)))
      })
      const limit = sleep(requestMs * 2, false, { signal: stopping.signal }).catch(() => false)
      if (!(await Promise.race([loggedIn, limit, end.promise.then(() => false)]))) return 0
      since = performance.now()
      manager = opened
      pings = setInterval(() => {
        void send(opened, 'Ping', {}, nextId()).then((answer) => {
          if (!answer.ok) end.resolve()
        })
      }, pingEveryMs)
      onConnected()
      await end.promise
      return performance.now() - since
    } finally {
      clearInterval(pings)
      stopping.signal.removeEventListener('abort', stop)
      manager = null
      opened.disconnect()
    }
  }

  async function run(onConnected: () => void): Promise<void> {
    let pauseMs = firstPauseMs
    while (!stopping.signal.aborted) {
      const wholeMs = await live(onConnected)
      if (stopping.signal.aborted) return
      log[wholeMs > 0 ? 'warn' : 'info']({ port: settings.amiPort }, "Asterisk's manager interface is away")
      pauseMs = wholeMs > 10_000 ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2)
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  function nextId(): string {
    serial += 1
    return `hotline-${process.pid}-${serial}`
  }

  const away = { ok: false, why: 'failed', detail: 'not connected' } as const

  return {
    isConnected: () => manager !== null,
    start(onConnected = () => undefined) {
      running ??= run(onConnected)
    },
    async ask(action, fields = {}) {
      return manager ? send(manager, action, fields, nextId()) : away
    },
    async list(action, fields = {}) {
      if (!manager) return away
      const id = nextId()
      const packets: AmiPacket[] = []
      const complete = Promise.withResolvers<void>()
      lists.set(id, (packet) => {
        if (packet.eventlist?.toLowerCase() === 'complete') complete.resolve()
        else packets.push(packet)
      })
      try {
        const answer = await send(manager, action, fields, id)
        if (!answer.ok) return answer
        const limit = new AbortController()
        const isWhole = await Promise.race([
          complete.promise.then(() => true),
          sleep(requestMs, false, { signal: limit.signal }).catch(() => false),
        ])
        limit.abort()
        return isWhole
          ? { ok: true, value: packets }
          : { ok: false, why: 'timeout', detail: `${action}: the list did not end` }
      } finally {
        lists.delete(id)
      }
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function readPacket(packet: Packet): AmiPacket {
  return Object.fromEntries(
    Object.entries(packet).map(([name, value]) => [name, Array.isArray(value) ? value.join('\n') : String(value)]),
  )
}
