/** Tells whether the other end is still there when nobody says that it is gone. Pure: time is handed in. */

export const pingEveryMs = 1_000
/** Silence is noticed within 3 s, whenever it begins between two pings. */
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
    // We ourselves stood still (a paused machine, a long computation): what was sent meanwhile is not read yet.
    if (pause > pingEveryMs) this.#heardAt = Math.max(this.#heardAt, nowMs - pingEveryMs)
    return nowMs - this.#heardAt > silenceLimitMs
  }

  isFresh(nowMs: number): boolean {
    return nowMs - this.#heardAt <= silenceLimitMs
  }
}
