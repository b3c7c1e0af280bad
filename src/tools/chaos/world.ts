import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Settings } from '../../settings.ts'
import { eventually } from '../setup/files.ts'
import { type Hotline, localUrl } from '../setup/hotline.ts'
import type { Kept } from '../setup/keeper.ts'
import type { Clock } from './clock.ts'

/** The private hotline as a fault sees it: programs to kill, pause and take down. */
export interface World {
  settings: Settings
  /** A fault lasts as long as its goal says in the full run, a few seconds in the short one. */
  isFull: boolean
  signal: AbortSignal
  say(line: string): void
  program(name: string): Kept
  /**
   * The leading controller, once a living one leads: the sign of life of a dead one lasts for some seconds. @throws
   * when none leads
   */
  leader(): Promise<Kept>
  /** SIGKILL; it is restarted automatically. */
  kill(kept: Kept): Promise<void>
  /** SIGSTOP, and after this time SIGCONT. */
  pause(kept: Kept, ms: number): Promise<void>
  /** Killed and kept from restarting for this time, and until the work on its files is done. */
  takeAway(kept: Kept, ms: number, meanwhile?: () => Promise<void>): Promise<void>
  /** Resolves when another process runs in its place. @throws after the limit */
  untilReplaced(kept: Kept, limitMs: number): Promise<void>
  /** @throws when /readyz is not 200 within the time */
  untilReady(): Promise<void>
  /** @throws when no controller stands by within the time */
  untilGuarded(): Promise<void>
  /** Sets the wall clock of all its programs to this distance from ours. */
  setClock(aheadMs: number): Promise<void>
  /** Whether /readyz answers 200 now. */
  isReady(): Promise<boolean>
  /** Codes of the warnings in /readyz. */
  warnings(): Promise<string[]>
  /** All figures in Prometheus' text form. */
  metrics(): Promise<string>
  withRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T>
  /** Asks Asterisk directly, bypassing the hotline. */
  ask<T>(path: string): Promise<T>
}

interface Readiness {
  isReady: boolean
  leader: { name: string } | null
  hasStandby: boolean
  warnings: { code: string }[]
}

const readyLimitMs = 60_000

export function openWorld(parts: {
  hotline: Hotline
  standby: Kept
  system13710: Kept
  clock: Clock | null
  isFull: boolean
  signal: AbortSignal
  say(line: string): void
}): World {
  const { hotline, standby, system13710, signal } = parts
  const { settings } = hotline
  const pages = localUrl(settings)

  function program(name: string): Kept {
    const beside = new Map([standby, system13710].map((kept) => [kept.name, kept]))
    const kept = beside.get(name) ?? hotline.programs.get(name)
    if (!kept) throw new Error(`no program ${name}`)
    return kept
  }

  async function readiness(): Promise<Readiness> {
    try {
      const response = await fetch(`${pages}/readyz`, { signal: AbortSignal.timeout(3_000) })
      return { ...((await response.json()) as Omit<Readiness, 'isReady'>), isReady: response.ok }
    } catch {
      // Not ready: that is the answer.
      return { isReady: false, leader: null, hasStandby: false, warnings: [] }
    }
  }

  async function kill(kept: Kept): Promise<void> {
    const pid = kept.pid()
    if (pid === null) throw new Error(`${kept.name} does not run`)
    kept.kill('SIGKILL')
    await eventually(async () => kept.pid() !== pid, 10_000)
  }

  return {
    settings,
    isFull: parts.isFull,
    signal,
    say: parts.say,
    program,
    kill,
    async leader() {
      const end = performance.now() + readyLimitMs
      while (performance.now() < end) {
        const { leader } = await readiness()
        const pid = Number(leader?.name.split(':').at(-1))
        const kept = [program('calls'), standby].find((one) => one.pid() === pid)
        if (kept) return kept
        await sleep(100, undefined, { signal })
      }
      throw new Error('no controller leads')
    },
    async pause(kept, ms) {
      kept.kill('SIGSTOP')
      try {
        await sleep(ms, undefined, { signal })
      } finally {
        kept.kill('SIGCONT')
      }
    },
    async takeAway(kept, ms, meanwhile) {
      const hold = join(settings.varDir, 'run', `${kept.name}.hold`)
      await writeFile(hold, '')
      try {
        await kill(kept)
        await meanwhile?.()
        await sleep(ms, undefined, { signal })
      } finally {
        await rm(hold, { force: true })
      }
    },
    async untilReplaced(kept, limitMs) {
      const pid = kept.pid()
      const isReplaced = async () => kept.pid() !== null && kept.pid() !== pid
      if (await eventually(isReplaced, limitMs)) return
      kept.kill('SIGCONT')
      throw new Error(`${kept.name} not detected as stuck within ${limitMs} ms`)
    },
    async untilReady() {
      if (!(await eventually(async () => (await readiness()).isReady, readyLimitMs, 200))) {
        throw new Error(`not ready within ${readyLimitMs} ms`)
      }
    },
    async untilGuarded() {
      if (!(await eventually(async () => (await readiness()).hasStandby, readyLimitMs, 200))) {
        throw new Error(`no controller stands by within ${readyLimitMs} ms`)
      }
    },
    async setClock(aheadMs) {
      if (!parts.clock) throw new Error('the programs were started with the machine’s own clock')
      await parts.clock.set(aheadMs)
    },
    isReady: async () => (await readiness()).isReady,
    warnings: async () => (await readiness()).warnings.map(({ code }) => code),
    metrics: async () => (await fetch(`${pages}/metrics`, { signal: AbortSignal.timeout(5_000) })).text(),
    async withRedis(work) {
      const redis = new Redis(settings.redisUrl)
      try {
        return await work(redis)
      } finally {
        redis.disconnect()
      }
    },
    async ask<T>(path: string) {
      const authorization = `Basic ${Buffer.from(`${settings.ARI_USERNAME}:${settings.ariPassword}`).toString('base64')}`
      const response = await fetch(`${settings.ariUrl}/ari/${path}`, {
        headers: { authorization },
        signal: AbortSignal.timeout(5_000),
      })
      if (!response.ok) throw new Error(`GET ${path}: ${response.status}`)
      return (await response.json()) as T
    },
  }
}
