import type { Job } from 'bullmq'
import { openWorker, type RunningWorker, type WorkerParts } from '../platform/jobs/workers.ts'
import type { Instant } from '../platform/types.ts'
import type { AlarmParts } from '../tickets/clockwork/alarms.ts'
import { moveClocks } from '../tickets/clockwork/moving.ts'

/** The clocks of open tickets follow the working days that were changed on a page. */
export function openMoving(parts: WorkerParts & AlarmParts): RunningWorker {
  return openWorker('clocks', parts, ({ data: { from } }: Job<{ from: Instant }>) => moveClocks(parts, from), 1)
}
