import type { ChannelId } from '../../platform/types.ts'

/**
 * Legs that were made and not yet seen in the application: before that Asterisk 22.10 puts them into no bridge (422)
 * and dials them not (409).
 */
export interface Entrances {
  /** Before the leg is asked for. @returns resolves false when it has not come in time */
  expect(leg: ChannelId, limitMs: number): Promise<boolean>
  entered(leg: ChannelId): void
}

export function openEntrances(): Entrances {
  const waiting = new Map<ChannelId, (hasCome: boolean) => void>()
  return {
    expect(leg, limitMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(false), limitMs)
        function settle(hasCome: boolean): void {
          clearTimeout(timer)
          waiting.delete(leg)
          resolve(hasCome)
        }
        waiting.set(leg, settle)
      })
    },
    entered: (leg) => waiting.get(leg)?.(true),
  }
}
