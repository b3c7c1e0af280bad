/**
 * Runs the work at once, and once more afterwards however often it is requested during the run: news is on the screen
 * immediately, and a storm of news does not cause a storm of requests.
 */
export function coalesce(work: () => Promise<void>, gapMs: number): { ask(): void; stop(): void } {
  let isBusy = false
  let isWanted = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function run(): Promise<void> {
    isBusy = true
    isWanted = false
    try {
      await work()
    } finally {
      timer = setTimeout(() => {
        isBusy = false
        if (isWanted) void run()
      }, gapMs)
    }
  }

  return {
    ask() {
      if (isBusy) isWanted = true
      else void run()
    },
    stop() {
      clearTimeout(timer)
      isBusy = true
    },
  }
}
