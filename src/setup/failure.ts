import { readFile } from 'node:fs/promises'

/** A step of the set-up that cannot go on: what failed, the end of its log, and what whoever reads this can do. */
export class SetupFailure extends Error {
  readonly remedy: string
  readonly logTail: string
  constructor(what: string, remedy: string, logTail = '') {
    super(what)
    this.remedy = remedy
    this.logTail = logTail
  }
}

export function explain(error: unknown): string {
  if (!(error instanceof SetupFailure)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const tail = error.logTail === '' ? '' : `\n\n${error.logTail.trimEnd().replace(/^/gm, '    | ')}\n`
  return `${error.message}${tail}\n  What to do: ${error.remedy}`
}

/** Last lines of a log; empty when there is none. */
export async function tailOf(file: string, lines = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
