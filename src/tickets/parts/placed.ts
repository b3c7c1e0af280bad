import { and, inArray, isNull } from 'drizzle-orm'
import { lineageOf } from '../../catalogue/catalogue.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { CategoryCode, UnitCode } from '../../platform/types.ts'
import { townshipDuties, units } from '../../units/schema.ts'
import { unitsBelow } from '../../units/store.ts'
import { kindsBelow } from '../../units/unit.ts'
import type { TicketEvent } from '../life/ticket.ts'
import { Refused } from '../records/refusal.ts'

/** Where the units that an event names stand in the tree: who may send what to whom. */

/** @throws Refused for a unit that the sender may not send this to */
export async function checkPlaced(
  tx: Tx,
  event: TicketEvent,
  sender: UnitCode | null,
  category: CategoryCode,
): Promise<void> {
  switch (event.kind) {
    case 'dispatch':
    case 'designate':
      return ofCity(tx, [event.lead, ...event.coUnits])
    case 'reopen':
      return event.lead === null ? undefined : ofCity(tx, [event.lead])
    case 'add-co':
      return ofCity(tx, event.coUnits)
    case 'delegate':
      return below(tx, event.units, sender, category)
  }
}

/** The city sends to workstations what is a county's. Source: running rules 按责转办. */
async function ofCity(tx: Tx, named: UnitCode[]): Promise<void> {
  const stray = (await working(tx, named)).find(({ kind }) => kindsBelow.some((one) => one === kind))
  if (stray) throw new Refused('ticket.unit-below-station', `${stray.name}由县区工作站分办，请派给工作站。`)
}

/** @throws Refused for a unit that is not there, or was withdrawn */
async function working(tx: Tx, named: UnitCode[]) {
  const found = await tx
    .select({ code: units.code, kind: units.kind, name: units.shortName })
    .from(units)
    .where(and(inArray(units.code, named), isNull(units.withdrawnAt)))
  const stray = named.find((unit) => !found.some(({ code }) => code === unit))
  if (stray === undefined) return found
  throw new Refused('ticket.unit-unknown', `没有承办单位“${stray}”，或它已停用，请重新选择。`)
}

/** Source: domain model 2, section 7; a township is given only what its duty list names (66号). */
async function below(tx: Tx, named: UnitCode[], sender: UnitCode | null, category: CategoryCode): Promise<void> {
  const found = await working(tx, named)
  const known = sender === null ? [] : await unitsBelow(tx, sender)
  if (named.some((unit) => !known.includes(unit))) {
    throw new Refused('ticket.unit-not-below', '只能分办给本单位下属的部门和乡镇街道，请重新选择。')
  }
  const township = found.find(({ kind }) => kind === 'TOWNSHIP')
  if (!township) return
  const duties = await tx
    .select({ code: townshipDuties.categoryCode })
    .from(townshipDuties)
    .where(inArray(townshipDuties.categoryCode, lineageOf(category)))
  if (duties.length > 0) return
  const detail = `该事项不在乡镇（街道）履职清单内，不能交${township.name}办理，请交县区部门。`
  throw new Refused('ticket.not-a-township-duty', detail)
}
