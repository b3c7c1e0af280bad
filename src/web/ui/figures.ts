import { averageWaitMs, connectRate, type Tally, within15sRate } from '../../floor/figures.ts'
import { formatSpan } from './format.ts'

/** Figures as people read them. Pure. */

/** `95.2%`; never rounded up to a goal that was not reached. */
export function formatRate(rate: number | null): string {
  return rate === null ? '—' : `${(Math.floor(rate * 1_000) / 10).toFixed(1)}%`
}

export const formatCount = (count: number): string => count.toLocaleString('zh-CN')

/** `00:12`, of callers who were answered. */
export function formatWait(tally: Tally): string {
  const ms = averageWaitMs(tally)
  return ms === null ? '—' : formatSpan(ms)
}

export const formatConnected = (tally: Tally): string => formatRate(connectRate(tally))
export const formatWithin15s = (tally: Tally): string => formatRate(within15sRate(tally))
