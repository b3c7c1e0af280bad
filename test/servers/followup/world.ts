import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import type { PlaceAsk } from '../../../src/calls/machine/outgoing/outgoing.ts'
import type { FollowUpDetail, FollowUpList, NewAnswers } from '../../../src/followup/api.ts'
import { doDue, endLost, endOutOfTime } from '../../../src/followup/duties.ts'
import { tellLate } from '../../../src/followup/late/alarm.ts'
import type { LetterDetail, LetterList } from '../../../src/followup/letters/api.ts'
import { planSome } from '../../../src/followup/planning.ts'
import { followUps } from '../../../src/followup/schema.ts'
import { wordsOf } from '../../../src/messages/message.ts'
import { messages } from '../../../src/messages/schema.ts'
import type { AgentId, SessionId, SkillId } from '../../../src/platform/types.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { timingToCome } from '../tickets/world.ts'
import { site } from '../web/world.ts'

/** An office whose matters are followed up, at 10:00 in the city whatever the clock of the machine says. */

const { followUp: rules } = site
const answer = { publicReply: '路灯已修复，亮灯正常', internalReply: '更换灯头一只' }
const hour = 3_600_000

/** The next 10:00 in the city but one: so much lies between it and now that a test may begin at any time. */
function tenOClock(): number {
  const midnight = Math.floor((Date.now() + 8 * hour) / (24 * hour)) * 24 * hour - 8 * hour
  return midnight + 34 * hour
}

export const content: NewAnswers = { contacted: 'YES', solved: 'SOLVED', satisfied: 'SATISFIED' }
export const bad: NewAnswers = { contacted: 'NO', solved: 'UNSOLVED', satisfied: 'DISSATISFIED', reason: 'R1' }
export const caller = (n: number, more: object = {}) => ({
  name: `李${n}`,
  phone: `139${String(10_000_000 + n)}`,
  ...more,
})

export interface Phone {
  say: { code: string }
  /** The citizen answers the last call that was placed: agent and citizen hear each other. */
  pickUp(): Promise<void>
}

site.trunks.push({ name: 'carrier', kind: 'carrier', networks: [], vouches: true, sendTo: '127.0.0.1:9' })

export async function aFollowedOffice() {
  const office = await anOffice()
  await office.join('follow-up', 'CALLBACK')
  let ahead = tenOClock() - Date.now()
  const now = () => Date.now() + ahead
  office.wait(ahead)
  await office.logInAgain()
  const parts = {
    ...{ db: office.db, rules, now, calendar: async () => timingToCome.calendar },
    ...{ bus: { publish: () => undefined }, log: pino({ level: 'silent' }) },
    head: { siteName: '长治12345', publicUrl: 'http://127.0.0.1:12345' },
  }
  async function act(name: string, number: string, action: string, more: object = {}): Promise<void> {
    const { version } = await office.detail('dispatcher', number)
    const done = await office.act(name, number, action, { version, ...more })
    if (done.statusCode !== 200) throw new Error(`${action}: ${done.body}`)
  }
  async function handle(number: string): Promise<void> {
    await act('cgj', number, 'sign')
    await act('cgj', number, 'reply', { ...answer, overrideReason: '测试' })
    await act('dispatcher', number, 'close')
  }
  const world = {
    ...office,
    parts,
    now,
    act,
    /** The unit handles it (again), and it is closed. */
    handle,
    async later(ms: number): Promise<void> {
      ahead += ms
      office.wait(ms)
      if (ms > 6 * hour) await office.logInAgain()
    },
    async closed(change: object = {}): Promise<string> {
      const number = await office.create(change)
      await act('dispatcher', number, 'dispatch', { lead: 'cgj', reason: '职责范围' })
      await handle(number)
      return number
    },
    /** As the jobs role does it. */
    async turn(): Promise<void> {
      await planSome(parts, 0)
      await doDue(parts)
      await endLost(parts)
      await endOutOfTime(parts)
      await tellLate(parts)
    },
    async taskOf(number: string, round = 1) {
      const rows = await office.db
        .select({ task: followUps })
        .from(followUps)
        .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
        .where(eq(tickets.number, number))
      const found = rows.find(({ task }) => task.round === round)
      if (!found) throw new Error(`${number} has no follow-up of round ${round}`)
      return found.task
    },
    followUp: (name: string, id: string) => office.get<FollowUpDetail>(name, `/api/follow-ups/${id}`),
    todo: async (name: string, list = 'TODO') =>
      (await office.get<FollowUpList>(name, `/api/follow-ups?list=${list}`)).followUps.map(({ number }) => number),
    letters: async (name: string, query = '') =>
      (await office.get<LetterList>(name, `/api/rating-letters?${query}`)).letters,
    letter: (name: string, id: string) => office.get<LetterDetail>(name, `/api/rating-letters/${id}`),
    /** As the telephones would read them, the first first. */
    async inbox(): Promise<string[]> {
      return (await office.db.select().from(messages).where(eq(messages.kind, 'RATING')).orderBy(messages.id)).map(
        wordsOf,
      )
    },
    async lastToken(): Promise<string> {
      return /\/rate#([\w-]+)/.exec((await world.inbox()).at(-1) ?? '')?.[1] ?? ''
    },
    openLink: (token: string) => office.web.inject({ url: `/api/public/ratings/${token}` }),
    rate: (token: string, payload: object) =>
      office.web.inject({ method: 'POST', url: `/api/public/ratings/${token}`, payload }),
    /** A telephone for this agent, and a controller that takes what it is asked, or says why not. */
    async atPhone(name: string): Promise<Phone> {
      const say = { code: '' }
      const asked: PlaceAsk[] = []
      await office.bus.respond('call.place', async (ask) => {
        if (say.code !== '') return { ok: false, code: say.code, message: '' }
        asked.push(ask)
        return { ok: true }
      })
      const me = (await office.get<{ person: { id: number } }>(name, '/api/session')).person
      const profile = { id: String(me.id) as AgentId, number: name, name, skills: ['general' as SkillId], version: 0 }
      await office.queue.setReachable(`b-${name}`, true, now())
      await office.queue.signIn(profile, `session-${name}` as SessionId, `b-${name}`, now())
      const pickUp = async (): Promise<void> => {
        const ask = asked.at(-1)
        if (!ask) throw new Error('nobody was called')
        const { callId: id, number: callerNumber } = ask
        const at = { arrivedAt: now(), answeredAt: now() }
        await office.call({ id, callerNumber, direction: 'OUT', agentId: me.id, ...at })
      }
      return { say, pickUp }
    },
  }
  return world
}
