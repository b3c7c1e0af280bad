import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { migrationsUpTo, windBack } from './wind-back.ts'

/**
 * Tries the migrations on tickets: once undisturbed, with a clerk beside it who acts on tickets all the time, and once
 * killed again and again. Both have to end with the same rows.
 */

export interface Trial {
  tickets: number
  /** Undisturbed. */
  tookMs: number
  /** The longest that an event of a ticket had to wait, of so many. */
  waitedMs: number
  acted: number
  kills: number
  /** Tables whose rows differ between the two. */
  differing: string[]
}

export interface TrialWish {
  /** Of a database with today's structure and tickets; others are made beside it, so its user may create some. */
  url: string
  /** The last migration of the old structure. */
  from: string
  kills: number
  say(line: string): void
}

export async function tryMigrations({ url, from, kills, say }: TrialWish): Promise<Trial> {
  const source = new URL(url).pathname.slice(1)
  const connection = await createConnection({ uri: url })
  const folder = await migrationsUpTo(from)
  const names = [`${source}_whole`, `${source}_killed`] as const
  try {
    for (const name of names) {
      await connection.query('DROP DATABASE IF EXISTS ??', [name])
      await connection.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci', [name])
      await windBack(connection, urlOf(url, name), folder, source)
    }
    const [[counted]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS tickets FROM ??.tickets', [source])
    say(`${counted?.tickets} tickets with the structure of ${from}`)
    const whole = await undisturbed(urlOf(url, names[0]))
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
    say(
      `migrated in ${seconds(whole.tookMs)}; of ${whole.acted} events beside it the slowest took ${seconds(whole.waitedMs)}`,
    )
    const killed = await killedOften(urlOf(url, names[1]), kills, whole.tookMs)
    say(`migrated again, killed ${killed} times`)
    const differing = await differences(connection, names)
    return { tickets: Number(counted?.tickets), ...whole, kills: killed, differing }
  } finally {
    for (const name of names) await connection.query('DROP DATABASE IF EXISTS ??', [name])
    await connection.end()
    await rm(folder, { recursive: true, force: true })
  }
}

function urlOf(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

const processOf = (url: string) =>
  spawn(process.execPath, [join(import.meta.dirname, 'migrating.ts'), url], { stdio: ['ignore', 'ignore', 'inherit'] })

async function undisturbed(url: string): Promise<Pick<Trial, 'tookMs' | 'waitedMs' | 'acted'>> {
  const stopping = new AbortController()
  const acting = actBeside(url, stopping.signal)
  const startedAt = performance.now()
  const child = processOf(url)
  const [code] = await once(child, 'exit')
  const tookMs = performance.now() - startedAt
  stopping.abort()
  if (code !== 0) throw new Error(`the migration ended with ${code}`)
  return { tookMs, ...(await acting) }
}

const pauseMs = 20

/** What an event does to its ticket's row, on one after the other. */
async function actBeside(url: string, signal: AbortSignal): Promise<Pick<Trial, 'waitedMs' | 'acted'>> {
  const connection = await createConnection({ uri: url })
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT id FROM tickets ORDER BY RAND() LIMIT 500')
    let waitedMs = 0
    let acted = 0
    for (; rows.length > 0 && !signal.aborted; acted += 1) {
      const startedAt = performance.now()
      await connection.query('UPDATE tickets SET changed_at = changed_at WHERE id = ?', [rows[acted % rows.length]?.id])
      waitedMs = Math.max(waitedMs, performance.now() - startedAt)
      await sleep(pauseMs)
    }
    return { waitedMs, acted }
  } finally {
    await connection.end()
  }
}

/** At moments spread over the time that it takes. @returns how often it was killed before it was through */
async function killedOften(url: string, kills: number, tookMs: number): Promise<number> {
  let killed = 0
  for (let turn = 0; turn <= kills; turn += 1) {
    const child = processOf(url)
    const ended = once(child, 'exit')
    const isLast = turn === kills
    // Of the time that is left when each of them gets as far as the others.
    const timer = isLast ? undefined : setTimeout(() => child.kill('SIGKILL'), tookMs / (kills - killed + 1))
    const [code] = await ended
    clearTimeout(timer)
    if (code === 0) return killed
    if (code !== null) throw new Error(`the migration ended with ${code}`)
    killed += 1
  }
  return killed
}

async function differences(connection: Connection, [one, other]: readonly [string, string]): Promise<string[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME <> 'schema_migrations'",
    [one],
  )
  const differing: string[] = []
  for (const { name } of tables) {
    const [sums] = await connection.query<RowDataPacket[]>('CHECKSUM TABLE ??.??, ??.??', [one, name, other, name])
    if (sums[0]?.Checksum !== sums[1]?.Checksum || sums[0]?.Checksum === null) differing.push(String(name))
  }
  return differing
}
