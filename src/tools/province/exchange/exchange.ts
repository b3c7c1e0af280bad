import { type Matter, newMatter, type Region, take, tokenOf } from './matter.ts'
import { isSigned, type Message, newId, type Reply, signed } from './message.ts'
import type { Store } from './store.ts'

/** The province's end of the exchange: takes messages, answers them, sends its own until they are answered. */

/** What it does with messages. `fails`: it asks for them again; `silent`: they never arrive. */
export const manners = ['acknowledges', 'refuses', 'fails', 'silent'] as const
export type Manner = (typeof manners)[number]

export interface Exchange {
  /** @param fault what the schema has against it @returns null: no answer is given */
  receive(message: Message, fault: string | null): Reply | null
  /** The same of an emergency service: a packet about a caller who is connected to it at this moment. */
  receiveEmergency(message: Message, fault: string | null): Reply | null
  /** Packet about a caller that the province sends ahead of its call. @returns its id */
  announce(facts: {
    caller: string
    summary: string
  }): Promise<{ messageId: string; callId: string; isAcknowledged: boolean }>
  /** Gives a matter back whose account the city keeps. */
  giveBack(callId: string): Promise<boolean>
  /** Offers a matter of its own to the city. */
  offer(callId: string): Promise<boolean>
  stop(): void
}

export interface ExchangeParts {
  store: Store
  secret: string
  /** Of the emergency services. */
  emergencySecret: string
  hotlineUrl: string
  region: Region
  manner(): Manner
  /** How long an answer is waited for before the call goes out without it. */
  answerMs: number
}

/** How long a missing message is waited for. */
const gapMs = 30_000
const sendMs = 2_000
const againMs = 1_000

export function openExchange(parts: ExchangeParts): Exchange {
  const { store, secret, emergencySecret, hotlineUrl, region, manner, answerMs } = parts
  /** Since when a gap has been known, by call. */
  const gaps = new Map<string, number>()
  let isSending = false
  let isStopped = false

  const replyTo = (
    id: string,
    reply: Reply['reply'],
    code: number | null = null,
    text = '',
    until: string | null = null,
    by = secret,
  ) => signed(by, { msg_id: id, reply, code, text, until })

  function judge(message: Message): Reply {
    const { msg_id: id, seq, body } = message
    const matter = store.matter(body.call_id) ?? newMatter(body.call_id, 'city')
    if (seq > matter.received + 1 && isWaiting(body.call_id)) {
      return replyTo(id, 'DEFER', null, '前一条消息尚未收到', new Date(Date.now() + againMs).toISOString())
    }
    gaps.delete(body.call_id)
    const isRefused = manner() === 'refuses'
    const taken = isRefused ? null : take(matter, message, region)
    // What is refused has been received, too.
    store.saveMatter({ ...(taken ?? matter), received: Math.max(matter.received, seq) })
    if (isRefused) return replyTo(id, 'NACK', 401, '不属于本平台受理范围')
    return taken === null ? replyTo(id, 'NACK', 301, '归属信息已过时') : replyTo(id, 'ACK')
  }

  function isWaiting(callId: string): boolean {
    const since = gaps.get(callId) ?? Date.now()
    gaps.set(callId, since)
    return Date.now() - since < gapMs
  }

  function queue(type: Message['type'], matter: Matter, body: Message['body']): Message {
    const now = Date.now()
    const message = signed(secret, {
      ...{ msg_id: newId(now), type, ver: 1, from: region.own, to: region.city, ticket_ref: null },
      ...{ seq: matter.sent + 1, sent_at: new Date(now).toISOString(), body },
    })
    store.saveMatter({ ...matter, sent: matter.sent + 1 })
    store.keep(message, 'out', null, now)
    return message
  }

  /** What waits, each call's messages in their order. */
  async function sendWaiting(): Promise<void> {
    if (isSending || isStopped) return
    isSending = true
    const stuck = new Set<string>()
    try {
      for (const message of store.waiting()) {
        if (stuck.has(message.body.call_id)) continue
        const reply = await post(message, hotlineUrl, secret)
        // What failed there (5xx) is sent again.
        const isSettled = reply && reply.reply !== 'DEFER' && (reply.code ?? 0) < 500
        if (isSettled) store.settle(message.msg_id, reply)
        else stuck.add(message.body.call_id)
      }
    } finally {
      isSending = false
    }
  }
  const timer = setInterval(() => void sendWaiting(), againMs)

  async function answerTo(message: Message): Promise<Reply | null> {
    const until = Date.now() + answerMs
    while (Date.now() < until) {
      await sendWaiting()
      const reply = store.find(message.msg_id)?.reply
      if (reply) return reply
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return null
  }

  return {
    receive(message, fault) {
      if (manner() === 'silent') return null
      const id = typeof message?.msg_id === 'string' ? message.msg_id : ''
      if (!isSigned(secret, message)) return replyTo(id, 'NACK', 201, '签名不正确')
      if (fault !== null) return replyTo(id, 'NACK', 101, fault.slice(0, 500))
      if (manner() === 'fails') return replyTo(id, 'NACK', 500, '请重发')
      const known = store.find(id)
      if (known && known.message.sign !== message.sign) return replyTo(id, 'NACK', 303, '同一编号的内容不同')
      if (known?.reply) return known.reply
      const reply = judge(message)
      if (reply.reply !== 'DEFER') store.keep(message, 'in', reply, Date.now())
      return reply
    },
    receiveEmergency(message, fault) {
      if (manner() === 'silent') return null
      const id = typeof message?.msg_id === 'string' ? message.msg_id : ''
      const answer = (reply: Reply['reply'], code: number | null = null, text = '') =>
        replyTo(id, reply, code, text, null, emergencySecret)
      if (!isSigned(emergencySecret, message)) return answer('NACK', 201, '签名不正确')
      if (fault !== null) return answer('NACK', 101, fault.slice(0, 500))
      if (manner() === 'fails') return answer('NACK', 500, '请重发')
      const known = store.find(id)
      if (known) return known.message.sign === message.sign ? known.reply : answer('NACK', 303, '同一编号的内容不同')
      const reply = manner() === 'refuses' ? answer('NACK', 401, '不属于本平台受理范围') : answer('ACK')
      store.keep(message, 'in', reply, Date.now())
      return reply
    },
    async announce({ caller, summary }) {
      const callId = newId(Date.now())
      const matter: Matter = { ...newMatter(callId, 'province'), epoch: 1, held: 1 }
      const message = queue('CALL_CONTEXT', matter, {
        ...{ call_id: callId, caller: { number: caller === '' ? null : caller, name: null, is_withheld: false } },
        ...{ line: { number: '12345', name: '山西省12345热线' }, summary, is_draft: true, place: null },
        ...{ emergency: null, agent: '6001', owner_token: tokenOf(matter, region, null) },
      })
      const reply = await answerTo(message)
      return { messageId: message.msg_id, callId, isAcknowledged: reply?.reply === 'ACK' }
    },
    async giveBack(callId) {
      const matter = store.matter(callId)
      if (matter?.account !== 'city' || matter.held === null) return false
      const token = { holder: region.own, epoch: matter.held, offer: null }
      const body = { call_id: callId, event: 'returned', role: null, why: '退回', owner_token: token }
      const reply = await answerTo(queue('CALL_EVENT', matter, body))
      return reply?.reply === 'ACK'
    },
    async offer(callId) {
      const matter = store.matter(callId)
      if (matter?.account !== 'province' || matter.held === null) return false
      const epoch = matter.epoch + 1
      const token = tokenOf(matter, region, epoch)
      const message = queue('CALL_EVENT', matter, {
        call_id: callId,
        event: 'offered',
        role: null,
        why: null,
        owner_token: token,
      })
      const isTaken = (await answerTo(message))?.reply === 'ACK'
      const now = store.matter(callId) ?? matter
      // Moved on the acknowledgement; kept under an epoch that neither side has promised.
      const after: Matter = isTaken ? { ...now, epoch, held: null } : { ...now, epoch: epoch + 1, held: epoch + 1 }
      const said = { call_id: callId, event: isTaken ? 'moved' : 'kept', role: null, why: null }
      queue('CALL_EVENT', after, { ...said, owner_token: tokenOf(after, region, null) })
      void sendWaiting()
      return isTaken
    },
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}

/** @returns null without an answer of theirs: it is sent again */
async function post(message: Message, url: string, secret: string): Promise<Reply | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(sendMs),
    })
    const reply: unknown = await response.json()
    const isTheirs = response.ok && isSigned(secret, reply) && (reply as Reply).msg_id === message.msg_id
    return isTheirs ? (reply as Reply) : null
  } catch {
    return null
  }
}
