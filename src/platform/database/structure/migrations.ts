import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** The contents of `migrations/`, and how a database's own record of them differs. */

export interface Migration {
  name: string
  digest: string
  statements: string[]
}

/** A row of `schema_migrations`. */
export interface Applied {
  name: string
  digest: string
  /** Statements that have taken effect. */
  done: number
}

/** One migration in which a database differs from what this version expects. */
export interface StructureFault {
  name: string
  /** `unknown`: made by a newer version; `changed`: the file differs from the applied one. */
  fault: 'missing' | 'unfinished' | 'unknown' | 'changed'
}

export const migrationsDir = resolve(import.meta.dirname, '../../../../migrations')

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

/** In the order of the migrations; unknown ones come last. */
export function structureFaults(migrations: Migration[], rows: Applied[]): StructureFault[] {
  const applied = new Map(rows.map((row) => [row.name, row]))
  const known = new Set(migrations.map(({ name }) => name))
  return [
    ...migrations.flatMap(({ name, digest, statements }): StructureFault[] => {
      const row = applied.get(name)
      if (!row) return [{ name, fault: 'missing' }]
      if (row.digest !== digest) return [{ name, fault: 'changed' }]
      return row.done < statements.length ? [{ name, fault: 'unfinished' }] : []
    }),
    ...rows.filter(({ name }) => !known.has(name)).map(({ name }): StructureFault => ({ name, fault: 'unknown' })),
  ]
}
