import type { Message, Token } from './message.ts'

/** Whose matter a call is, as docs/exchange/README.md has it. Pure. */

export interface Region {
  own: string
  city: string
}

/** `account`: which side keeps it; `held`: epoch under which the province holds the matter, null when it does not. */
export interface Matter {
  callId: string
  account: 'city' | 'province'
  epoch: number
  held: number | null
  /** Highest `seq` that came and that went. */
  received: number
  sent: number
}

export function newMatter(callId: string, account: Matter['account']): Matter {
  return { callId, account, epoch: 0, held: null, received: 0, sent: 0 }
}

/** @returns null: what the message says is out of date */
export function take(matter: Matter, { body }: Message, region: Region): Matter | null {
  return matter.account === 'city' ? followed(matter, body.owner_token, region) : accounted(matter, body)
}

/** The city keeps the account: what it says holds, unless something newer is known. */
function followed(matter: Matter, { holder, epoch, offer }: Token, region: Region): Matter | null {
  const newest = Math.max(epoch, offer ?? 0)
  if (newest < matter.epoch) return null
  return { ...matter, epoch: newest, held: offer ?? (holder === region.own ? epoch : null) }
}

/** The province keeps the account: the city may return what it was given, and report what happens. */
function accounted(matter: Matter, body: Message['body']): Matter | null {
  if (body.event !== 'returned') return matter
  const isCurrent = matter.held === null && body.owner_token.epoch === matter.epoch
  return isCurrent ? { ...matter, epoch: matter.epoch + 1, held: matter.epoch + 1 } : null
}

/** What the province says of a matter whose account it keeps. */
export function tokenOf(matter: Matter, region: Region, offer: number | null): Token {
  return { holder: matter.held === null ? region.city : region.own, epoch: matter.epoch, offer }
}
