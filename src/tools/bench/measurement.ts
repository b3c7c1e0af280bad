import type { Hotline } from '../setup/hotline.ts'
import type { Figure, GoalId } from './goal.ts'

/** One measurement, for one goal or for several goals that one flow of calls gives figures for. */
export interface Measurement {
  /** Name on the command line, beside the goals. */
  name: string
  goals: readonly GoalId[]
  title: string
  /** How it is measured and against which arm, for `--help` and for readers of the JSON. */
  how: string
  /** Throws only when nothing could be measured at all; a figure that may not be claimed says so in `voids`. */
  run(bench: Bench): Promise<Figure[]>
}

/** The environment of a measurement. */
export interface Bench {
  /** The long way, by the rules of docs/performance.md; else the short one, all goals in less than five minutes. */
  isFull: boolean
  /**
   * The private hotline of this run, started at the first request and the same for all: only figures of one start are
   * compared.
   */
  hotline(): Promise<Hotline>
  /** Opens a resource once for the running hotline and closes it before that ends, e.g. agents at their desks. */
  shared<T extends { close(): void | Promise<void> }>(name: string, open: (hotline: Hotline) => Promise<T>): Promise<T>
  /** Ends it, for measuring its start; the next `hotline()` starts it again. */
  stopHotline(): Promise<void>
  /** Scratch folder below `var/bench/`. */
  dir: string
  /** Shows the progress within the measurement. */
  say(line: string): void
  signal: AbortSignal
}
