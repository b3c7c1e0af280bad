import { asc } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Choice } from './limit-book.ts'
import { limitChoices } from './schema.ts'

const allChoices = prepared((db) =>
  db
    .select({ profile: limitChoices.profile, from: limitChoices.fromDay })
    .from(limitChoices)
    .orderBy(asc(limitChoices.id))
    .prepare(),
)

/** Profiles of limits that were chosen on a page, in the order in which they were. */
export async function readChoices(db: Db): Promise<Choice[]> {
  return allChoices(db).execute()
}
