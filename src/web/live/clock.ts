import { onScopeDispose, type Ref, ref } from 'vue'
import type { Instant } from '../../platform/types.ts'

/**
 * The server's clock as seen from this page: lamps, time left and allowed steps are right even if the machine's own
 * clock is wrong or stepped. `performance.now()` never jumps; each snapshot sets this clock again, and each answer of
 * the server corrects it, also after the machine has slept.
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

/**
 * The `Date` of an answer (RFC 9110, 6.6.1) names a whole second; the server's clock was within that second at some
 * time while the request was in flight. A clock that agrees with this stays as it is: a snapshot's time is more exact.
 * @param shown the server's time as this page knows it
 * @param date of the header
 * @param tripMs from the request to its answer
 */
export function correctedBy(shown: Instant, date: Instant, tripMs: number): Instant {
  return Math.min(Math.max(shown, date), date + 1_000 + tripMs)
}

/** @param sentAt `performance.now()` when the request was sent */
export function syncWithAnswer(answer: Response, sentAt: number): void {
  const date = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(date)) return
  const shown = serverNow()
  const corrected = correctedBy(shown, date, performance.now() - sentAt)
  if (corrected !== shown) syncClock(Math.round(corrected))
}

function tick(): void {
  now.value = serverNow()
  // On the second, so that all timers of the page change together.
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
