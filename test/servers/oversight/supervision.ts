import { eq } from 'drizzle-orm'
import type { AlertList } from '../../../src/oversight/triggers/api.ts'
import { sweepAlerts } from '../../../src/oversight/triggers/sweep.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { TicketId } from '../../../src/platform/types.ts'
import { requireSite } from '../../../src/site/load.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { timingToCome } from '../tickets/world.ts'

export const dayMs = 86_400_000
const rules = requireSite('config').oversight
export const log = createLogger('test', 'silent')

/** An office with two 督办员, and the sweep of the jobs role by the same clock. */
export async function aSupervision() {
  const office = await anOffice()
  await office.join('overseer', 'OVERSEER')
  await office.join('overseer-2', 'OVERSEER')
  let ahead = 0
  const now = () => Date.now() + ahead
  const parts = { db: office.db, rules, now, log }
  return {
    ...office,
    now,
    wait(ms: number): void {
      ahead += ms
      office.wait(ms)
    },
    sweep: (calendar = timingToCome.calendar) => sweepAlerts({ ...parts, calendar: async () => calendar }),
    async send1(lead = 'cgj', change: object = {}): Promise<{ number: string; id: TicketId }> {
      const number = await office.create(change)
      const { version } = await office.detail('dispatcher', number)
      await office.act('dispatcher', number, 'dispatch', { lead, reason: '属其职责', version })
      const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number))
      return { number, id: row?.id as TicketId }
    },
    async standing(query = ''): Promise<string[]> {
      const { alerts } = await office.get<AlertList>('overseer', `/api/oversight/alerts?limit=100${query}`)
      return alerts.map(({ trigger, level, unit }) => `${trigger} ${level} ${unit?.code}`).toSorted()
    },
  }
}
