import { maskNumber } from '../lines/mask.ts'
import type { ExchangeView } from './api.ts'
import {
  type Holder,
  mayHandOver,
  type OwnershipReason,
  ownershipReasonTitles,
  theirReasonTitles,
} from './ownership.ts'
import type { Matter, readExchange } from './store.ts'

type Known = NonNullable<Awaited<ReturnType<typeof readExchange>>>

/** A desk's view of a call that is shared with the province. */
export function exchangeViewOf({ matter, owners, messages }: Known): ExchangeView {
  const last = owners.at(-1)
  const titles = matter.account === null ? theirReasonTitles : ownershipReasonTitles
  const now = holderOf(matter)
  const packet = messages.find(({ content }) => content.type === 'CALL_CONTEXT')
  const why: OwnershipReason = matter.account?.why ?? last?.why ?? 'called-us'
  return {
    ...{ holder: now.holder, epoch: now.epoch, why, whyInWords: titles[why] },
    since: matter.account?.since ?? last?.since ?? matter.createdAt,
    isOffered: (matter.account?.offer ?? null) !== null,
    mayHandOver: matter.account !== null && mayHandOver(matter.account),
    mayReturn: matter.account === null && now.holder === 'US',
    packet: packet ? { at: packet.createdAt, isOurs: packet.direction === 'OUT', state: packet.state } : null,
    theirs: packet ? told(packet) : null,
    owners: owners.map((one) => ({ holder: one.holder, whyInWords: titles[one.why], since: one.since })),
  }
}

function holderOf({ account, following }: Matter): { holder: Holder; epoch: number } {
  if (account) return { holder: account.holder, epoch: account.epoch }
  return { holder: following?.held == null ? 'THEM' : 'US', epoch: following?.epoch ?? 0 }
}

function told({ content, direction }: Known['messages'][number]): ExchangeView['theirs'] {
  if (direction !== 'IN' || content.type !== 'CALL_CONTEXT') return null
  const { caller, summary, agent } = content.body
  return { caller: maskNumber(caller.number), summary, ticket: content.ticket_ref, agent }
}
