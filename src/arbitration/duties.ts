import type { Duty } from '../platform/jobs/ticker.ts'
import { type DesignateParts, designate, waitingDesignations } from './designate.ts'
import { actOnDispute, dueForReview } from './store.ts'

/** The jobs role's part: tickets that a dead process left undesignated, and rulings whose year is over. */
export function disputeDuties(parts: DesignateParts): Duty[] {
  const { db, now, log } = parts
  return [
    {
      everyMs: 30_000,
      name: 'designations of rulings',
      async work() {
        for (const id of await waitingDesignations(db)) await designate(parts, id)
      },
    },
    {
      everyMs: 3_600_000,
      name: 'rulings to be looked at again',
      async work() {
        for (const id of await dueForReview(db, now())) {
          const request = { by: null, actor: { by: 'system' } as const, now: now(), version: null, city: '' }
          await db.transaction((tx) => actOnDispute(tx, id, { kind: 'review' }, request))
          log.info({ dispute: id }, 'ruling is a year old: to be looked at again')
        }
      },
    },
  ]
}
