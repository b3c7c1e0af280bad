import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabaseUrl } from '../../world.ts'
import { watchStatements } from './statement-watch.ts'

/** More than three ranges, the last of which is not full. */
const rows = 17_001

/** Doing any of it twice, or not at all, shows in the sums. */
const statements = [
  'UPDATE `big` SET `n` = `n` + 1 WHERE `n` >= 0;',
  'INSERT INTO `copy` (`of`, `n`) SELECT `id`, `n` FROM `big` WHERE `n` > 0;',
  "UPDATE `big` b JOIN `copy` c ON c.`of` = b.`id` SET b.`word` = CONCAT(b.`word`, 'x') WHERE c.`n` = 1;",
]

test('rows of a large table change range by range, each once, however often the process is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  const url = await freshDatabaseUrl({ isMigrated: false })
  const connection = await createConnection(url)
  let child: ReturnType<typeof spawn> | null = null
  /** Of this process: how many ranges it may still do, and whether it dies before or after the next one. */
  let left = 0
  let isAfter = false
  const ranges: string[] = []
  const way = await watchStatements(url, (sql) => {
    if (!/^(?:UPDATE|INSERT INTO) `(?:big|copy)`/.test(sql)) return true
    ranges.push(sql)
    left -= 1
    if (left > 0) return true
    if (isAfter) return () => child?.kill('SIGKILL')
    child?.kill('SIGKILL')
    return false
  })
  onTestFinished(async () => {
    way.close()
    child?.kill('SIGKILL')
    await connection.end()
    await rm(folder, { recursive: true, force: true })
  })
  await connection.query(
    "CREATE TABLE big (id char(26) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, n int NOT NULL DEFAULT 0, word varchar(8) NOT NULL DEFAULT '')",
  )
  await connection.query(
    'CREATE TABLE copy (id bigint AUTO_INCREMENT PRIMARY KEY, `of` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, n int NOT NULL, KEY (`of`))',
  )
  await connection.query(`INSERT INTO big (id) SELECT CONCAT('01J', LPAD(seq, 23, '0')) FROM seq_1_to_${rows}`)
  await mkdir(join(folder, 'meta'))
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ entries: [{ tag: '0000_big' }] }))
  await writeFile(join(folder, '0000_big.sql'), statements.join('--> statement-breakpoint\n'))

  const migrate = async (): Promise<number | string> => {
    child = spawn(process.execPath, [join(import.meta.dirname, 'migrating.ts'), way.url, folder], { stdio: 'inherit' })
    const [code, signal] = await once(child, 'exit')
    return signal ?? code
  }
  // Killed before its first range, after its second, before its third …
  const ends: (number | string)[] = []
  for (let turn = 0; turn < 12 && ends.at(-1) !== 0; turn += 1) {
    left = 1 + (turn % 3)
    isAfter = turn % 2 === 1
    ends.push(await migrate())
  }
  left = Number.POSITIVE_INFINITY
  if (ends.at(-1) !== 0) ends.push(await migrate())
  expect(ends.filter((end) => end === 'SIGKILL').length).toBeGreaterThan(4)
  expect(ends.at(-1)).toBe(0)

  const counted = 'SELECT COUNT(*) AS count, SUM(n = 1) AS once'
  expect((await connection.query<RowDataPacket[]>(`${counted}, SUM(word = 'x') AS words FROM big`))[0]).toEqual([
    { count: rows, once: String(rows), words: String(rows) },
  ])
  expect((await connection.query<RowDataPacket[]>(`${counted} FROM copy`))[0]).toEqual([
    { count: rows, once: String(rows) },
  ])
  // No statement went over the whole table.
  expect(ranges.every((sql) => /01J0{18}/.test(sql))).toBe(true)
  expect((await connection.query('SELECT reached, done = total AS isDone FROM schema_migrations'))[0]).toEqual([
    { reached: null, isDone: 1 },
  ])
})
