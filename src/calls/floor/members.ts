import { isServing } from '../../floor/agents/agent.ts'
import type { Queue } from '../../floor/queue/store.ts'
import type { Ami } from '../../telephony/ami/ami.ts'
import type { Fallback, FallbackMember } from '../../telephony/fallback/fallback.ts'

/**
 * Members of the dialplan's own queue: it rings each agent on duty as soon as their phone is free, in case this
 * controller dies the next moment.
 */
export interface Members {
  /**
   * None while that queue is serving.
   * @returns whether Asterisk has them
   */
  keep(isQueueServing: () => boolean): Promise<boolean>
  /** Asterisk may have lost them: they are written again. */
  forget(): void
}

export function openMembers(parts: { queue: Queue; ami: Ami; fallback: Fallback }): Members {
  const { queue, ami, fallback } = parts
  let written = ''
  /** Sequential: an older update must not be written after a newer one. */
  let keeping: Promise<boolean> = Promise.resolve(true)

  async function servingPhones(): Promise<FallbackMember[]> {
    const serving = (await queue.agents()).filter((agent) => isServing(agent) && agent.isReachable)
    return serving.flatMap(({ endpoint, number }) => (endpoint ? { endpoint, name: number } : []))
  }

  async function write(isQueueServing: () => boolean): Promise<boolean> {
    const wanted = isQueueServing() ? [] : await servingPhones()
    const text = JSON.stringify(wanted)
    if (text !== written && ami.isConnected() && (await fallback.keepMembers(wanted))) written = text
    return text === written
  }

  return {
    keep(isQueueServing) {
      keeping = keeping.catch(() => false).then(() => write(isQueueServing))
      return keeping
    },
    forget() {
      written = ''
    },
  }
}
