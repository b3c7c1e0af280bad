import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** What `migrations/` holds. */

export interface Migration {
  name: string
  digest: string
  statements: string[]
}

/** A row of `schema_migrations`. */
export interface Applied {
  name: string
  digest: string
  /** Statements that have taken effect, of how many. */
  done: number
  total: number
}

export const migrationsDir = resolve(import.meta.dirname, '../../../migrations')

export async function readMigrations(from: string): Promise<Migration[]> {
  const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(join(from, 'meta/_journal.json'), 'utf8'))
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const text = await readFile(join(from, `${tag}.sql`), 'utf8')
      const statements = text.split('--> statement-breakpoint').map((statement) => statement.trim())
      return {
        name: tag,
        digest: createHash('sha256').update(text).digest('hex'),
        statements: statements.filter((statement) => statement !== ''),
      }
    }),
  )
}
