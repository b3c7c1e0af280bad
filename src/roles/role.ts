import type { Log } from '../platform/process/log.ts'
import type { Settings } from '../settings.ts'

/** Started and stopped by `main.ts`. Each role's file exports one function of this type. */
export type StartRole = (settings: Settings, log: Log) => Promise<RunningRole>

export interface RunningRole {
  stop(): Promise<void>
}
