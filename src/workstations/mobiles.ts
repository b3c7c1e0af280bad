import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import type { UnitCode } from '../platform/types.ts'
import { units } from '../units/schema.ts'
import { workstations } from './schema.ts'

/** Where a unit is reached by a message: its own mobile, and those of a workstation's leader and handler. */
export async function mobilesOf(db: Db | Tx, unit: UnitCode): Promise<string[]> {
  const [row] = await db
    .select({ own: units.phone, leader: workstations.leaderPhone, handler: workstations.handlerPhone })
    .from(units)
    .leftJoin(workstations, eq(workstations.unitCode, units.code))
    .where(eq(units.code, unit))
  const typed = [row?.own, row?.leader, row?.handler].map((phone) => (phone ?? '').replace(/^\+?86|[^\d]/g, ''))
  return [...new Set(typed.filter((phone) => /^1\d{10}$/.test(phone)))]
}
