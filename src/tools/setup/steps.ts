import { patientOutput } from '../../platform/process/output.ts'

/** Shows the user what is being done, and how long each step took. */
export interface Steps {
  /** Runs the work; the line appears when it is done, or earlier when it takes long. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>
  say(line: string): void
}

const longMs = 2_000

/** Standard output may be a file on the full disk. */
function toOutput(): (line: string) => void {
  const output = patientOutput((lost) => `  ! ${lost} lines could not be written here\n`)
  return (line) => output.write(`${line}\n`)
}

export function createSteps(write = toOutput()): Steps {
  return {
    say: write,
    step: async (title, work) => {
      const startedAt = Date.now()
      const long = setTimeout(() => write(`  … ${title}`), longMs)
      try {
        const result = await work()
        write(`  ✓ ${title} (${seconds(Date.now() - startedAt)})`)
        return result
      } finally {
        clearTimeout(long)
      }
    },
  }
}

export const silentSteps: Steps = { say: () => {}, step: (_title, work) => work() }

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
