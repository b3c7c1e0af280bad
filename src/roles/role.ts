import type { Log } from '../platform/process/log.ts'
import type { Settings } from '../settings.ts'

/** What `main.ts` starts and stops. Each role's file exports one function of this shape. */
export type StartRole = (settings: Settings, log: Log) => Promise<RunningRole>

export interface RunningRole {
  stop(): Promise<void>
}
