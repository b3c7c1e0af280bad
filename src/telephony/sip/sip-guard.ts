import type { Logger } from 'pino'
import type { Instant } from '../../platform/types.ts'
import type { RegisteredSenders } from './registered-senders.ts'
import type { SipBlockList } from './sip-block-list.ts'
import { openSipBlocks, senderOf } from './sip-blocks.ts'

/**
 * Blocks addresses whose SIP requests are refused repeatedly, unless phones of ours are registered there.
 * @returns call it with each refused request
 */
export function openSipGuard(parts: {
  /** Of the trunks, which are never blocked. */
  networks: readonly string[]
  blockList: SipBlockList
  registered: RegisteredSenders
  now(): Instant
  log: Logger
}): (address: string) => void {
  const { blockList, registered, now, log } = parts
  const blocks = openSipBlocks(parts.networks)

  async function block(sender: string, until: Instant): Promise<void> {
    if (await registered.has(sender)) {
      log.warn({ address: sender }, 'SIP address not blocked after repeated refusals: own phones are registered there')
    } else await blockList.block(sender, until)
  }

  return (address) => {
    const sender = senderOf(address)
    const until = blocks.refused(sender, now())
    if (until === null) return
    block(sender, until).catch((error: unknown) => log.warn({ err: error, address }, 'SIP address not blocked'))
  }
}
