import { type Logger, pino } from 'pino'
import { errorLine, wordsOf } from './error-line.ts'
import { type Output, patientOutput } from './output.ts'

/** One JSON object per line on standard output; the parent process decides where it goes. */
export type Log = Logger

/** Names of fields with secrets; their values never reach a log, at the top level or one level deep. */
const secretNames = ['password', 'passwordHash', 'token', 'tokenHash', 'digest', 'secret', 'cookie', 'authorization']
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat('*.headers["set-cookie"]')

/** JSON leaves these unescaped, but terminals interpret them and some readers end a line at them. */
const unsafe = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Keeps text that came from outside, e.g. a SIP display name, from ending a line or steering a terminal. */
export function safeLine(line: string): string {
  return line.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** @param to where lines go */
export function createLogger(role: string, level = 'info', to: Output = standardOutput(role)): Log {
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[redacted]' },
      hooks: {
        // A line without its own message would use the error's message unfiltered.
        logMethod(given, log) {
          const [what, words] = given as [unknown, unknown]
          const error = what instanceof Error ? what : errorIn(what)
          if (error && words === undefined) log.call(this, what as object, wordsOf(error.message))
          else log.apply(this, given)
        },
      },
      serializers: { err: (error: unknown) => errorLine(error) },
    },
    { write: (line) => to.write(safeLine(line)) },
  )
}

function standardOutput(role: string): Output {
  return patientOutput((lost) => {
    const line = { level: 'warn', time: new Date().toISOString(), role, pid: process.pid, lost }
    return `${JSON.stringify({ ...line, msg: 'lines of this log were lost: they could not be written' })}\n`
  })
}

function errorIn(what: unknown): Error | null {
  return typeof what === 'object' && what !== null && 'err' in what && what.err instanceof Error ? what.err : null
}
