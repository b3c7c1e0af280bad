import { onScopeDispose, type Ref, ref } from 'vue'
import type { Instant } from '../../platform/types.ts'

/**
 * The server's clock as seen from this page: timers stay right on a machine whose own clock is wrong or is moved.
 * `performance.now()` never jumps; each snapshot sets it anew.
 */
let base = { server: Date.now(), here: performance.now() }
const now = ref<Instant>(base.server)
let users = 0
let timer: number | undefined

export function serverNow(): Instant {
  return Math.round(base.server + (performance.now() - base.here))
}

export function syncClock(server: Instant): void {
  base = { server, here: performance.now() }
  now.value = server
}

function tick(): void {
  now.value = serverNow()
  // On the second, so that all timers of the page move together.
  timer = window.setTimeout(tick, 1000 - (now.value % 1000) + 5)
}

/** The server's time, once a second. */
export function useClock(): Readonly<Ref<Instant>> {
  users += 1
  if (users === 1) tick()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) window.clearTimeout(timer)
  })
  return now
}
