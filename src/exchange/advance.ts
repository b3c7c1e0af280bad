import type { Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { type Account, type AccountEffect, type AccountEvent, advanceAccount } from './ownership.ts'
import { eventOf, keepOwner, type Matter, queueMessage, type Signing, saveMatter } from './store.ts'

export type OurMatter = Matter & { account: Account }

/** Stores an event of the account with its consequences: who owns the matter now, and the messages to the province. */
export async function advance(
  tx: Tx,
  matter: OurMatter,
  event: AccountEvent,
  signing: Signing,
  now: Instant,
): Promise<{ matter: OurMatter; effects: AccountEffect[] }> {
  const { account, effects } = advanceAccount(matter.account, event, now)
  const { callId } = matter
  const dueAt = account.offer?.dueAt ?? null
  await saveMatter(tx, callId, { account, dueAt, isOpen: !account.isOver }, now)
  if (account.epoch !== matter.account.epoch) await keepOwner(tx, callId, account)
  let current: OurMatter = { ...matter, account, dueAt }
  for (const effect of effects) {
    if (effect.do !== 'tell') continue
    const body = eventOf(current, effect.event, signing.regions, { why: account.why })
    ;({ matter: current } = await queueMessage(
      tx,
      current,
      { type: 'CALL_EVENT', body, ticketRef: null },
      signing,
      now,
    ))
  }
  return { matter: current, effects }
}
