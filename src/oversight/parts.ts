import type { Calendar } from '../calendar/calendar.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import type { TriggerRules } from './triggers/trigger.ts'

/** What every route of supervision is given. */
export interface OversightParts {
  db: Db
  guard: Guard
  /** Versions of `config/oversight.yaml`. */
  rules: readonly TriggerRules[]
  calendar(): Promise<Calendar>
  /** `长治`: numbers of papers begin with its first character. */
  city: string
  /** Below which files lie. */
  folder: string
  now(): Instant
}
