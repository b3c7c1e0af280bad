import { start } from './goals/start.ts'
import type { Measurement } from './measurement.ts'

/** Everything that is measured, in this order. A new goal is a file in `goals/` and a line here. */
export const measurements: readonly Measurement[] = [start]
