/** What is measured, and the result. Pure. */

/** Numbers of the goals as in docs/performance.md: `P` performance, `U` what users notice. */
export type GoalId = `P${number}` | `U${number}`

export type Unit = 'ms' | 's' | '/s' | '%' | '×' | 'ms/call' | 'kB' | 'MB' | 'calls' | 'alarms'

/** `null` for a figure that is shown beside its goal without being a promise itself. */
export type Target = { atMost: number } | { atLeast: number } | null

export interface Figure {
  goal: GoalId
  /** What was measured, e.g. `added answer latency P−F, p99`. */
  what: string
  /** Null when nothing could be measured; then `voids` says why. */
  value: number | null
  unit: Unit
  target: Target
  /** Lowest and highest of the rounds whose median `value` is. */
  range?: [lowest: number, highest: number]
  /** The arm that it is compared with: only ratios within one run are claims. */
  against?: { arm: string; value: number }
  samples: number
  /** Why it may not be claimed; empty for a valid one. */
  voids: string[]
  note?: string
}

export type Verdict = 'met' | 'missed' | 'void' | 'noted'

export function verdictOf({ value, target, voids }: Pick<Figure, 'value' | 'target' | 'voids'>): Verdict {
  if (value === null || !Number.isFinite(value) || voids.length > 0) return 'void'
  if (target === null) return 'noted'
  if ('atMost' in target) return value <= target.atMost ? 'met' : 'missed'
  return value >= target.atLeast ? 'met' : 'missed'
}

/** The figure relative to the arm's `against`; a figure that is a ratio itself has none. */
export function ratioOf({ value, unit, against }: Pick<Figure, 'value' | 'unit' | 'against'>): number | null {
  if (value === null || unit === '×' || against === undefined || against.value === 0) return null
  return value / against.value
}
