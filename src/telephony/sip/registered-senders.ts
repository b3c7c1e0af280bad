import type { Instant } from '../../platform/types.ts'
import type { Ami } from '../ami/ami.ts'
import { senderOf } from './sip-blocks.ts'

/** A flood with forged senders must not cause a flood of queries. */
const knownForMs = 5_000

/**
 * Whether phones of ours are registered at an address now. Sender addresses of datagrams can be forged: an office must
 * not be locked out by what others send in its name.
 */
export interface RegisteredSenders {
  /** False if Asterisk does not say. */
  has(sender: string): Promise<boolean>
}

export function openRegisteredSenders(parts: { ami: Pick<Ami, 'list'>; now(): Instant }): RegisteredSenders {
  const { ami, now } = parts
  let last: { at: Instant; senders: Promise<Set<string>> } | null = null

  async function ask(): Promise<Set<string>> {
    const contacts = await ami.list('PJSIPShowContacts')
    // Without contacts Asterisk refuses to list them.
    if (!contacts.ok) return new Set()
    return new Set(contacts.value.flatMap(({ uri = '' }) => hostOf(uri) ?? []))
  }

  return {
    async has(sender) {
      if (last === null || Math.abs(now() - last.at) > knownForMs) last = { at: now(), senders: ask() }
      return (await last.senders).has(sender)
    },
  }
}

/**
 * Host of `sip:d-2001@198.51.100.7:5062;transport=udp`: the phone's source address, which Asterisk writes into the
 * contact.
 */
function hostOf(uri: string): string | null {
  const [, v6, v4] = /^sips?:(?:[^@]*@)?(?:\[([^\]]+)\]|([\d.]+))/.exec(uri) ?? []
  const address = v6 ?? v4
  return address === undefined ? null : senderOf(address)
}
