/** Detects a dead peer that never closed its connection. Pure: time is passed in. */

export const pingEveryMs = 1_000
/** Silence is detected within 3 s, whenever it begins between two pings. */
const silenceLimitMs = 2_600
export const checkEveryMs = 200

export class Heartbeat {
  #heardAt: number
  #checkedAt: number

  constructor(nowMs: number) {
    this.#heardAt = nowMs
    this.#checkedAt = nowMs
  }

  heard(nowMs: number): void {
    this.#heardAt = nowMs
  }

  /** @returns whether the other end counts as dead; called every `checkEveryMs` */
  isSilent(nowMs: number): boolean {
    const pause = nowMs - this.#checkedAt
    this.#checkedAt = nowMs
    // This process was paused (a paused machine, a long computation): what arrived in the meantime is not read yet.
    if (pause > pingEveryMs) this.#heardAt = Math.max(this.#heardAt, nowMs - pingEveryMs)
    return nowMs - this.#heardAt > silenceLimitMs
  }

  isFresh(nowMs: number): boolean {
    return nowMs - this.#heardAt <= silenceLimitMs
  }
}
