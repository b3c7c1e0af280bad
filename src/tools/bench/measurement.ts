import type { Hotline } from '../setup/hotline.ts'
import type { Figure, GoalId } from './goal.ts'

/** One thing that the bench does, for one goal or for several that one flow of calls gives figures for. */
export interface Measurement {
  /** Name on the command line, beside the goals. */
  name: string
  goals: readonly GoalId[]
  title: string
  /** How it is measured and against which arm, for `--help` and for whoever reads the JSON. */
  how: string
  /** Throws only where nothing could be measured at all; a figure that may not be claimed says so in `voids`. */
  run(bench: Bench): Promise<Figure[]>
}

/** What a measurement finds around it. */
export interface Bench {
  /** The long way, by the rules of docs/performance.md; else the short one, all goals in less than five minutes. */
  isFull: boolean
  /**
   * The private hotline of this run, started by whoever asks first and the same for all: only figures of one start
   * are compared.
   */
  hotline(): Promise<Hotline>
  /** Opens a thing once for the hotline that runs and closes it before that ends, e.g. agents at their desks. */
  shared<T extends { close(): void | Promise<void> }>(name: string, open: (hotline: Hotline) => Promise<T>): Promise<T>
  /** Ends it, for what measures its start; the next `hotline()` starts it again. */
  stopHotline(): Promise<void>
  /** Scratch folder below `var/bench/`. */
  dir: string
  /** Shows what is being done within the measurement. */
  say(line: string): void
  signal: AbortSignal
}
