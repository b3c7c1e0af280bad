import { defaultFollowUpRules as rules } from '../../../src/followup/rules.ts'
import type { FollowUpParts } from '../../../src/followup/store.ts'
import { anOffice } from '../tickets/office.ts'
import { timingToCome } from '../tickets/world.ts'

/** An office whose matters are followed up, with a clock of its own for the follow-up. */

const answer = { publicReply: '路灯已修复，亮灯正常', internalReply: '更换灯头一只' }

/** The next 10:00 in the city. */
export function tenOClock(): number {
  const midnight = Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000) * 86_400_000 - 8 * 3_600_000
  return midnight + 34 * 3_600_000
}

export async function aFollowedOffice() {
  const office = await anOffice()
  const clock = { at: tenOClock() }
  const parts: FollowUpParts = {
    ...{ db: office.db, rules, now: () => clock.at },
    calendar: async () => timingToCome.calendar,
  }
  async function act(name: string, number: string, action: string, more: object = {}): Promise<void> {
    const { version } = await office.detail('dispatcher', number)
    const done = await office.act(name, number, action, { version, ...more })
    if (done.statusCode !== 200) throw new Error(`${action}: ${done.body}`)
  }
  async function handle(number: string): Promise<void> {
    await act('cgj', number, 'sign')
    await act('cgj', number, 'reply', answer)
    await act('dispatcher', number, 'close')
  }
  return {
    ...office,
    parts,
    clock,
    act,
    /** The unit handles it (again), and it is closed. */
    handle,
    async closed(change: object = {}): Promise<string> {
      const number = await office.create(change)
      await act('dispatcher', number, 'dispatch', { lead: 'cgj', reason: '职责范围' })
      await handle(number)
      return number
    },
  }
}
