import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { totalmem, userInfo } from 'node:os'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { SetupFailure, tailOf } from '../failure.ts'
import { writeWhole } from '../files.ts'
import { answersAtLast, type KeeperOptions, type Kept, keep } from '../keeper.ts'
import { run } from '../run.ts'

export interface PrivateMariadb extends KeeperOptions {
  dir: string
  port: number
  /** Has all rights in the hotline's database: migrations and the rights of the other user. */
  ownerPassword: string
  /** Password of the roles' user, who has access to rows only. */
  password: string
  /** Memory for its caches; by default `memoryMbOf` this machine. */
  memoryMb?: number | undefined
  /** For tests: nothing has to survive a power cut, and there is little data. */
  isThrowaway?: boolean
}

const readyMs = 30_000

export const ownerName = 'hotline_owner'
export const userName = 'hotline'
export const databaseName = 'hotline'

/** A MariaDB of our own on loopback. Its root is reached by the machine's root through the socket only. */
export async function startMariadb(options: PrivateMariadb): Promise<Kept> {
  const dataDir = join(options.dir, 'data')
  // Not the machine's: a MariaDB that starts removes every temporary table there, those of running servers too.
  const tmpDir = join(options.dir, 'tmp')
  await mkdir(tmpDir, { recursive: true })
  await createDataDir(dataDir, tmpDir)
  const initFile = join(options.dir, 'init.sql')
  await writeWhole(initFile, initialSql(options), 0o600)

  const kept = await keep(
    {
      name: 'mariadb',
      command: 'mariadbd',
      args: [
        '--no-defaults',
        `--user=${userInfo().username}`,
        `--datadir=${dataDir}`,
        `--tmpdir=${tmpDir}`,
        `--init-file=${initFile}`,
        // Relative to the data folder: a socket's path must be short, a checkout's need not be.
        '--socket=mariadb.sock',
        '--pid-file=mariadb.pid',
        '--bind-address=127.0.0.1',
        `--port=${options.port}`,
        '--skip-name-resolve',
        '--skip-log-bin',
        '--character-set-server=utf8mb4',
        '--collation-server=utf8mb4_unicode_520_ci',
        '--max-connections=300',
        ...(options.isThrowaway
          ? [
              '--innodb-flush-log-at-trx-commit=0',
              '--innodb-flush-method=nosync',
              '--skip-innodb-doublewrite',
              '--innodb-buffer-pool-size=64M',
            ]
          : [
              '--innodb-flush-log-at-trx-commit=1',
              `--innodb-buffer-pool-size=${options.memoryMb ?? memoryMbOf(memoryHere())}M`,
            ]),
      ],
      stopLimitMs: 20_000,
    },
    options,
  )
  const url = ownerUrl(options)
  if (!(await answersAtLast(kept, () => answers(url), readyMs))) {
    const tail = await tailOf(kept.logFile)
    await kept.stop()
    throw new SetupFailure(
      `MariaDB does not answer on port ${options.port}`,
      'is the port taken? set DATABASE_PORT, or DATABASE_URL to use a server of your own',
      tail,
    )
  }
  return kept
}

const [leastMb, mostMb] = [256, 8_192]

/**
 * A quarter: Asterisk, Redis and the roles live on the same machine, and the page cache holds recordings being written.
 * More than the size of a city's open tickets and indexes gains nothing.
 */
export function memoryMbOf(machineBytes: number): number {
  return Math.min(mostMb, Math.max(leastMb, Math.floor(machineBytes / 4 / 2 ** 20)))
}

/** In a container it is the container's that counts. */
function memoryHere(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
}

export function ownerUrl(options: Pick<PrivateMariadb, 'port' | 'ownerPassword'>): string {
  return `mysql://${ownerName}:${options.ownerPassword}@127.0.0.1:${options.port}/${databaseName}`
}

async function createDataDir(dataDir: string, tmpDir: string): Promise<void> {
  const isThere = await stat(join(dataDir, 'mysql')).then(
    () => true,
    () => false,
  )
  if (isThere) return
  // Created beside and renamed, so that an interrupted one never counts as complete.
  const draft = `${dataDir}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await run('mariadb-install-db', [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${draft}`,
    `--tmpdir=${tmpDir}`,
    '--auth-root-authentication-method=socket',
    `--auth-root-socket-user=${userInfo().username}`,
    '--skip-test-db',
  ])
  await rename(draft, dataDir)
}

/** Run at every start, so that the users follow `secrets.json`. One statement per line. */
function initialSql(options: PrivateMariadb): string {
  const user = (name: string) => `'${name}'@'127.0.0.1'`
  return [
    `CREATE DATABASE IF NOT EXISTS ${databaseName} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;`,
    `CREATE USER IF NOT EXISTS ${user(ownerName)};`,
    `ALTER USER ${user(ownerName)} IDENTIFIED BY '${options.ownerPassword}';`,
    `GRANT ALL ON ${databaseName}.* TO ${user(ownerName)} WITH GRANT OPTION;`,
    ...(options.isThrowaway ? [`GRANT ALL ON *.* TO ${user(ownerName)} WITH GRANT OPTION;`] : []),
    `CREATE USER IF NOT EXISTS ${user(userName)};`,
    `ALTER USER ${user(userName)} IDENTIFIED BY '${options.password}';`,
    '',
  ].join('\n')
}

/**
 * Tables that the roles may insert into and read, never change: the audit, tickets' histories and calls' notes are
 * permanent.
 */
const appendOnly = ['audit_events', 'ticket_events', 'call_notes']
/** The state of the structure. */
const readOnly = ['schema_migrations']

/** Grants the roles' user what it needs on each table and nothing more. Call it after every migration. */
export async function grantRights(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 3_000 })
  try {
    const [tables] = await connection.query<RowDataPacket[]>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    )
    for (const { name } of tables) {
      const rights = rightsOn(name)
      await connection.query(`GRANT ${rights} ON ?? TO '${userName}'@'127.0.0.1'`, [name])
    }
  } finally {
    await connection.end()
  }
}

function rightsOn(table: string): string {
  if (readOnly.includes(table)) return 'SELECT'
  return appendOnly.includes(table) ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE'
}

async function answers(url: string): Promise<boolean> {
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 1_000 })
    await connection.end()
    return true
  } catch {
    // Not yet: that is the answer.
    return false
  }
}
