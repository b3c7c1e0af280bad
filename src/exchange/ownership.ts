import type { Instant } from '../platform/types.ts'

/**
 * Who owns the matter of a call that two platforms share: docs/exchange/README.md has the drawing. The side that the citizen
 * called keeps the account (`Account`), the other one follows it (`Following`). Pure.
 *
 * At each instant exactly one side owns it. It moves only on the other side's acknowledgement; whatever is lost, late, doubled
 * or out of order leaves or brings it back to the side that keeps the account.
 */

/** `US`: the side that keeps the account. */
export type Holder = 'US' | 'THEM'

/** Why the holder is who it is, for the record and for people. */
export const ownershipReasons = [
  'called-us',
  'acknowledged',
  'refused',
  'unanswered',
  'gone',
  'context-refused',
  'returned',
  'ended',
] as const
export type OwnershipReason = (typeof ownershipReasons)[number]

export const ownershipReasonTitles: Record<OwnershipReason, string> = {
  'called-us': '市民来电',
  acknowledged: '对方确认接收',
  refused: '对方拒绝接收',
  unanswered: '对方 25 秒内没有确认',
  gone: '对方已挂断',
  'context-refused': '对方拒收来电信息',
  returned: '对方退回',
  ended: '通话已结束',
}

/** The same of a matter whose account the province keeps, as far as we know why. */
export const theirReasonTitles: Record<OwnershipReason, string> = {
  ...ownershipReasonTitles,
  'called-us': '市民致电省平台',
  acknowledged: '本市确认接收',
  returned: '已退回省平台',
}

export interface Account {
  holder: Holder
  /** Of what holds now. Grows with every change; the other side's acts under a lower one are refused. */
  epoch: number
  why: OwnershipReason
  since: Instant
  /** Offered to them and not answered yet; only while we hold it. */
  offer: { epoch: number; dueAt: Instant } | null
  /** They have acknowledged the packet. */
  isContextKnown: boolean
  isTheirPhoneUp: boolean
  isOver: boolean
}

/** How long their acknowledgement is waited for, and how long their phone rings. */
export const answerMs = 25_000

export type AccountEvent =
  | { type: 'context-acknowledged' }
  | { type: 'context-refused' }
  | { type: 'their-phone-up' }
  /** Refused, silent for too long, hung up or lost. */
  | { type: 'their-phone-gone' }
  /** The agent hands the matter over. */
  | { type: 'hand-over' }
  | { type: 'acknowledged'; epoch: number }
  | { type: 'refused'; epoch: number }
  /** They give it back. */
  | { type: 'returned'; epoch: number }
  /** Looked at again when something may be due. */
  | { type: 'clock' }
  | { type: 'call-ended' }

/** Messages to the other side, and what the agent is shown. */
export type AccountEffect =
  | { do: 'tell'; event: 'offered' | 'moved' | 'kept' }
  /** Nothing came of it: the agent is offered the way by a ticket, in one key. */
  | { do: 'offer-ticket'; why: OwnershipReason }
  /** The key does nothing now. */
  | { do: 'refuse'; why: 'not-ours' | 'offered-already' | 'not-connected' | 'context-unknown' | 'over' }

export interface AccountStep {
  account: Account
  effects: AccountEffect[]
}

/** A citizen has called us: the matter is ours. */
export function openAccount(now: Instant): Account {
  return {
    ...{ holder: 'US', epoch: 1, why: 'called-us', since: now, offer: null },
    ...{ isContextKnown: false, isTheirPhoneUp: false, isOver: false },
  }
}

export function advanceAccount(account: Account, event: AccountEvent, now: Instant): AccountStep {
  switch (event.type) {
    case 'context-acknowledged':
      return still({ ...account, isContextKnown: true })
    case 'context-refused':
      return ourAgain({ ...account, isContextKnown: false }, 'context-refused', now)
    case 'their-phone-up':
      return still({ ...account, isTheirPhoneUp: !account.isOver })
    case 'their-phone-gone':
      return ourAgain({ ...account, isTheirPhoneUp: false }, 'gone', now)
    case 'hand-over':
      return handOver(account, now)
    case 'acknowledged':
      return acknowledged(account, event.epoch, now)
    case 'refused':
      return account.offer?.epoch === event.epoch ? ourAgain(account, 'refused', now) : still(account)
    case 'returned':
      return event.epoch === account.epoch && account.holder === 'THEM'
        ? ourAgain(account, 'returned', now)
        : still(account)
    case 'clock':
      return account.offer && now >= account.offer.dueAt ? ourAgain(account, 'unanswered', now) : still(account)
    case 'call-ended':
      return callEnded(account, now)
  }
}

const still = (account: Account): AccountStep => ({ account, effects: [] })

function handOver(account: Account, now: Instant): AccountStep {
  const why = barOf(account)
  if (why !== null) return { account, effects: [{ do: 'refuse', why }] }
  const offer = { epoch: account.epoch + 1, dueAt: now + answerMs }
  return { account: { ...account, offer }, effects: [{ do: 'tell', event: 'offered' }] }
}

function barOf(account: Account): Extract<AccountEffect, { do: 'refuse' }>['why'] | null {
  if (account.isOver) return 'over'
  if (account.holder === 'THEM') return 'not-ours'
  if (account.offer !== null) return 'offered-already'
  if (!account.isContextKnown) return 'context-unknown'
  return account.isTheirPhoneUp ? null : 'not-connected'
}

/** @returns whether the agent's key would hand it over now */
export function mayHandOver(account: Account): boolean {
  return barOf(account) === null
}

function acknowledged(account: Account, epoch: number, now: Instant): AccountStep {
  if (account.offer?.epoch === epoch) {
    const moved: Account = { ...account, holder: 'THEM', epoch, why: 'acknowledged', since: now, offer: null }
    return { account: moved, effects: [{ do: 'tell', event: 'moved' }] }
  }
  // They promised what we have taken back by now: they get the present state once more.
  return epoch < account.epoch ? { account, effects: [{ do: 'tell', event: 'kept' }] } : still(account)
}

/** Whatever was offered or moved is ours again, under an epoch that neither side has promised. */
function ourAgain(account: Account, why: OwnershipReason, now: Instant): AccountStep {
  // After the call its matter stays where it was.
  if (account.isOver || (account.holder === 'US' && account.offer === null)) return still(account)
  const epoch = (account.offer?.epoch ?? account.epoch) + 1
  const ours: Account = { ...account, holder: 'US', epoch, why, since: now, offer: null }
  return {
    account: ours,
    effects: [
      { do: 'tell', event: 'kept' },
      { do: 'offer-ticket', why },
    ],
  }
}

function callEnded(account: Account, now: Instant): AccountStep {
  if (account.isOver) return still(account)
  const { account: settled, effects } = account.offer === null ? still(account) : ourAgain(account, 'ended', now)
  const told = effects.filter((effect) => effect.do === 'tell')
  return { account: { ...settled, isTheirPhoneUp: false, isOver: true }, effects: told }
}

/** How a call stands, as far as its matter is concerned. */
export interface Sharing {
  isTheirPhoneUp: boolean
  isOver: boolean
}

/**
 * What has happened since the account was written last. From how things stand, not from what changed, so that a new
 * controller finds what its predecessor could not tell any more.
 */
export function happenedSince(account: Account, { isTheirPhoneUp, isOver }: Sharing): AccountEvent[] {
  if (account.isOver) return []
  // When the call ends all phones are gone, and the matter stays where it is.
  if (isOver) return [{ type: 'call-ended' }]
  if (isTheirPhoneUp === account.isTheirPhoneUp) return []
  return [{ type: isTheirPhoneUp ? 'their-phone-up' : 'their-phone-gone' }]
}

/** What messages say of it. */
export interface Token {
  holder: Holder
  epoch: number
  offer: number | null
}

export function tokenOf({ holder, epoch, offer }: Account): Token {
  return { holder, epoch, offer: offer?.epoch ?? null }
}

/** What the side knows that follows the account. */
export interface Following {
  /** Highest epoch that was heard of. */
  epoch: number
  /** Epoch under which the follower holds the matter, promised by its acknowledgement; null: it does not. */
  held: number | null
}

export const notHeld: Following = { epoch: 0, held: null }

/**
 * A message with a token has come from the side that keeps the account.
 * @returns whether it is acknowledged; what is out of date is refused, and changes nothing
 */
export function follow(following: Following, token: Token): { following: Following; isTaken: boolean } {
  const newest = Math.max(token.epoch, token.offer ?? 0)
  if (newest < following.epoch) return { following, isTaken: false }
  if (token.offer !== null) return { following: { epoch: newest, held: token.offer }, isTaken: true }
  const held = token.holder === 'THEM' ? token.epoch : null
  return { following: { epoch: newest, held }, isTaken: true }
}
