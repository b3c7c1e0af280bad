/**
 * Does a piece of work at once, and however often it is asked for meanwhile once more afterwards: news is on the screen
 * immediately, and a storm of news is no storm of requests.
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
