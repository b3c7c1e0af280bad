import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAlive, type ProcessId, startedTick } from '../../platform/process/process-id.ts'
import { eventually, wait } from './files.ts'
import { readLivePid, removePid, writePid } from './pid.ts'

/** A program that has to run: started, restarted when it dies, stopped on request. */
export interface Program {
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** How it is asked to end. */
  stopSignal?: NodeJS.Signals
  /** Then it is ended. */
  stopLimitMs?: number
}

export interface Kept {
  readonly name: string
  readonly logFile: string
  /** null between a death and the next start. */
  pid(): number | null
  /** How often it died since it was last well. */
  deaths(): number
  /** For tests: what a crash is to us. */
  kill(signal: NodeJS.Signals): void
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface KeeperOptions {
  runDir: string
  logDir: string
  /** A test's programs must not outlive it, even when it is killed. */
  diesWithUs?: boolean
  /** Told before anything can go wrong: whoever stops things knows of it from its first moment. */
  onKept?: (kept: Kept) => void
  onDeath?: (name: string, how: string, againInMs: number) => void
  /** A log or pid file cannot be written, e.g. for want of room. The program runs all the same. */
  onTrouble?: (words: string) => void
}

const firstDelayMs = 300
const longestDelayMs = 10_000
/** A program that ran this long was well: the next death is a new story. */
const steadyMs = 60_000
/** How soon a pid file that could not be written is tried again. */
const pidAgainMs = 5_000

export function restartDelay(deathsInARow: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(deathsInARow, 10))
}

/** While `run/<name>.hold` exists a program that ended is not started again, e.g. for work on it. */
const holdLookMs = 200

/**
 * Starts a program in a session of its own, so that Ctrl-C reaches us alone and things end in their order.
 * Its output goes straight to its log file: it does not depend on us for that. Nothing that goes wrong with log or pid
 * file keeps it from running.
 */
export async function keep(program: Program, options: KeeperOptions): Promise<Kept> {
  const logFile = join(options.logDir, `${program.name}.log`)
  const pidFile = join(options.runDir, `${program.name}.pid`)
  const holdFile = join(options.runDir, `${program.name}.hold`)
  let child: ChildProcess | null = null
  let isStopping = false
  let deaths = 0
  let again: NodeJS.Timeout | null = null

  const launch = async (): Promise<void> => {
    again = null
    if (existsSync(holdFile)) {
      again = setTimeout(() => void launch(), holdLookMs)
      return
    }
    const startedAt = Date.now()
    let launched: ChildProcess | null = null
    const ended = (how: string) => {
      if (child !== launched) return
      child = null
      if (isStopping) return
      deaths = Date.now() - startedAt > steadyMs ? 0 : deaths
      const delay = restartDelay(deaths)
      deaths += 1
      again = setTimeout(() => void launch(), delay)
      options.onDeath?.(program.name, how, delay)
    }
    try {
      launched = spawnLogged(program, logFile, options)
    } catch (error) {
      ended(wordsOf(error))
      return
    }
    child = launched
    launched.on('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`))
    launched.on('error', (error) => ended(error.message))
    await notePid(launched)
  }

  /** Until it is written, or the process has ended. */
  const notePid = async (launched: ChildProcess): Promise<void> => {
    if (launched.pid === undefined || child !== launched) return
    try {
      await writePid(pidFile, launched.pid)
    } catch (error) {
      options.onTrouble?.(`${pidFile} cannot be written: ${wordsOf(error)}`)
      setTimeout(() => void notePid(launched), pidAgainMs).unref()
    }
  }

  const end = async (): Promise<void> => {
    if (again) clearTimeout(again)
    again = null
    const pid = child?.pid
    if (pid === undefined) return
    await endProcess({ pid, startedTick: startedTick(pid) }, program.stopSignal, program.stopLimitMs)
  }

  const kept: Kept = {
    name: program.name,
    logFile,
    pid: () => child?.pid ?? null,
    deaths: () => deaths,
    kill: (signal) => {
      child?.kill(signal)
    },
    restart: async () => {
      isStopping = true
      await end()
      isStopping = false
      deaths = 0
      await launch()
    },
    stop: async () => {
      isStopping = true
      await end()
      await removePid(pidFile).catch((error) => options.onTrouble?.(wordsOf(error)))
    },
  }
  options.onKept?.(kept)
  await launch()
  return kept
}

function spawnLogged(program: Program, logFile: string, options: KeeperOptions): ChildProcess {
  const log = openLog(logFile, options)
  const [command, args] = options.diesWithUs
    ? ['setpriv', ['--pdeathsig', 'KILL', '--', program.command, ...program.args]]
    : [program.command, program.args]
  try {
    return spawn(command, args, {
      cwd: program.cwd,
      env: program.env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
    })
  } finally {
    if (typeof log === 'number') closeSync(log)
  }
}

/** Where there is no room even for a name, it speaks where we do. */
function openLog(logFile: string, options: KeeperOptions): number | 'inherit' {
  try {
    mkdirSync(dirname(logFile), { recursive: true })
    return openSync(logFile, 'a', 0o600)
  } catch (error) {
    options.onTrouble?.(`${logFile} cannot be written: ${wordsOf(error)}`)
    return 'inherit'
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A program that dies this often before it ever answers will not do so later either. */
const deathsBeforeGivingUp = 3

/** Waits until the program answers; false when the time is over or it only dies again and again. */
export async function answersAtLast(kept: Kept, answers: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  let isUp = false
  await eventually(async () => {
    isUp = await answers()
    return isUp || kept.deaths() >= deathsBeforeGivingUp
  }, limitMs)
  return isUp
}

/** Asks, waits, ends; afterwards nothing of the process's group is left. */
export async function endProcess(id: ProcessId, signal: NodeJS.Signals = 'SIGTERM', limitMs = 10_000): Promise<void> {
  if (isAlive(id)) send(id.pid, signal)
  const hasEnded = await eventually(async () => !isAlive(id), limitMs, 20)
  if (!hasEnded) send(id.pid, 'SIGKILL')
  send(-id.pid, 'SIGKILL')
  if (!hasEnded) await eventually(async () => !isAlive(id), 5_000, 20)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended by itself: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends what an earlier set-up left behind when it was killed. */
export async function endLeftOver(runDir: string, name: string): Promise<boolean> {
  const pidFile = join(runDir, `${name}.pid`)
  const id = await readLivePid(pidFile)
  if (id) {
    await endProcess(id)
    await wait(50)
  }
  await removePid(pidFile)
  return id !== null
}
