import type { Instant } from '../../platform/types.ts'
import type { Ami } from '../ami/ami.ts'
import { senderOf } from './sip-blocks.ts'

/** A flood with invented senders must not become a flood of questions. */
const knownForMs = 5_000

/**
 * Whether phones of ours are registered at an address now. A sender of datagrams can write any address into them: an
 * office must not be locked out by what others send in its name.
 */
export interface RegisteredSenders {
  /** False where Asterisk does not say. */
  has(sender: string): Promise<boolean>
}

export function openRegisteredSenders(parts: { ami: Pick<Ami, 'list'>; now(): Instant }): RegisteredSenders {
  const { ami, now } = parts
  let last: { at: Instant; senders: Promise<Set<string>> } | null = null

  async function ask(): Promise<Set<string>> {
    const contacts = await ami.list('PJSIPShowContacts')
    // With none Asterisk refuses to list them.
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

/** Of `sip:d-2001@198.51.100.7:5062;transport=udp`: where it came from, since Asterisk writes that into the contact. */
function hostOf(uri: string): string | null {
  const [, v6, v4] = /^sips?:(?:[^@]*@)?(?:\[([^\]]+)\]|([\d.]+))/.exec(uri) ?? []
  const address = v6 ?? v4
  return address === undefined ? null : senderOf(address)
}
