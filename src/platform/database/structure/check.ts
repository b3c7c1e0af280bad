import type { Pool, RowDataPacket } from 'mysql2/promise'
import { type Applied, migrationsDir, readMigrations, type StructureFault, structureFaults } from './migrations.ts'

/** Whether a database has the structure that this version was written for. */
export interface StructureCheck {
  /**
   * @returns the differences; null when this user may not read `schema_migrations`
   * @throws when the database does not answer
   */
  faults(): Promise<StructureFault[] | null>
}

export function openStructureCheck(pool: Pick<Pool, 'query'>, from = migrationsDir): StructureCheck {
  const migrations = readMigrations(from)
  // A failure is reported when it is asked for.
  migrations.catch(() => {})
  return {
    async faults() {
      try {
        const [rows] = await pool.query<(Applied & RowDataPacket)[]>('SELECT name, digest, done FROM schema_migrations')
        return structureFaults(await migrations, rows)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : ''
        if (code === 'ER_NO_SUCH_TABLE') return structureFaults(await migrations, [])
        if (code === 'ER_TABLEACCESS_DENIED_ERROR') return null
        throw error
      }
    },
  }
}

/** For engineers: what is wrong with the structure, and what to do. */
export function structureWords(faults: StructureFault[]): string {
  const isNewer = faults.some(({ fault }) => fault === 'unknown')
  const parts = [
    listed('lacks', named(faults, 'missing')),
    listed('has not finished', named(faults, 'unfinished')),
    listed('had another file as', named(faults, 'changed')),
    listed('has migrations unknown to this version:', named(faults, 'unknown')),
  ]
  const remedy = isNewer ? 'use the newer version, or restore a backup of this one' : 'npm start brings it up to date'
  return `the database structure does not fit this version: it ${parts.filter((part) => part !== '').join('; it ')}. ${remedy}`
}

/** Names of the migrations with this fault; many are abbreviated to the first and the last. */
export function named(faults: StructureFault[], fault: StructureFault['fault']): string[] {
  const names = faults.filter((one) => one.fault === fault).map(({ name }) => name)
  return names.length <= 3 ? names : [names[0] ?? '', '…', names.at(-1) ?? '']
}

function listed(verb: string, names: string[]): string {
  return names.length === 0 ? '' : `${verb} ${names.join(', ')}`
}
