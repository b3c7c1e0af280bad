import { spawn } from 'node:child_process'
import { SetupFailure } from './failure.ts'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Ends the command, e.g. on Ctrl-C. */
  signal?: AbortSignal
  remedy?: string
  /** How many of the last lines a failure shows. */
  tail?: number
}

/** Runs a command to its end. @throws SetupFailure with the end of its output, unless it succeeded */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the command started ends with it.
      detached: true,
    })
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const abort = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGTERM')
      } catch {
        // It has just ended.
      }
    }
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    const line = [command, ...args].join(' ')
    const fail = (how: string) =>
      reject(
        new SetupFailure(
          `${shorten(line)} ${how}`,
          options.remedy ?? 'see the lines above, fix the cause and start again: finished steps are not repeated',
          said
            .trimEnd()
            .split('\n')
            .slice(-(options.tail ?? 15))
            .join('\n'),
        ),
      )
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ENOENT' ? 'is not installed' : error.message),
    )
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', abort)
      if (code === 0) resolve(said)
      else fail(signal ? `was ended by ${signal}` : `failed with exit code ${code}`)
    })
  })
}

function shorten(line: string): string {
  return line.length > 160 ? `${line.slice(0, 157)}…` : line
}
