import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Instant } from '../../platform/types.ts'
import {
  beatEveryMs,
  type Claim,
  claimText,
  isOusted,
  look,
  lookEveryMs,
  nextEpoch,
  readClaim,
  type Sight,
  settleMs,
  trustMs,
  type Watch,
} from './lease.ts'

/** The place of the claim: one text that all contenders read and write. `null` while it cannot be reached. */
export interface Board {
  read(): Promise<string | null>
  /** @returns whether it was written */
  write(text: string): Promise<boolean>
}

/** One term of leadership. Code that acts for it asks first, and stops when it is over. */
export interface Lead {
  readonly epoch: number
  /** Aborted when another controller leads. */
  readonly signal: AbortSignal
  /** A beat arrived so recently that no other controller can lead. */
  isSure(): boolean
  /** Resolves as soon as it is sure: true, or over: false. */
  mayAct(): Promise<boolean>
  /** A sign that another controller leads: nothing is done before Asterisk was asked. */
  doubt(): void
  /** A store knows a higher epoch: give up, and claim with a higher one. */
  resign(why: string): void
}

export interface ClaimParts {
  board: Board
  /** Names this process among all; without blanks. */
  owner: string
  /** Epochs that the stores remember; an unreachable store is left out. */
  knownEpochs(): Promise<number[]>
  now(): Instant
  /** For tests: milliseconds that no step of the clock changes. */
  monotonic?(): number
}

export interface ContenderParts extends ClaimParts {
  isDead(owner: string): boolean
  /** Starts leading; its result is stopped when the term is over, by us or by another controller. */
  lead(lead: Lead): Promise<{ stop(): Promise<void> }>
  log: Logger
}

export interface Contender {
  /** null while standing by. */
  epoch(): number | null
  /** Releases the claim: a standby leads at once. */
  stop(): Promise<void>
}

/** Contends for the calls of one Asterisk for as long as the process lives: stands by, leads, stands by again. */
export function openContender(parts: ContenderParts): Contender {
  const { board, log, owner } = parts
  const monotonic = parts.monotonic ?? passing
  const stopping = new AbortController()
  let present: Term | null = null
  let watch: Watch | null = null
  let told = ''

  async function see(): Promise<Sight> {
    const text = await board.read()
    if (text === null) return 'away'
    const claim = readClaim(text)
    return { claim, isOwnerDead: claim !== null && (claim.owner === owner || parts.isDead(claim.owner)) }
  }

  async function take(): Promise<Taken | null> {
    const askedAt = monotonic()
    const sight = await see()
    const seen = look(watch, sight, askedAt, monotonic())
    watch = seen.watch
    tellOnce(sight)
    return seen.mayTake && sight !== 'away' ? takeOver(sight.claim, parts) : null
  }

  function tellOnce(sight: Sight): void {
    const words = sight === 'away' ? 'away' : (sight.claim?.owner ?? '')
    if (words === told) return
    told = words
    if (sight === 'away') log.info('waiting for Asterisk')
    else if (words !== '' && !sight.isOwnerDead) log.info({ leader: words }, 'standing by: another controller leads')
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const taken = await take()
      if (taken) await lead(taken)
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function lead(taken: Taken): Promise<void> {
    const term = openTerm({ ...taken, board, monotonic, log })
    const { epoch } = taken.claim
    present = term
    told = ''
    log.info({ epoch }, 'leadership acquired')
    try {
      const running = await parts.lead(term.lead)
      await Promise.race([aborted(stopping.signal), aborted(term.lead.signal)])
      // Still leading when this process stops: pending state is written first.
      await running.stop()
    } catch (error) {
      log.error({ err: error, epoch }, 'leadership failed: giving up the lease')
    } finally {
      await term.end()
      present = null
      watch = null
    }
  }

  const running = run()
  return {
    epoch: () => present?.lead.epoch ?? null,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const passing = (): number => performance.now()

/** A claim that is certainly ours, as of this time. */
export interface Taken {
  claim: Claim
  sureAt: number
}

/**
 * Claims over the claim that was seen.
 * @returns null when another process was faster, or Asterisk became unreachable
 */
export async function takeOver(seen: Claim | null, parts: ClaimParts): Promise<Taken | null> {
  const { board, owner } = parts
  const read = async () => {
    const text = await board.read()
    return text === null ? undefined : readClaim(text)
  }
  const known = await parts.knownEpochs()
  const again = await read()
  // Another process was faster while the stores were asked.
  if (again === undefined || again?.epoch !== seen?.epoch || again?.beat !== seen?.beat) return null
  const claim = { epoch: nextEpoch(parts.now(), [...known, seen?.epoch ?? 0]), beat: 1, owner }
  if (!(await board.write(claimText(claim)))) return null
  await sleep(settleMs)
  const sureAt = (parts.monotonic ?? passing)()
  const stands = await read()
  return stands?.owner === owner && stands.epoch === claim.epoch ? { claim, sureAt } : null
}

export interface Term {
  lead: Lead
  /** Stops the beats; releases the claim if it is still ours. */
  end(): Promise<void>
}

/** While a beat is late, it is repeated at this interval. */
const askAgainMs = 200

/** Beats until it is over. */
export function openTerm(parts: Taken & { board: Board; monotonic?(): number; log: Logger }): Term {
  const { board, log } = parts
  const monotonic = parts.monotonic ?? passing
  const over = new AbortController()
  const ended = new AbortController()
  let { claim, sureAt } = parts
  let beating: Promise<void> | null = null

  const isSure = () => !over.signal.aborted && monotonic() - sureAt <= trustMs

  function finish(why: string): void {
    if (over.signal.aborted) return
    log.warn({ epoch: claim.epoch, why }, 'lost leadership')
    over.abort()
  }

  /** @returns the present claim; undefined when it cannot be read, or ends this term */
  async function readOurs(): Promise<Claim | null | undefined> {
    const text = await board.read()
    if (text === null) return undefined
    const seen = readClaim(text)
    if (!isOusted(claim, seen)) return seen
    finish('another controller leads')
    return undefined
  }

  async function beat(): Promise<void> {
    let at = monotonic()
    let seen = await readOurs()
    if (seen && !isSure()) {
      // This process was paused, perhaps in the middle of a beat: then our claim may have overwritten that of a
      // successor, who writes its own again within one beat. Only what is read after that counts.
      await sleep(beatEveryMs + 2 * settleMs)
      at = monotonic()
      seen = await readOurs()
    }
    if (seen === undefined || over.signal.aborted || ended.signal.aborted) return
    claim = { ...claim, beat: claim.beat + 1 }
    if (await board.write(claimText(claim))) sureAt = at
  }

  function beatNow(): Promise<void> {
    beating ??= beat().finally(() => {
      beating = null
    })
    return beating
  }

  const timer = setInterval(() => void beatNow(), beatEveryMs)

  return {
    lead: {
      epoch: claim.epoch,
      signal: over.signal,
      isSure,
      async mayAct() {
        while (!over.signal.aborted) {
          if (isSure()) return true
          await beatNow()
          if (isSure()) return true
          await sleep(askAgainMs, undefined, { signal: over.signal }).catch(() => undefined)
        }
        return false
      },
      doubt() {
        sureAt = Number.NEGATIVE_INFINITY
        void beatNow()
      },
      resign: finish,
    },
    async end() {
      clearInterval(timer)
      ended.abort()
      await beating
      const seen = over.signal.aborted ? undefined : await readOurs()
      over.abort()
      if (seen) await board.write(claimText({ ...claim, owner: '' }))
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
