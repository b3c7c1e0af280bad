import { randomBytes } from 'node:crypto'
import { type Choice, chooseUnit } from '../../../catalogue/catalogue.ts'
import { categories } from '../../../catalogue/schema.ts'
import { readCatalogue } from '../../../catalogue/store.ts'
import type { Db } from '../../../platform/database/database.ts'
import type { CategoryCode, UnitCode } from '../../../platform/types.ts'
import { newTicket } from '../../../tickets/api.ts'
import type { NewTicket } from '../../../tickets/records/rows.ts'

/** A ticket as an agent submits it, of the usual size. */

let serial = 0

/** Each number once: tickets of one caller wait for each other. */
export function newPhone(): string {
  serial += 1
  return `136${randomBytes(2).readUInt16BE().toString().padStart(5, '0')}${String(serial % 1_000).padStart(3, '0')}`
}

export const newKey = (): string => randomBytes(12).toString('hex')

/** As the desk sends it. */
export function formOf(categoryCode: CategoryCode, phone: string) {
  return {
    type: 'HELP',
    categoryCode,
    // Without a county: it goes to the unit itself, not to a county's workstation.
    countyCode: null,
    place: '英雄中路与解放东街交叉口',
    content:
      '市民来电反映：该处路灯已连续三晚不亮，周边有两所学校，晚自习放学时学生通行困难，曾向社区反映未果，希望有关部门尽快派人维修，并将处理结果告知本人。',
    wish: '尽快修复并回复',
    caller: { name: '张三丰', phone, address: '惠丰小区3号楼2单元' },
  }
}

/** The same as the store receives it. */
export function inputOf(categoryCode: CategoryCode, phone: string): NewTicket {
  const { answer: _answer, caller, ...rest } = newTicket.parse(formOf(categoryCode, `+86${phone}`))
  return { ...rest, caller: { ...caller, extension: null, otherPhone: null }, lineId: null, callNumbers: [] }
}

/** @returns a matter that the catalogue sends to this unit whatever the place */
export async function matterFor(db: Db, unit: UnitCode): Promise<CategoryCode> {
  const { rules, units } = await readCatalogue(db)
  const rows = await db.select({ code: categories.code, level: categories.level }).from(categories)
  const choiceOf = (categoryCode: CategoryCode): Choice => {
    const matter = inputOf(categoryCode, newPhone())
    return chooseUnit(matter, rules, units, Date.now())
  }
  const found = rows.find(({ code, level }) => level === 3 && choiceOf(code).lead === unit)
  if (!found) throw new Error(`the catalogue sends nothing to ${unit}`)
  return found.code
}
