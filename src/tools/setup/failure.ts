import { readFile } from 'node:fs/promises'
import { isWithoutRoom } from '../../platform/process/disk.ts'
import { wordsOf } from '../../platform/process/error-line.ts'
import { SettingsError } from '../../settings.ts'

/** A set-up step that failed: what failed, the end of its log, and what the reader can do. */
export class SetupFailure extends Error {
  readonly remedy: string
  readonly logTail: string
  constructor(what: string, remedy: string, logTail = '') {
    super(what)
    this.remedy = remedy
    this.logTail = logTail
  }
}

/** For the terminal: what failed and what to do. A fault of our own keeps its stack trace. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.message
  const failure = error instanceof SetupFailure ? error : failureOf(error)
  if (!failure) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const tail = failure.logTail === '' ? '' : `\n\n${failure.logTail.trimEnd().replace(/^/gm, '    | ')}\n`
  return `${failure.message}${tail}\n  What to do: ${failure.remedy}`
}

/** Last lines of a log; empty when there is none. */
export async function tailOf(file: string, lines = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

/** A driver's error about its server, unwrapped from outer errors. */
interface ServerError extends Error {
  code?: string
  address?: string
  port?: number
  path?: string
  sqlMessage?: string
}

const silentCodes = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']
const strangeStructure = ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'ER_BAD_DB_ERROR']
const refusedCodes = ['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR']

/** null when neither a server nor a disk is the cause. */
function failureOf(error: unknown): SetupFailure | null {
  const cause = innermost(error)
  if (!cause) return null
  const words = wordsOf(cause.message)
  const { code = '', address, port } = cause
  if (isWithoutRoom(cause)) return new SetupFailure(words, 'free space on this disk, then start again')
  if (silentCodes.includes(code) || code.startsWith('PROTOCOL_')) {
    const place = address === undefined ? '' : ` at ${address}:${port}`
    return new SetupFailure(
      `a server${place} does not answer: ${words}`,
      'is the hotline running (npm start)? with the same HOTLINE_VAR, HTTP_PORT, DATABASE_URL and REDIS_URL as here?',
    )
  }
  if (refusedCodes.includes(code)) {
    return new SetupFailure(
      `the database denies access: ${words}`,
      'see docs/operations.md, 5: user, password and rights',
    )
  }
  if (strangeStructure.includes(code)) {
    return new SetupFailure(
      `the database structure does not fit this version: ${words}`,
      'npm start brings it up to date',
    )
  }
  if (cause.sqlMessage === undefined) return null
  return new SetupFailure(`the database refuses a statement: ${code} ${words}`, 'see the log of the database')
}

function innermost(error: unknown): ServerError | null {
  if (!(error instanceof Error)) return null
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  return error.cause instanceof Error ? innermost(error.cause) : error
}
