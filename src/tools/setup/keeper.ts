import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAlive, type ProcessId, startedTick } from '../../platform/process/process-id.ts'
import { eventually, wait } from './files.ts'
import { readLivePid, removePid, writePid } from './pid.ts'

/** A supervised program: started, restarted when it dies, stopped on request. */
export interface Program {
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** The signal that asks it to end. */
  stopSignal?: NodeJS.Signals
  /** After this it is killed. */
  stopLimitMs?: number
}

export interface Kept {
  readonly name: string
  readonly logFile: string
  /** null between a death and the next start. */
  pid(): number | null
  /** Number of deaths since it last ran steadily. */
  deaths(): number
  /** For tests: simulates a crash. */
  kill(signal: NodeJS.Signals): void
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface KeeperOptions {
  runDir: string
  logDir: string
  /** A test's programs must not outlive it, even when it is killed. */
  diesWithUs?: boolean
  /** Called before anything can go wrong: the code that stops everything knows the program from its first moment. */
  onKept?: (kept: Kept) => void
  onDeath?: (name: string, how: string, againInMs: number) => void
  /** A log or pid file cannot be written, e.g. for lack of space. The program runs nevertheless. */
  onTrouble?: (words: string) => void
}

const firstDelayMs = 300
/** Shorter than the time after which callers without a controller are handed to the fallback, its start included. */
const longestDelayMs = 5_000
/** A program that ran this long was well: the next death starts a new count. */
const steadyMs = 60_000
/** Interval for retrying a pid file that could not be written. */
const pidAgainMs = 5_000

/**
 * Milliseconds until a program that ended is started again. What grows with each death in a row is the interval between
 * two starts, so that a program that cannot start does not take the processor, and one that worked for some seconds
 * before it was killed is back at once, however often.
 */
export function restartDelay(deathsInARow: number, livedMs: number): number {
  const interval = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(deathsInARow, 10))
  return Math.max(firstDelayMs, interval - livedMs)
}

/** While `run/<name>.hold` exists, a program that ended is not restarted, e.g. during maintenance. */
const holdLookMs = 200

/**
 * Starts a program in a session of its own, so that Ctrl-C reaches only this process and things end in order. Its
 * output goes straight to its log file, independent of this process. A failing log or pid file does not keep it from
 * running.
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
      const livedMs = Date.now() - startedAt
      deaths = livedMs > steadyMs ? 0 : deaths
      const delay = restartDelay(deaths, livedMs)
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

/** Without space even for a file name, it writes to our own output. */
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

/** A program that dies this often before its first answer will not answer later either. */
const deathsBeforeGivingUp = 3

/** Waits until the program answers; false after the time limit or when it dies again and again. */
export async function answersAtLast(kept: Kept, answers: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  let isUp = false
  await eventually(async () => {
    isUp = await answers()
    return isUp || kept.deaths() >= deathsBeforeGivingUp
  }, limitMs)
  return isUp
}

/** Asks, waits, kills; afterwards no process of the group is left. */
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
    // It ended by itself, as intended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends what an earlier, killed set-up left behind. */
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
