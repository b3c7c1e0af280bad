import { gte } from 'drizzle-orm'
import { dayNumberOf, dayOf, dayOfNumber } from '../../../calendar/days.ts'
import type { Db } from '../../../platform/database/database.ts'
import type { Instant } from '../../../platform/types.ts'
import { dutyShifts, monthAfter, monthOf, type Post, posts } from '../../../workstations/roster.ts'
import { workstationDuties } from '../../../workstations/schema.ts'
import { confirmMonth, readRecords, readStations, writeDuties, writeRecord } from '../../../workstations/store.ts'

/** Enough until the end of the next month. */
const daysAhead = 62
const surnames = [...'秦路申韩牛崔段赵李王张刘陈杨马郭']
const given = ['晓东', '建军', '俊杰', '海燕', '志强', '慧敏', '文斌', '丽芳', '国庆', '玉梅']

/** A person of a station, the same at each start. */
const personOf = (station: number, turn: number): string =>
  `${surnames[(station * 5 + turn) % surnames.length]}${given[(station * 3 + turn) % given.length]}`
/** 0355-555xxxx: numbers that nobody has. */
const phoneOf = (station: number, turn: number): string =>
  `0355-555${String(3_000 + station * 20 + (turn % 20)).padStart(4, '0')}`

/**
 * Posts and duty lists of the sample's workstations, from yesterday on, confirmed: else the bell of each dispatcher
 * began with fourteen alarms. Nothing is added while there are shifts to come.
 */
export async function loadSampleWorkstations(db: Db, now: Instant): Promise<void> {
  const today = dayNumberOf(now)
  const [known] = await db
    .select({ unit: workstationDuties.unitCode })
    .from(workstationDuties)
    .where(gte(workstationDuties.day, dayOf(now)))
    .limit(1)
  if (known) return
  const stations = await readStations(db)
  const records = await readRecords(
    db,
    stations.map(({ code }) => code),
  )
  const month = monthOf(dayOf(now))
  await db.transaction(async (tx) => {
    for (const [at, { code }] of stations.entries()) {
      const record = records.get(code)
      if (record?.version === 0) {
        const filled = posts.map((post, n) => [post, { name: personOf(at, n), phone: phoneOf(at, n) }])
        const facts = { dutyPhone: phoneOf(at, 19), funding: '县财政专项经费', cover: 'ALL' as const, version: 0 }
        const kept = Object.fromEntries(filled) as Record<Post, { name: string; phone: string }>
        await writeRecord(tx, code, { ...facts, posts: kept }, now)
      }
      const turns = Array.from({ length: daysAhead + 1 }, (_, n) => today - 1 + n).flatMap((day) =>
        dutyShifts.map((shift, n) => ({ day: dayOfNumber(day), shift, turn: 4 + ((day * 2 + n) % 6) })),
      )
      await writeDuties(
        tx,
        turns.map(({ day, shift, turn }) => ({
          ...{ unit: code, day, shift, leader: personOf(at, 0), name: personOf(at, turn), phone: phoneOf(at, turn) },
        })),
        now,
      )
      const by = { id: null, name: personOf(at, 1) }
      for (const confirmed of [month, monthAfter(month)]) await confirmMonth(tx, code, confirmed, by, now)
    }
  })
}
