import { type ComputedRef, computed } from 'vue'
import type { Instant } from '../../platform/types.ts'
import { formatSpan } from '../ui/format.ts'
import { useClock } from './clock.ts'

/** `02:41` since an instant, `--:--` while there is none. */
export function useCallTimer(since: () => Instant | null | undefined): ComputedRef<string> {
  const now = useClock()
  return computed(() => {
    const from = since()
    return from === null || from === undefined ? '--:--' : formatSpan(now.value - from)
  })
}
