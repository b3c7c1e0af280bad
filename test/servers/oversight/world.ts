import { Writable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import { openBatchDuties } from '../../../src/oversight/batches/duties.ts'
import { hooksOf13710 } from '../../../src/oversight/thirteen710/duties.ts'
import { sendDue } from '../../../src/oversight/thirteen710/outbox.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { Settings } from '../../../src/settings.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { timingToCome, unit } from '../tickets/world.ts'
import { site } from '../web/world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))

type Link = Pick<Settings, 'thirteen710Url' | 'thirteen710Secret'>

/** An office with a 督办员, a workstation, and the jobs role's duties by a clock that the test moves. */
export async function anOversight(link: Link = { thirteen710Url: null, thirteen710Secret: '' }) {
  const office = await anOffice(link)
  await office.join('overseer', 'OVERSEER')
  await office.join('lzq', 'WORKSTATION', unit('lzq'))
  const clock = { now: Date.now() }
  const calendar = async () => timingToCome.calendar
  const open = () => {
    const made = openBatchDuties({
      settings: { databaseUrl: office.ways.database.url },
      ...{ site, calendar, now: () => clock.now, log },
      hooks: hooksOf13710({ settings: link, now: () => clock.now }),
    })
    onTestFinished(made.close)
    return made
  }

  /** Dispatched, signed, and its limit of handling has passed. @param dueAt by default an hour ago */
  async function overdue(lead = 'cgj', dueAt = clock.now - 3_600_000): Promise<string> {
    const number = await office.create()
    const act = async (who: string, action: string, more: object = {}) => {
      const { version } = await office.detail('dispatcher', number)
      const answer = await office.act(who, number, action, { version, ...more })
      if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
    }
    await act('dispatcher', 'dispatch', { lead, reason: '路灯' })
    await act(lead, 'sign')
    await office.db.update(tickets).set({ handleDueAt: dueAt, nextDueAt: dueAt }).where(eq(tickets.number, number))
    return number
  }
  const { db } = office
  return {
    ...{ ...office, clock, duties: open(), open, overdue },
    /** What one jobs process sends at this moment. */
    deliver: () => sendDue({ db, settings: link, site, now: () => clock.now, log }),
  }
}
