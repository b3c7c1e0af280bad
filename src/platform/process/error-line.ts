/**
 * What a log contains of an error. Drivers attach the values of a statement to their errors, Drizzle writes them into
 * the message and so into the stack, ioredis keeps the whole command: callers' numbers, states of calls, digests. Only
 * the fields named here are logged. Pure.
 */

export interface ErrorLine {
  type: string
  message: string
  stack: string
  /** Statement with its question marks. */
  query?: string
  cause?: ErrorLine | string
  aggregateErrors?: (ErrorLine | string)[]
  [detail: string]: unknown
}

const harmless = ['code', 'errno', 'sqlState', 'syscall', 'address', 'port', 'path', 'status', 'statusCode', 'signal']
const deepest = 5

export function errorLine(error: unknown, depth = 0): ErrorLine | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? wordsOf(error) : typeof error
  const facts: Record<string, unknown> = { ...error }
  const line: ErrorLine = {
    type: error.constructor.name || error.name,
    message: wordsOf(error.message),
    stack: `${error.name}: ${wordsOf(error.message)}${framesOf(error)}`,
  }
  for (const name of harmless) {
    if (['string', 'number'].includes(typeof facts[name])) line[name] = facts[name]
  }
  if (typeof facts.query === 'string') line.query = facts.query
  if (depth >= deepest) return line
  if (error.cause !== undefined) line.cause = errorLine(error.cause, depth + 1)
  if (error instanceof AggregateError) line.aggregateErrors = error.errors.map((one) => errorLine(one, depth + 1))
  return line
}

/** Without the bound values, and without those that a server repeats: `Duplicate entry '139…' for key`. */
export function wordsOf(message: string): string {
  return message.replace(/\nparams: .*$/s, '').replace(/\b(entry|value:?) '.*' for /gs, "$1 '…' for ")
}

/** The lines of the stack below the message, whatever that holds. */
function framesOf({ stack = '', message }: Error): string {
  const at = stack.indexOf(message)
  const frames = at < 0 ? stack : stack.slice(at + message.length)
  return frames
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => `\n${line}`)
    .join('')
}
