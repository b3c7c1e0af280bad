import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { browserDevice } from '../floor/agents/credentials.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant, SessionId } from '../platform/types.ts'
import { judgeSip } from './sip-message.ts'

/**
 * SIP of browsers: a websocket of our own origin, passed on to Asterisk's. The right to open one is checked before; a
 * page may use its own phone's name only, and Asterisk asks for that phone's password.
 */
export interface SipProxy {
  /** Takes over an accepted upgrade. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, owner: SipOwner): void
  /** Signalling ends with the log-in; sound of a running call continues until its end. */
  closeSession(id: SessionId): void
  /** Log-ins with a phone here. */
  sessionIds(): SessionId[]
  count(): number
  stop(): void
}

export type SipOwner =
  | { kind: 'session'; id: SessionId; address: string }
  /** The phone and this websocket are over at `expiresAt`. */
  | { kind: 'guest'; endpoint: string; address: string; expiresAt: Instant }

export interface SipProxyParts {
  ariUrl: string
  now(): Instant
  /** A client sent what no phone page sends; reported once for each phone. */
  onForeign(endpoint: string, owner: SipOwner, why: string): void
  log: Log
}

/** SIP with a full SDP is about 4 kB. */
const longestMessage = 64 * 1024
/** Back-pressure: above this the faster side has to wait. */
const pauseAbove = 256 * 1024
const heartbeatMs = 15_000
const connectMs = 3_000
/** An Asterisk that is still starting accepts websockets and drops their messages; a phone would wait for 32 s. */
const firstAnswerMs = 3_000
/** A reloading page opens the second before the first is closed. */
const mostPerOwner = 4
const mostGuestsPerAddress = 10
/** Ten calls: each is challenged for its password and then repeated. */
const guestInvitesPerMinute = 20
const minuteMs = 60_000

/** Close codes of ours begin with 4. */
const closedBecause = { sessionEnded: 4001, foreign: 4003, tooMany: 4008, asteriskAway: 4013 }

interface Pair {
  owner: SipOwner
  endpoint: string
  close(code: number, reason: string): void
}

export function openSipProxy(options: SipProxyParts): SipProxy {
  const { now, log } = options
  const upstreamUrl = `${options.ariUrl.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
  })
  const pairs = new Set<Pair>()
  /** By endpoint, outliving its websockets: opening another one resets nothing. */
  const conduct = new Map<string, { invitesAt: Instant[]; isTold: boolean; lastAt: Instant }>()
  /** Every page retries each second: logged once, not by each. */
  let isAway = false

  function conductOf(endpoint: string) {
    const at = now()
    for (const [one, { lastAt }] of conduct) if (lastAt < at - 60 * minuteMs) conduct.delete(one)
    const known = conduct.get(endpoint) ?? { invitesAt: [], isTold: false, lastAt: at }
    known.lastAt = at
    conduct.set(endpoint, known)
    return known
  }

  /** Closes the websocket if the sender is not a phone page of ours. @returns whether the message may pass */
  function isLetThrough(pair: Pair, data: Buffer): boolean {
    const { owner, endpoint } = pair
    const verdict = judgeSip(data, endpoint)
    if (!verdict.ok) {
      log.warn({ owner, why: verdict.why }, 'SIP message of a foreign identity refused')
      const known = conductOf(endpoint)
      if (!known.isTold) options.onForeign(endpoint, owner, verdict.why)
      known.isTold = true
      pair.close(closedBecause.foreign, 'foreign')
      return false
    }
    if (!verdict.isNewCall || owner.kind === 'session') return true
    const known = conductOf(endpoint)
    known.invitesAt = known.invitesAt.filter((at) => at > now() - minuteMs)
    known.invitesAt.push(now())
    if (known.invitesAt.length <= guestInvitesPerMinute) return true
    log.warn({ owner }, 'guest phone exceeded its call rate: connection closed')
    pair.close(closedBecause.tooMany, 'too many calls')
    return false
  }

  function isTooMany(owner: SipOwner): boolean {
    const own = [...pairs].filter((pair) => isSameOwner(pair.owner, owner)).length
    if (own >= mostPerOwner) return true
    if (owner.kind === 'session') return false
    const here = [...pairs].filter((pair) => pair.owner.kind === 'guest' && pair.owner.address === owner.address)
    return here.length >= mostGuestsPerAddress
  }

  function join(page: WebSocket, owner: SipOwner): void {
    const asterisk = new WebSocket(upstreamUrl, ['sip'], {
      perMessageDeflate: false,
      maxPayload: longestMessage,
      handshakeTimeout: connectMs,
    })
    const pair: Pair = {
      owner,
      endpoint: owner.kind === 'guest' ? owner.endpoint : browserDevice(owner.id),
      close(code, reason) {
        if (!pairs.delete(pair)) return
        clearInterval(heart)
        clearTimeout(expiry)
        clearTimeout(patience)
        closeEither(page, code, reason)
        // Asterisk only learns that it is over.
        closeEither(asterisk, 1000, '')
      },
    }
    pairs.add(pair)
    const heart = heartbeat([page, asterisk], () => pair.close(1001, 'silent'))
    const expiry =
      owner.kind === 'guest'
        ? setTimeout(() => pair.close(closedBecause.sessionEnded, 'expired'), Math.max(0, owner.expiresAt - now()))
        : undefined

    const onUnanswered = () => {
      log.info({ owner }, 'no answer from Asterisk to the first message of a phone: websocket closed')
      pair.close(closedBecause.asteriskAway, 'asterisk')
    }
    let patience: NodeJS.Timeout | undefined
    page.once('message', () => {
      patience = setTimeout(onUnanswered, firstAnswerMs)
    })
    asterisk.once('message', () => clearTimeout(patience))

    // Nothing is read before the other side can receive it.
    page.pause()
    asterisk.on('open', () => {
      if (isAway) log.info('Asterisk accepts phone websockets again')
      isAway = false
      page.resume()
    })
    relay(page, asterisk, (data) => isLetThrough(pair, data))
    relay(asterisk, page)
    page.on('close', () => pair.close(1000, ''))
    asterisk.on('close', () => pair.close(closedBecause.asteriskAway, 'asterisk'))
    page.on('error', (error) => log.info({ err: error, owner }, 'phone websocket error'))
    asterisk.on('error', (error) => {
      if (!isAway) log.warn({ err: error, owner }, 'Asterisk refused the websocket of a phone')
      isAway = true
      pair.close(closedBecause.asteriskAway, 'asterisk')
    })
  }

  return {
    accept(request, socket, head, owner) {
      server.handleUpgrade(request, socket, head, (page) => {
        if (isTooMany(owner)) page.close(closedBecause.tooMany, 'too many')
        else join(page, owner)
      })
    },
    closeSession(id) {
      for (const pair of [...pairs]) {
        if (pair.owner.kind === 'session' && pair.owner.id === id) pair.close(closedBecause.sessionEnded, 'session')
      }
    },
    sessionIds: () => [...pairs].flatMap(({ owner }) => (owner.kind === 'session' ? [owner.id] : [])),
    count: () => pairs.size,
    stop() {
      for (const pair of [...pairs]) pair.close(1001, 'restart')
      server.close()
    },
  }
}

function isSameOwner(a: SipOwner, b: SipOwner): boolean {
  if (a.kind === 'session') return b.kind === 'session' && a.id === b.id
  return b.kind === 'guest' && a.endpoint === b.endpoint
}

/** Passes messages on unchanged; stops reading while the other side's buffer is full. */
function relay(from: WebSocket, to: WebSocket, mayPass: (data: Buffer) => boolean = () => true): void {
  from.on('message', (data: RawData, isBinary: boolean) => {
    if (to.readyState !== WebSocket.OPEN || !mayPass(bytesOf(data))) return
    to.send(data, { binary: isBinary }, () => {
      if (from.isPaused && to.bufferedAmount < pauseAbove / 2) from.resume()
    })
    if (to.bufferedAmount > pauseAbove) from.pause()
  })
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** A side that misses two pings in a row is gone, even if no packet said so. */
function heartbeat(sides: WebSocket[], onSilent: () => void): NodeJS.Timeout {
  const missed = new Map<WebSocket, number>()
  for (const side of sides) side.on('pong', () => missed.set(side, 0))
  return setInterval(() => {
    for (const side of sides) {
      if (side.readyState !== WebSocket.OPEN) continue
      const times = missed.get(side) ?? 0
      if (times >= 2) {
        side.terminate()
        onSilent()
        return
      }
      missed.set(side, times + 1)
      side.ping()
    }
  }, heartbeatMs)
}

function closeEither(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === WebSocket.CONNECTING) socket.terminate()
  if (socket.readyState !== WebSocket.OPEN) return
  // A socket that is not read never notices that the other end has closed.
  socket.resume()
  socket.close(code, reason)
}
