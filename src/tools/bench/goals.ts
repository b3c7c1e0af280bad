import { batch } from './goals/batch.ts'
import { consult } from './goals/consult.ts'
import { flowA } from './goals/flow-a.ts'
import { flowB } from './goals/flow-b.ts'
import { knee } from './goals/knee.ts'
import { lists } from './goals/lists.ts'
import { loops } from './goals/loops.ts'
import { routing } from './goals/routing.ts'
import { screenPop } from './goals/screen-pop.ts'
import { start } from './goals/start.ts'
import { statements } from './goals/statements.ts'
import { sweep } from './goals/sweep.ts'
import { ticketAct } from './goals/ticket-act.ts'
import { ticketCreate } from './goals/ticket-create.ts'
import { ticketRead } from './goals/ticket-read.ts'
import { timers } from './goals/timers.ts'
import { triggers } from './goals/triggers.ts'
import { unitScreen } from './goals/unit-screen.ts'
import type { Measurement } from './measurement.ts'

/** All measurements, in this order. A new goal is a file in `goals/` and a line here. */
export const measurements: readonly Measurement[] = [
  start,
  routing,
  flowA,
  flowB,
  consult,
  screenPop,
  loops,
  knee,
  unitScreen,
  ticketCreate,
  ticketAct,
  timers,
  lists,
  ticketRead,
  statements,
  sweep,
  batch,
  triggers,
]
