import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { advance, type OurMatter } from './advance.ts'
import { ticketHeader, userToUser } from './headers.ts'
import { type IncomingParts, receive } from './incoming.ts'
import { openOutgoing } from './outgoing.ts'
import { type AccountEffect, type AccountEvent, happenedSince, type Sharing, tokenOf } from './ownership.ts'
import { type CallFacts, contextOf, type EventBody, type Reply, regionToken } from './packet.ts'
import {
  callsDue,
  eventOf,
  findMessage,
  lockMatter,
  ourMatter,
  queueMessage,
  readExchange,
  type Signing,
} from './store.ts'
import { readTyped } from './typed.ts'

/**
 * What a call asks of the exchange with the province, and what the province asks of us. When the call machine calls what:
 * docs/call-flow.md, "A call that the province shares".
 */
export interface Exchange {
  /**
   * Before the province's phone rings: tells it of the call. Resolves when it has acknowledged, or after 2 s without; sending
   * goes on then. @throws when the database does not answer: the call is placed all the same
   */
  announce(facts: CallFacts): Promise<Announced>
  /** How a call stands now; for one that was never announced nothing follows. May be told as often as one likes. */
  reflect(callId: CallId, sharing: Sharing): Promise<void>
  /** The agent's key: the matter is offered. It moves when the province acknowledges. */
  handOver(callId: CallId): Promise<HandOver>
  /** A matter of theirs that we hold goes back. @returns false when there is none */
  giveBack(callId: CallId): Promise<boolean>
  /** A message of theirs, as it came. @returns the signed answer */
  receive(raw: unknown, isInTalk: IncomingParts['isInTalk']): Promise<Reply>
  /** Sends what is due and ends offers that are over; for a process that does it every second. */
  look(): Promise<void>
}

export interface Announced {
  isAcknowledged: boolean
  /** For the INVITE: `User-to-User` and `X-Hotline-Ticket`. */
  headers: { userToUser: string; ticket: string }
}

export type HandOver = { ok: true } | { ok: false; why: Extract<AccountEffect, { do: 'refuse' }>['why'] | 'unknown' }

export interface ExchangeParts {
  db: Db
  settings: Pick<Settings, 'provinceUrl' | 'provinceSecret'>
  site: Pick<Site, 'regionCode'>
  /** What is known of a call of ours has changed. */
  onChanged?: (ownCallId: CallId) => void
  now(): Instant
  log: Log
}

/** How long the province has to acknowledge before its phone rings. */
const packetMs = 2_000
const callsAtOnce = 50

/** What the province is told of an event, beside what it means to the account. */
function toldOf(event: AccountEvent): (Partial<EventBody> & Pick<EventBody, 'event'>) | null {
  switch (event.type) {
    case 'their-phone-up':
      return { event: 'joined', role: 'PARTNER' }
    case 'their-phone-gone':
      return { event: 'left', role: 'PARTNER' }
    case 'call-ended':
      return { event: 'ended' }
    default:
      return null
  }
}

/** @returns null where no platform is named: every matter stays with us */
export function openExchange({ settings, site, onChanged = () => {}, ...parts }: ExchangeParts): Exchange | null {
  const { provinceUrl: url, provinceSecret: secret } = settings
  if (url === null || secret === '') return null
  const regions = { own: site.regionCode, province: `${site.regionCode.slice(0, 2)}0000` }
  const signing: Signing = { secret, regions }
  const { db, now } = parts
  const outgoing = openOutgoing({ ...parts, ...signing, url, onChanged })

  async function change(callId: string, work: Parameters<typeof changeOurs>[2]): Promise<AccountEffect[] | null> {
    const effects = await changeOurs(db, callId, work)
    if (effects === null) return null
    onChanged(callId as CallId)
    void outgoing.sendCall(callId)
    return effects
  }

  return {
    announce: (facts) => announce(facts, { ...parts, signing, send: outgoing.sendCall }),
    async reflect(callId, sharing) {
      await change(callId, async (tx, matter) => {
        const all: AccountEffect[] = []
        let current = matter
        for (const event of happenedSince(matter.account, sharing)) {
          const told = toldOf(event)
          if (told) {
            const said = {
              type: 'CALL_EVENT' as const,
              body: eventOf(current, told.event, regions, told),
              ticketRef: null,
            }
            current = (await queueMessage(tx, current, said, signing, now())).matter
          }
          const { matter: after, effects } = await advance(tx, current, event, signing, now())
          current = after
          all.push(...effects)
        }
        return all
      })
    },
    async handOver(callId) {
      const effects = await change(
        callId,
        async (tx, matter) => (await advance(tx, matter, { type: 'hand-over' }, signing, now())).effects,
      )
      const refused = effects?.find((effect) => effect.do === 'refuse')
      return effects === null ? { ok: false, why: 'unknown' } : refused ? { ok: false, why: refused.why } : { ok: true }
    },
    giveBack: (callId) => giveBack(callId, { ...parts, signing, send: outgoing.sendCall }),
    receive: (raw, isInTalk) => receive(raw, { ...parts, ...signing, isInTalk, onChanged }),
    async look() {
      for (const callId of await callsDue(db, now(), callsAtOnce)) {
        await change(
          callId,
          async (tx, matter) => (await advance(tx, matter, { type: 'clock' }, signing, now())).effects,
        )
      }
      await outgoing.sendDue()
    },
  }
}

/** @returns null for a call of which the province was never told */
function changeOurs(
  db: Db,
  callId: string,
  work: (tx: Parameters<Parameters<Db['transaction']>[0]>[0], matter: OurMatter) => Promise<AccountEffect[]>,
): Promise<AccountEffect[] | null> {
  return db.transaction(async (tx) => {
    const matter = await lockMatter(tx, callId)
    return matter?.account ? work(tx, matter as OurMatter) : null
  })
}

type Sending = Pick<ExchangeParts, 'db' | 'now'> & {
  signing: Signing
  send(callId: string): Promise<void>
}

async function announce(facts: CallFacts, { db, now, signing, send }: Sending): Promise<Announced> {
  const { own, province } = signing.regions
  const typed = await readTyped(db, facts.callId)
  const { message } = await db.transaction(async (tx) => {
    const matter = await ourMatter(tx, facts.callId, now())
    const body = contextOf(facts, typed, regionToken(tokenOf(matter.account), own, province))
    return queueMessage(tx, matter, { type: 'CALL_CONTEXT', body, ticketRef: typed.ticket }, signing, now())
  })
  const limit = new AbortController()
  await Promise.race([send(facts.callId), sleep(packetMs, undefined, { signal: limit.signal }).catch(() => undefined)])
  limit.abort()
  const isAcknowledged = (await findMessage(db, message.msg_id))?.state === 'ACKED'
  return { isAcknowledged, headers: { userToUser: userToUser(message.msg_id), ticket: ticketHeader(typed.ticket) } }
}

async function giveBack(ownCallId: CallId, { db, now, signing, send }: Sending): Promise<boolean> {
  const known = await readExchange(db, ownCallId)
  if (!known || known.matter.account !== null) return false
  const { callId } = known.matter
  const isQueued = await db.transaction(async (tx) => {
    const matter = await lockMatter(tx, callId)
    const held = matter?.following?.held ?? null
    if (!matter || held === null) return false
    const owner_token = { holder: signing.regions.own, epoch: held, offer: null }
    const body: EventBody = { call_id: callId, event: 'returned', role: null, why: 'returned', owner_token }
    await queueMessage(tx, matter, { type: 'CALL_EVENT', body, ticketRef: null }, signing, now())
    return true
  })
  if (isQueued) await send(callId)
  return isQueued
}
