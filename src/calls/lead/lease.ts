/**
 * Who leads the calls of one Asterisk, when several controllers could. Pure: what was seen and the time are handed in.
 *
 *                 (1)                        (2)                      (3)
 *   standing by ────────▶ claim written ────────────▶ leading ──────────────────▶ standing by
 *        ▲                      │ (4)                    │  ▲
 *        └──────────────────────┘                        └──┘ (5)
 *
 * 1. `look`: there is no claim, the claim was released, its process is dead, or no beat came for `silenceMs`.
 * 2. Read back a moment later, the claim is still ours.
 * 3. `isOusted`: another controller claims with a higher epoch. 4. Another one was faster.
 * 5. A beat each `beatEveryMs`. Without one that arrived for `trustMs` nothing is done until the next one has.
 *
 * A claim is stored at Asterisk itself, the resource that all contenders share: a process that cannot reach it can neither
 * lead nor take over. No clocks are compared: a standby counts the time in which it saw the same beat. See decision 005.
 */
export interface Claim {
  /** Higher than every epoch before: the instant of the claim, or one more than the highest that is known. */
  epoch: number
  /** Increases while its owner is healthy. */
  beat: number
  /** '' when it was released. */
  owner: string
}

export const beatEveryMs = 1_000
export const lookEveryMs = 400
/** A claim without a new beat for this long has expired. */
export const silenceMs = 3_000
/** Shorter than `silenceMs`: the old leader has stopped before a new one begins. */
export const trustMs = 2_500
/** Of two simultaneous claims the later one stays, and both know it after this time. */
export const settleMs = 150

/** Name of the variable at Asterisk. */
export function claimVariable(app: string): string {
  return `HOTLINE_LEASE_${app.replace(/\W/g, '_')}`
}

export function claimText({ epoch, beat, owner }: Claim): string {
  return `${epoch} ${beat} ${owner}`
}

/** @returns null for text that is not a claim */
export function readClaim(text: string): Claim | null {
  const [, epoch, beat, owner] = /^(\d{1,16}) (\d{1,16}) (\S*)$/.exec(text) ?? []
  return epoch === undefined ? null : { epoch: Number(epoch), beat: Number(beat), owner: owner ?? '' }
}

/** A contender's view of Asterisk; `away` while Asterisk does not answer. */
export type Sight = 'away' | { claim: Claim | null; isOwnerDead: boolean }

/** A standby's memory between looks, in its own monotonic time. */
export interface Watch {
  claim: Claim
  quietSince: number
}

/**
 * @param watch null when no claim was ever seen
 * @param askedAt when the look began: the answer may be as old as that
 * @param answeredAt when the answer arrived
 */
export function look(
  watch: Watch | null,
  sight: Sight,
  askedAt: number,
  answeredAt: number,
): { watch: Watch | null; mayTake: boolean } {
  // No beat is possible while Asterisk is unreachable: afterwards the leader gets its full time again.
  if (sight === 'away') return { watch: watch && { ...watch, quietSince: answeredAt }, mayTake: false }
  const { claim, isOwnerDead } = sight
  if (claim && (claim.owner === '' || isOwnerDead)) return { watch, mayTake: true }
  if (watch === null) {
    return claim ? { watch: { claim, quietSince: answeredAt }, mayTake: false } : { watch, mayTake: true }
  }
  // A vanished claim was lost with an earlier Asterisk: its owner writes it again if it is healthy.
  const isQuiet = claim === null || isSame(claim, watch.claim)
  if (!isQuiet) return { watch: { claim, quietSince: answeredAt }, mayTake: false }
  return { watch, mayTake: askedAt - watch.quietSince > silenceMs }
}

function isSame(one: Claim, other: Claim): boolean {
  return one.epoch === other.epoch && one.beat === other.beat && one.owner === other.owner
}

/** @param known every epoch that any store remembers */
export function nextEpoch(now: number, known: number[]): number {
  return Math.max(now, ...known.map((epoch) => epoch + 1))
}

/** Whether the claim at Asterisk ends ours. A lower epoch belongs to a process that will find ours. */
export function isOusted(mine: Claim, seen: Claim | null): boolean {
  return seen !== null && seen.owner !== mine.owner && seen.epoch >= mine.epoch
}
