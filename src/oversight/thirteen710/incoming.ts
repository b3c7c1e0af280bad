import { eq } from 'drizzle-orm'
import { isSigned, signed } from '../../exchange/sign.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { problems, Refusal } from '../../platform/web/problem.ts'
import { importReceipts } from '../batches/receipts.ts'
import { codes, type TheirMessage, theirMessage } from './message.ts'
import { casesOfReceipts } from './receipts.ts'
import { incoming13710 } from './schema.ts'
import { actOnCase, byNumber } from './store.ts'

/** What the 13710 system says: proved by its signature, done once, answered the same way each time. */

interface Verdict {
  reply: 'ACK' | 'NACK'
  code: number | null
  text: string
}
const taken: Verdict = { reply: 'ACK', code: null, text: '' }
const refused = (code: number, text: string): Verdict => ({ reply: 'NACK', code, text: text.slice(0, 255) })

export async function receiveMessage(
  db: Db,
  raw: Record<string, unknown>,
  secret: string,
  now: Instant,
): Promise<Verdict & { msg_id: string; sign: string }> {
  const msg_id = typeof raw.msg_id === 'string' ? raw.msg_id.slice(0, 64) : ''
  const answer = (verdict: Verdict) => signed(secret, { msg_id, ...verdict })
  if (!isSigned(secret, raw)) return answer(refused(codes.unsigned, '签名不正确'))
  const read = theirMessage.safeParse(raw)
  if (!read.success) {
    const [fault] = read.error.issues
    return answer(refused(codes.malformed, `${fault?.path.join('.') ?? ''}：${fault?.message ?? '格式不正确'}`))
  }
  return answer(await once(db, read.data, now))
}

async function once(db: Db, message: TheirMessage, now: Instant): Promise<Verdict> {
  try {
    return await db.transaction(async (tx) => {
      const known = await knownAnswer(tx, message)
      if (known) return known
      await carryOut(tx, message, now)
      await keep(tx, message, taken, now)
      return taken
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, title } = problems[error.code]
    const verdict = refused(status === 404 ? codes.unknown : codes.wrongState, error.extras.detail ?? title)
    return db.transaction(async (tx) => {
      const known = await knownAnswer(tx, message)
      if (!known) await keep(tx, message, verdict, now)
      return known ?? verdict
    })
  }
}

async function knownAnswer(tx: Tx, { msg_id, body }: TheirMessage): Promise<Verdict | null> {
  const [row] = await tx.select().from(incoming13710).where(eq(incoming13710.id, msg_id)).for('update')
  if (!row) return null
  const { reply, code, text } = row
  return sameBody(row.body, body) ? { reply, code, text } : refused(codes.otherContent, '同一编号的内容不同')
}

/** JSON comes back from the database with its keys in another order. */
function sameBody(one: object, other: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return sorted(one) === sorted(other)
}

async function keep(tx: Tx, { msg_id: id, type, body }: TheirMessage, verdict: Verdict, now: Instant): Promise<void> {
  await tx.insert(incoming13710).values({ id, type, body, ...verdict, at: now })
}

/** @throws Refusal */
async function carryOut(tx: Tx, message: TheirMessage, now: Instant): Promise<void> {
  const request = { actor: { by: 'office' as const }, by: null, version: null, now, isLinked: true }
  switch (message.type) {
    case 'RECEIPT': {
      const { batch, ticket, kind, case_number: caseNumber, text, at } = message.body
      const receipt = { id: message.msg_id, ticket, kind, caseNumber, text: text?.trim() || null, at: Date.parse(at) }
      const imported = await importReceipts(tx, batch, [receipt], null, now, casesOfReceipts(tx, batch, null, now))
      if (!imported) throw new Refusal('batch.not-found')
      const [fault] = imported.faults
      if (fault) throw new Refusal(fault.code)
      return
    }
    case 'URGE':
      await actOnCase(tx, byNumber(message.body.case_number), { kind: 'urge', text: message.body.text }, request)
      return
    case 'BOUNCE':
      await actOnCase(tx, byNumber(message.body.case_number), { kind: 'bounce', reason: message.body.text }, request)
  }
}
