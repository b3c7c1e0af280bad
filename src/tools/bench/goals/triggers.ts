import { sql } from 'drizzle-orm'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import { loadCalendar } from '../../../calendar/store.ts'
import { sweepAlerts } from '../../../oversight/triggers/sweep.ts'
import { openDatabase } from '../../../platform/database/database.ts'
import { createLogger } from '../../../platform/process/log.ts'
import { requireSite } from '../../../site/load.ts'
import type { Hotline } from '../../setup/hotline.ts'
import { whileJobsSleep } from '../load/asleep.ts'
import { whileOpen } from '../load/overdue.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Measurement } from '../measurement.ts'

const wanted = 50_000

interface Swept {
  open: number
  ms: [first: number, second: number]
  changed: [first: number, second: number]
}

export const triggers: Measurement = {
  name: 'triggers',
  goals: ['P22'],
  title: 'every open ticket is held against the triggers of supervision in seconds, and a second sweep changes nothing',
  how: `${wanted.toLocaleString('en-US')} tickets of the seed are open, half of them overdue, with a clock of handling each; the sweep of the jobs role, then once more at the same instant`,
  async run(bench) {
    const hotline = await bench.hotline()
    await seededTickets(bench)
    const { open, ms, changed } = await whileJobsSleep(hotline, () => sweepTwice(hotline))
    bench.say(`${open} open: first ${ms[0].toFixed(0)} ms, then ${ms[1].toFixed(0)} ms`)
    const common = {
      ...{ goal: 'P22' as const, samples: 1 },
      voids: [
        ...(open < wanted ? [`only ${open} open tickets`] : []),
        ...(changed[0] === 0 ? ['no alert was raised'] : []),
      ],
      note: `${changed[0]} alerts raised by the first sweep; the second one took ${(ms[1] / 1_000).toFixed(1)} s`,
    }
    return [
      { ...common, what: `sweep of ${open} open tickets`, value: ms[0] / 1_000, unit: 's', target: { atMost: 10 } },
      {
        ...{ ...common, what: 'alerts that a second sweep changed', value: changed[1] },
        ...{ unit: 'alarms', target: { atMost: 0 } },
      },
    ]
  },
}

async function sweepTwice({ settings }: Hotline): Promise<Swept> {
  const { db, close } = openDatabase(settings, { limitMs: 120_000, connections: 2 })
  const { workingTime } = requireCalendarFiles(settings.configDir)
  const calendar = await loadCalendar(db, workingTime)
  const at = Date.now()
  const parts = {
    ...{ db, rules: requireSite(settings.configDir).oversight, now: () => at },
    ...{ calendar: async () => calendar, log: createLogger('bench', 'error') },
  }
  try {
    const due = sql`UTC_TIMESTAMP(3) - INTERVAL 240 HOUR + INTERVAL FLOOR(RAND() * 480) HOUR`
    return await whileOpen(db, wanted, due, async (open) => {
      const once = async (): Promise<[ms: number, changed: number]> => {
        const beganAt = performance.now()
        const changed = await sweepAlerts(parts)
        return [performance.now() - beganAt, changed]
      }
      const [first, second] = [await once(), await once()]
      return { open, ms: [first[0], second[0]], changed: [first[1], second[1]] }
    })
  } finally {
    await db.execute(sql`DELETE FROM oversight_alerts WHERE raised_at = ${new Date(at).toISOString().slice(0, 23)}`)
    await close()
  }
}
