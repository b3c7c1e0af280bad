import { and, asc, eq, isNull, notInArray, type SQL, sql } from 'drizzle-orm'
import type { MySqlColumn } from 'drizzle-orm/mysql-core'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Site } from '../site/site.ts'
import type { DirectoryEntry } from './entry.ts'
import { directoryEntries } from './schema.ts'

/** The directory in the database: seeded by `config/directory.yaml`, kept by administrators. */

export type EntryFacts = Omit<DirectoryEntry, 'id'>
/** Rows added by people come after those of the file. */
const behindTheFile = 100_000

const columns = {
  id: directoryEntries.id,
  number: directoryEntries.number,
  name: directoryEntries.name,
  kind: directoryEntries.kind,
  hours: directoryEntries.hours,
  remark: directoryEntries.remark,
}

/** Inserts missing seeds and updates rows that were never edited. Any number of processes may run it at once. */
export async function syncDirectory(db: Db, site: Pick<Site, 'directory'>, now: Instant): Promise<void> {
  const rows = site.directory.map((entry, sortOrder) => ({
    ...entry,
    ...{ sortOrder, isSeeded: true, changedAt: now, withdrawnAt: null },
  }))
  if (rows.length === 0) return
  const { name, kind, hours, remark, sortOrder, isSample, changedAt, withdrawnAt, editedAt } = directoryEntries
  const [emergencies, others] = [rows.filter(isEmergency), rows.filter((row) => !isEmergency(row))]
  await db.transaction(async (tx) => {
    if (others.length > 0) {
      const follow = (column: MySqlColumn): SQL => sql`IF(${editedAt} IS NULL, VALUES(${column}), ${column})`
      await tx
        .insert(directoryEntries)
        .values(others)
        .onDuplicateKeyUpdate({
          set: {
            ...{ name: follow(name), kind: follow(kind), hours: follow(hours), remark: follow(remark) },
            ...{ sortOrder: follow(sortOrder), isSample: follow(isSample) },
            ...{ changedAt: follow(changedAt), withdrawnAt: follow(withdrawnAt) },
          },
        })
    }
    // An emergency number overrides an earlier edited row of the same number.
    for (const row of emergencies) {
      const always = { ...row, editedAt: null }
      await tx.insert(directoryEntries).values(always).onDuplicateKeyUpdate({ set: always })
    }
    const numbers = rows.map((row) => row.number)
    await tx
      .update(directoryEntries)
      .set({ withdrawnAt: now, changedAt: now })
      .where(
        and(
          eq(directoryEntries.isSeeded, true),
          ...[isNull(editedAt), isNull(withdrawnAt)],
          notInArray(directoryEntries.number, numbers),
        ),
      )
  })
}

const isEmergency = ({ kind }: Pick<DirectoryEntry, 'kind'>) => kind === 'EMERGENCY'

/** All entries, in the order of the file. */
export function readDirectory(db: Db | Tx): Promise<DirectoryEntry[]> {
  return db
    .select(columns)
    .from(directoryEntries)
    .where(isNull(directoryEntries.withdrawnAt))
    .orderBy(asc(directoryEntries.sortOrder), asc(directoryEntries.id))
}

async function lockedEntry(tx: Tx, id: number): Promise<DirectoryEntry> {
  const [row] = await tx
    .select(columns)
    .from(directoryEntries)
    .where(and(eq(directoryEntries.id, id), isNull(directoryEntries.withdrawnAt)))
    .for('update')
  if (!row) throw new Refusal('directory.not-found')
  if (isEmergency(row)) throw new Refusal('directory.emergency-fixed')
  return row
}

/** @throws Refusal when the number exists already */
export async function addEntry(tx: Tx, facts: EntryFacts, now: Instant): Promise<DirectoryEntry> {
  const [known] = await tx
    .select({ id: directoryEntries.id, withdrawnAt: directoryEntries.withdrawnAt })
    .from(directoryEntries)
    .where(eq(directoryEntries.number, facts.number))
    .for('update')
  if (known && known.withdrawnAt === null) throw new Refusal('directory.number-taken')
  const edited = { ...facts, isSample: false, changedAt: now, editedAt: now, withdrawnAt: null }
  if (known) {
    await tx.update(directoryEntries).set(edited).where(eq(directoryEntries.id, known.id))
    return { id: known.id, ...facts }
  }
  const [made] = await tx.insert(directoryEntries).values({ ...edited, sortOrder: behindTheFile })
  return { id: made.insertId, ...facts }
}

/** @returns the previous row @throws Refusal when it does not exist, or when only the configuration may change it */
export async function changeEntry(
  tx: Tx,
  id: number,
  facts: Omit<EntryFacts, 'number'>,
  now: Instant,
): Promise<DirectoryEntry> {
  const before = await lockedEntry(tx, id)
  await tx
    .update(directoryEntries)
    .set({ ...facts, isSample: false, changedAt: now, editedAt: now })
    .where(eq(directoryEntries.id, id))
  return before
}

/** @returns the removed row @throws Refusal as `changeEntry` */
export async function withdrawEntry(tx: Tx, id: number, now: Instant): Promise<DirectoryEntry> {
  const before = await lockedEntry(tx, id)
  await tx
    .update(directoryEntries)
    .set({ changedAt: now, editedAt: now, withdrawnAt: now })
    .where(eq(directoryEntries.id, id))
  return before
}
