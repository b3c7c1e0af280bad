import { type Answer, isSigned, type Message, newId, signed } from './message.ts'
import type { Store } from './store.ts'

/** What the 13710 system does with messages, and what its officers say. */

export interface SystemParts {
  store: Store
  secret: string
  /** Where the hotline takes messages. */
  hotlineUrl: string
  region: string
}

const sendMs = 5_000
const againMs = 1_000
/** Of a case, by what the hotline reports. */
const stateAfter: Record<string, string> = {
  deploy: '已部署',
  report: '办理中',
  plan: '按计划办理',
  claim: '已报办结',
}

export function openSystem({ store, secret, hotlineUrl, region }: SystemParts) {
  let isSending = false
  let isStopped = false

  /** What officers say, in their order; each is sent until the hotline has answered. */
  function say(type: string, body: Record<string, unknown>): void {
    const now = new Date().toISOString()
    const message = {
      msg_id: newId(),
      type,
      ver: 1,
      from: '13710',
      to: region,
      sent_at: now,
      body: { ...body, at: now },
    }
    store.keep(signed(secret, message), 'out', null, Date.now())
    void sendWaiting()
  }
  async function sendWaiting(): Promise<void> {
    if (isSending || isStopped) return
    isSending = true
    try {
      for (let message = store.firstWaiting(); message && !isStopped; message = store.firstWaiting()) {
        const answer = await post(message, hotlineUrl, secret)
        if (answer === null || answer.reply === 'DEFER' || (answer.code ?? 0) >= 500) return
        if (!isStopped) store.settle(message.msg_id, answer)
      }
    } finally {
      isSending = false
    }
  }
  const timer = setInterval(() => void sendWaiting(), againMs)

  const receipt = (batch: string, ticket: string | null, kind: string, more: { case?: string; text?: string } = {}) =>
    say('RECEIPT', { batch, ticket, kind, case_number: more.case ?? null, text: more.text ?? null })

  return {
    receive(message: Message): Answer {
      const answerWith = (reply: Answer['reply'], code: number | null = null, text = ''): Answer =>
        signed(secret, { msg_id: String(message?.msg_id ?? ''), reply, code, text })
      if (!isSigned(secret, message)) return answerWith('NACK', 201, '签名不正确')
      const known = store.find(message.msg_id)
      if (known) {
        return known.message.sign === message.sign && known.answer
          ? known.answer
          : answerWith('NACK', 303, '同一编号的内容不同')
      }
      const [code, text] = take(store, message)
      const answer = code === null ? answerWith('ACK') : answerWith('NACK', code, text)
      store.keep(message, 'in', answer, Date.now())
      if (code === null && message.type === 'BATCH') this.takeBatch(String(message.body.number))
      return answer
    },
    takeBatch(batch: string) {
      store.setReceipt(batch, 'RECEIVED')
      receipt(batch, null, 'RECEIVED')
    },
    /** NOTED, ON_SITE, CASE_OPENED or RESULT of an item. @returns false when there is none */
    sayOfItem(batch: string, ticket: string, kind: string, text: string): boolean {
      const item = store.item(batch, ticket)
      if (!item) return false
      if (kind !== 'CASE_OPENED') {
        store.setStep(batch, ticket, kind)
        receipt(batch, ticket, kind, kind === 'RESULT' ? { text: text || '已督促办结' } : {})
        return true
      }
      const earlier = store.cases(10_000).find((one) => one.ticket === ticket)
      const number = earlier?.number ?? `13710-${region}-${String(store.countCases() + 1).padStart(5, '0')}`
      if (!earlier) store.saveCase({ number, batch, ticket, state: '已立项', isVerified: false, last: '' })
      store.setStep(batch, ticket, kind)
      receipt(batch, ticket, kind, { case: number })
      return true
    },
    /** Urges, bounces or clears a case. @returns why not */
    sayOfCase(number: string, what: 'URGE' | 'BOUNCE' | 'CLEARED', text: string): string | null {
      const one = store.case(number)
      if (!one) return '没有这件事项'
      if (what === 'CLEARED') {
        if (!one.isVerified) return '热线尚未核实，不能销号'
        store.saveCase({ ...one, state: '已销号' })
        store.setStep(one.batch, one.ticket, 'CLEARED')
        receipt(one.batch, one.ticket, 'CLEARED', { case: number })
        return null
      }
      if (what === 'BOUNCE' && one.state !== '已报办结') return '尚未报办结，不能退回'
      if (what === 'BOUNCE') store.saveCase({ ...one, state: '已退回', isVerified: false })
      say(what, {
        case_number: number,
        text: text || (what === 'URGE' ? '请加快办理并报告进展' : '办理结果不实，请重办'),
      })
      return null
    },
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}

/** @returns null when it is taken, or code and words of why not */
function take(store: Store, { type, body }: Message): [number | null, string] {
  const text = (name: string) => String(body[name] ?? '')
  switch (type) {
    case 'BATCH': {
      const file = store.file(text('json_sha256'))
      if (file === null) return [302, '没有收到批次文件']
      const { items } = JSON.parse(file) as { items: Record<string, unknown>[] }
      if (items.length !== body.items) return [101, '事项数与文件不符']
      store.keepBatch(text('number'), body)
      for (const item of items) {
        const { ticket, unit, category } = item
        store.keepItem({
          ...{ batch: text('number'), ticket: String(ticket), unit: String(unit), category: String(category) },
          ...{ step: 'LISTED', struck: null },
        })
      }
      return [null, '']
    }
    case 'STRUCK':
      if (!store.item(text('batch'), text('ticket'))) return [302, '没有这件事项']
      store.strike(text('batch'), text('ticket'), text('why'))
      return [null, '']
    case 'CASE': {
      const one = store.case(text('case_number'))
      if (!one) return [302, '没有这件 13710 事项']
      const event = text('event')
      const isVerified = event === 'verify' ? body.isDone === true && body.citizen !== 'UNSOLVED' : one.isVerified
      const state = event === 'verify' && !isVerified ? '已退回' : (stateAfter[event] ?? one.state)
      store.saveCase({ ...one, state, isVerified: event === 'claim' ? false : isVerified, last: event })
      return [null, '']
    }
    default:
      return [101, `没有这种消息：${type}`]
  }
}

/** @returns null without an answer of theirs: it is sent again */
async function post(message: Message, url: string, secret: string): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(sendMs),
    })
    const answer: unknown = await response.json()
    const isTheirs = response.ok && isSigned(secret, answer) && (answer as Answer).msg_id === message.msg_id
    return isTheirs ? (answer as Answer) : null
  } catch {
    return null
  }
}
