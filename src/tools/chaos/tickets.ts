import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** A clerk's console without the screen: a ticket without acknowledgement is sent again under the same key. */
export interface TicketSeen {
  key: string
  /** null: never acknowledged. */
  number: string | null
  acknowledgedAt: number | null
  tries: number
  refusal: string | null
}

export interface Clerk {
  pages: string
  headers: Record<string, string>
}

const tryEveryMs = 1_000
const answerLimitMs = 5_000
/** After this long without acknowledgement a console gives up. */
const patienceMs = 120_000

/** Tickets at a fixed rate, each with a key of its own in its text. */
export function openTickets(clerks: Clerk[], ask: { perSecond: number; mark: string; signal: AbortSignal }) {
  const going: Promise<TicketSeen>[] = []
  let isOpen = true
  const begunAt = performance.now()
  const running = (async () => {
    for (let index = 0; isOpen; index += 1) {
      await sleep(Math.max(0, begunAt + (index * 1_000) / ask.perSecond - performance.now()))
      const clerk = clerks[index % clerks.length]
      if (isOpen && clerk) going.push(save(clerk, `${ask.mark}-${randomBytes(9).toString('hex')}`, ask.signal))
    }
  })()
  return {
    /** No more tickets; resolves when each is acknowledged or given up. */
    async close(): Promise<TicketSeen[]> {
      isOpen = false
      await running
      return Promise.all(going)
    },
  }
}

async function save(clerk: Clerk, key: string, signal: AbortSignal): Promise<TicketSeen> {
  const until = performance.now() + patienceMs
  const seen: TicketSeen = { key, number: null, acknowledgedAt: null, tries: 0, refusal: null }
  while (performance.now() < until && !signal.aborted) {
    seen.tries += 1
    const answer = await post(clerk, key)
    if (answer.number !== null)
      return { ...seen, number: answer.number, acknowledgedAt: performance.now(), refusal: null }
    seen.refusal = answer.refusal
    if (!answer.mayTryAgain) return seen
    await sleep(tryEveryMs)
  }
  return seen
}

async function post(
  clerk: Clerk,
  key: string,
): Promise<{ number: string | null; refusal: string | null; mayTryAgain: boolean }> {
  try {
    const reply = await fetch(`${clerk.pages}/api/tickets`, {
      method: 'POST',
      headers: { ...clerk.headers, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ type: 'COMPLAINT', categoryCode: '010101', content: `路灯不亮 ${key}` }),
      signal: AbortSignal.timeout(answerLimitMs),
    })
    const body = (await reply.json()) as { number?: string; code?: string; message?: string }
    if (reply.ok && body.number) return { number: body.number, refusal: null, mayTryAgain: false }
    return {
      number: null,
      refusal: `${reply.status} ${body.code ?? ''} ${body.message ?? ''}`,
      mayTryAgain: reply.status >= 500 || reply.status === 429,
    }
  } catch (error) {
    return { number: null, refusal: String(error), mayTryAgain: true }
  }
}
