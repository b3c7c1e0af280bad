import { sql } from 'drizzle-orm'
import type { Db } from '../../../platform/database/database.ts'

/**
 * Makes tickets of the seed open at their units while the work runs, then gives them back what they were. A row that a killed
 * run left behind is given back first.
 * @param due an SQL expression of their limit of handling
 * @returns what the work returns; `count` is how many there are
 */
export async function whileOpen<T>(
  db: Db,
  wanted: number,
  due: ReturnType<typeof sql>,
  work: (count: number) => Promise<T>,
): Promise<T> {
  await giveBack(db)
  try {
    await db.execute(sql`CREATE TABLE bench_open AS
      SELECT id, state, handle_due_at, next_due_at, sign_due_at, closed_at FROM tickets
      WHERE lead_unit IS NOT NULL AND merged_into IS NULL ORDER BY id DESC LIMIT ${wanted}`)
    await db.execute(sql`ALTER TABLE bench_open ADD PRIMARY KEY (id)`)
    const [changed] = await db.execute(sql`UPDATE tickets t JOIN bench_open o ON o.id = t.id
      SET t.handle_due_at = ${due}, t.next_due_at = t.handle_due_at, t.sign_due_at = NULL, t.state = 'SIGNED',
        t.closed_at = NULL`)
    return await work((changed as unknown as { affectedRows: number }).affectedRows)
  } finally {
    await giveBack(db)
  }
}

async function giveBack(db: Db): Promise<void> {
  const [rows] = await db.execute(sql`SELECT table_name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = 'bench_open'`)
  if ((rows as unknown as unknown[]).length === 0) return
  await db.execute(sql`UPDATE tickets t JOIN bench_open o ON o.id = t.id
    SET t.state = o.state, t.handle_due_at = o.handle_due_at, t.next_due_at = o.next_due_at,
      t.sign_due_at = o.sign_due_at, t.closed_at = o.closed_at`)
  await db.execute(sql`DROP TABLE bench_open`)
}
