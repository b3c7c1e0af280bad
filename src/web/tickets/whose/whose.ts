import type { Instant } from '../../../platform/types.ts'
import { formatWhen } from '../../ui/format.ts'

/** The call to which a form or a draft belongs. Pure. */

export interface Whose {
  /** Masked; null when the caller gave no number. */
  caller: string | null
  line: { number: string; name: string }
  arrivedAt: Instant
  /** An agent of ours placed it. */
  isOutgoing?: boolean
}

/** `139****1234 · 今天 14:05 来电 · 12333 人社热线`: the name of the line comes last, where it may be cut. */
export function whoseInWords({ caller, line, arrivedAt, isOutgoing }: Whose, now: Instant): string {
  return `${caller ?? '未显示号码'} · ${formatWhen(arrivedAt, now)} ${isOutgoing ? '外呼' : '来电'} · ${line.number} ${line.name}`
}
