import { createHmac, timingSafeEqual } from 'node:crypto'
import { UnrecoverableError } from 'bullmq'
import type { Settings } from '../settings.ts'
import { fileMessages, type MessagePort } from './port.ts'

/**
 * An operator's gateway over HTTP: each message is one signed POST, and comes back as a receipt once the telephone has it.
 * The contract: docs/exchange/messages.md. The same id twice is the same message.
 */

const answerMs = 10_000
/** Answers of a gateway that is busy or away: all others of 4xx stay as they are, whatever is tried again. */
const passing = [408, 425, 429]

/** HMAC-SHA256 of the values, a line each, hex. */
export function signOf(secret: string, ...values: string[]): string {
  return createHmac('sha256', secret).update(values.join('\n')).digest('hex')
}

export function isSignOf(given: string, secret: string, ...values: string[]): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(signOf(secret, ...values))]
  return one.length === other.length && timingSafeEqual(one, other)
}

export function httpMessages({ url, secret }: { url: string; secret: string }): MessagePort {
  return {
    async send({ id, kind, to, words, at }) {
      const body = { id: String(id), kind, to, text: words, at: new Date(at).toISOString() }
      const sign = signOf(secret, body.id, body.to, body.text, body.at)
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, sign }),
        signal: AbortSignal.timeout(answerMs),
        redirect: 'error',
      })
      await answer.body?.cancel()
      if (answer.ok) return
      const said = `the gateway for messages answered ${answer.status}`
      const isFinal = answer.status >= 400 && answer.status < 500 && !passing.includes(answer.status)
      throw isFinal ? new UnrecoverableError(said) : new Error(said)
    },
  }
}

/** Which way messages go out: over the operator's gateway, or without one into files. */
export function messagePortOf({
  messagesUrl: url,
  messagesSecret: secret,
  varDir,
}: Pick<Settings, 'messagesUrl' | 'messagesSecret' | 'varDir'>): MessagePort {
  return url === null ? fileMessages(varDir) : httpMessages({ url, secret })
}
