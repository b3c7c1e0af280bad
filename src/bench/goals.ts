import { flowA } from './goals/flow-a.ts'
import { flowB } from './goals/flow-b.ts'
import { knee } from './goals/knee.ts'
import { loops } from './goals/loops.ts'
import { routing } from './goals/routing.ts'
import { start } from './goals/start.ts'
import type { Measurement } from './measurement.ts'

/** Everything that is measured, in this order. A new goal is a file in `goals/` and a line here. */
export const measurements: readonly Measurement[] = [start, routing, flowA, flowB, loops, knee]
