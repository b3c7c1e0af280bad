/** Tells whoever waits what is being done, and how long each thing took. */
export interface Steps {
  /** Runs the work; the line appears when it is done, or earlier when it takes long. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>
  say(line: string): void
}

const longMs = 2_000

export function createSteps(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Steps {
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
