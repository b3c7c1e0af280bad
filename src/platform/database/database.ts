import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2'
import { createPool } from 'mysql2'
import type { Pool, PoolConnection } from 'mysql2/promise'
import type { Settings } from '../../settings.ts'
import type { Log } from '../process/log.ts'
import { retryOnDeadlock } from './deadlock.ts'

type Drizzle = Omit<MySql2Database, 'transaction'>
/** Passed to a transaction's callback; stores take `Db | Tx`. */
export type Tx = Drizzle & { readonly isTransaction: true }
export type Db = Drizzle & {
  /** @param work repeated after a deadlock: its effects outside of the database must tolerate that */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

export interface Database {
  db: Db
  /** For the few statements that Drizzle cannot write. Time-limited like `db`. */
  pool: Pool
  /** Resolves when the server answers, within the time limit. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A hung server is detected after this long: two such waits stay below the 3 s that a call may have to wait. */
const connectLimitMs = 1_400
const statementLimitMs = 2_800
const connectionLimit = 10

/**
 * The same rules on every server: UTC, values that do not fit are refused, no gap locks between writers. The server
 * aborts a statement at our time limit; MariaDB and MySQL name that limit differently, each in a comment that only it
 * reads.
 */
const session = (limitMs: number) => `SET SESSION time_zone = '+00:00',
  SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
  /*M!100100 , SESSION max_statement_time = ${limitMs / 1000} */
  /*!50708 , SESSION max_execution_time = ${limitMs} */`

export class DatabaseTimeout extends Error {
  readonly code = 'ETIMEDOUT'
  constructor(limitMs: number) {
    super(`the database has not answered within ${limitMs} ms`)
  }
}

export interface DatabaseOptions {
  /** Longest time for one statement; reports may take longer than calls. */
  limitMs?: number
  connections?: number
  /** Called with each statement of `db` before it is sent. */
  onStatement?(sql: string, params: unknown[]): void
  /** Receives each transaction that was retried because of a deadlock. */
  log?: Pick<Log, 'warn'>
}

/** Opens no connection yet: the first statement does, and each later one reconnects by itself after an outage. */
export function openDatabase(settings: Pick<Settings, 'databaseUrl'>, options: DatabaseOptions = {}): Database {
  const limitMs = options.limitMs ?? statementLimitMs
  const bare = createPool({
    uri: settings.databaseUrl,
    connectionLimit: options.connections ?? connectionLimit,
    // A longer queue means that the server is lost: refuse at once.
    queueLimit: 500,
    connectTimeout: Math.min(connectLimitMs, limitMs),
    charset: 'utf8mb4_unicode_520_ci',
    timezone: 'Z',
    dateStrings: true,
    multipleStatements: false,
    supportBigNumbers: true,
    // Drizzle's own error names the origin of a statement; a stack trace for each costs more than its rows.
    trace: false,
  })
  // Queued on the connection before the statement it was opened for. If it fails, so does that statement.
  bare.on('connection', (connection) => {
    connection.query(session(limitMs), (error) => {
      if (error) connection.destroy()
    })
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', (error) => {
      if (error) connection.destroy()
    })
  })
  const pool = limited(bare.promise(), limitMs, options.log)
  return {
    db: openDrizzle(pool, options),
    pool,
    ping: async () => {
      await pool.query('SELECT 1')
    },
    close: () => within(pool.end(), limitMs, () => {}).catch(() => {}),
  }
}

/**
 * Drizzle over the pool. Its own transactions create an object each; ours keep one for each connection, so that
 * prepared statements serve all later transactions (`prepared.ts`).
 */
function openDrizzle(pool: Pool, { onStatement, log }: DatabaseOptions): Db {
  const logger = onStatement ? { logQuery: onStatement } : false
  const known = new WeakMap<object, Tx>()

  function txOn(connection: PoolConnection): Tx {
    const tx =
      known.get(connection.connection) ??
      Object.assign(drizzle({ client: connection, logger }), { isTransaction: true as const })
    known.set(connection.connection, tx)
    return tx
  }

  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const connection = await pool.getConnection()
    const send = (statement: string) => {
      onStatement?.(statement, [])
      return connection.query(statement)
    }
    try {
      await send('begin')
      const result = await work(txOn(connection))
      await send('commit')
      return result
    } catch (error) {
      // A connection whose rollback fails is not used again: the server rolls back when the connection ends.
      await send('rollback').catch(() => connection.destroy())
      throw error
    } finally {
      connection.release()
    }
  }
  const transaction = <T>(work: (tx: Tx) => Promise<T>) => retryOnDeadlock(() => once(work), log)
  return Object.assign(drizzle({ client: pool, logger }), { transaction })
}

/**
 * The same pool with a time limit on every wait. mysql2's own `timeout` leaves a connection in the pool whose answer is
 * still pending; here a connection that was too slow is destroyed.
 */
function limited(pool: Pool, limitMs: number, log: DatabaseOptions['log']): Pool {
  const acquire = async (): Promise<PoolConnection> => {
    const acquiring = pool.getConnection()
    return within(acquiring, limitMs, () => {
      acquiring.then(
        (late) => late.release(),
        () => {},
      )
    })
  }
  const once = async (method: 'query' | 'execute', args: unknown[]): Promise<unknown> => {
    const connection = await acquire()
    try {
      return await run(connection, method, args, limitMs)
    } finally {
      connection.release()
    }
  }
  return new Proxy(pool, {
    get(target, key) {
      if (key === 'query' || key === 'execute') {
        return (...args: unknown[]) => retryOnDeadlock(() => once(key, args), log)
      }
      if (key === 'getConnection') return async () => limitedConnection(await acquire(), limitMs)
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function limitedConnection(connection: PoolConnection, limitMs: number): PoolConnection {
  return new Proxy(connection, {
    get(target, key) {
      if (key === 'query' || key === 'execute') return (...args: unknown[]) => run(target, key, args, limitMs)
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function run(
  connection: PoolConnection,
  method: 'query' | 'execute',
  args: unknown[],
  limitMs: number,
): Promise<unknown> {
  const [statement, ...values] = args
  const running: Promise<unknown> = Reflect.apply(connection[method], connection, [withoutCast(statement), ...values])
  return within(running, limitMs, () => connection.destroy())
}

/** Drizzle checks each value for a date, to get it as text: this pool returns dates as text already. */
function withoutCast(statement: unknown): unknown {
  if (typeof statement !== 'object' || statement === null || !('typeCast' in statement)) return statement
  const { typeCast: _, ...rest } = statement
  return rest
}

function within<T>(work: Promise<T>, limitMs: number, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      giveUp()
      reject(new DatabaseTimeout(limitMs))
    }, limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
