import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import type { CallDetail } from '../../../../src/calls/records/api.ts'
import { openCallStore } from '../../../../src/calls/records/store.ts'
import { callLinkDuty } from '../../../../src/calls/survey/links.ts'
import { callSurveys } from '../../../../src/calls/survey/schema.ts'
import { lineIds } from '../../../../src/lines/store.ts'
import { wordsOf } from '../../../../src/messages/message.ts'
import { messages } from '../../../../src/messages/schema.ts'
import type { AgentId, CallId, ChannelId } from '../../../../src/platform/types.ts'
import { ticketDrafts } from '../../../../src/tickets/records/schema.ts'
import { anOffer, World as CallWorld, entry } from '../../../unit/calls/world.ts'
import { anOffice, form } from '../../tickets/office.ts'
import { aWeb, site } from '../../web/world.ts'

/** Who hung up first rates by a link in a message. */

const dayMs = 86_400_000
const halfAnHour = 1_800_000
const surveyRules = { scale: 3, minTalkMs: 10_000 } as const

/** At ten in the morning in the city, whatever the clock of the machine says. */
async function aHotline(survey: typeof site.survey = { ...surveyRules, linkEveryDays: 7 }) {
  const world = await aWeb()
  const agent = await world.agent('1001')
  await world.person('boss', ['SUPERVISOR'])
  const ids = await lineIds(world.db)
  const store = openCallStore({
    ...{ db: world.db, gaveUpAfterMs: 5_000, recordingDir: '/' },
    lineId: (number) => ids.get(number) ?? 0,
  })
  const clock = { at: Math.floor((Date.now() + 8 * 3_600_000) / dayMs) * dayMs + 26 * 3_600_000 }
  let count = 0
  const duty = callLinkDuty({
    ...{ db: world.db, bus: world.bus, now: () => clock.at, site: { survey, followUp: site.followUp } },
    head: { siteName: '长治12345', publicUrl: 'http://127.0.0.1:12345' },
  })
  return {
    ...world,
    clock,
    send: () => duty.work(),
    /** Once the ticket of a talk is known. */
    async sendLater() {
      clock.at += halfAnHour
      await duty.work()
    },
    /** A talk of this number that the caller ends. */
    async talk(number = '+8613903551234'): Promise<CallId> {
      count += 1
      const id = entry.id.slice(0, -2).concat(String(10 + count)) as CallId
      const start = { ...entry, id, channel: `c-${count}` as ChannelId, arrivedAt: clock.at - 60_000, surveyRules }
      const call = new CallWorld({ ...start, caller: { number, raw: number, name: null } })
      call.talking({ ...anOffer(), agentId: String(agent.id) as AgentId })
      call.on({ type: 'caller-gone', cause: 16 }, 12_000).on({ type: 'timer', timer: 'teardown' })
      await store.write([call.call])
      return id
    },
    async inbox(): Promise<{ to: string; words: string; token: string }[]> {
      const rows = await world.db.select().from(messages)
      return rows.map((row) => {
        const words = wordsOf(row)
        return { to: row.toNumber, words, token: /\/rate-call#([\w-]+)/.exec(words)?.[1] ?? '' }
      })
    },
    ask: (token: string) => world.get(`/api/public/call-ratings/${token}`),
    rate: (token: string, level: number) => world.post(`/api/public/call-ratings/${token}`, undefined, { level }),
    rating: async (id: CallId) =>
      ((await world.get(`/api/calls/${id}`, await world.logIn('boss'))).json() as CallDetail).rating,
  }
}

test('the link is sent once, opens without a log-in, tells nothing but the time, and is answered once', async () => {
  const hotline = await aHotline()
  const id = await hotline.talk()
  await hotline.sendLater()
  await hotline.send()
  const [message, ...others] = await hotline.inbox()
  expect(others).toEqual([])
  expect(message?.to).toBe('13903551234')
  expect(message?.words).toMatch(/^【长治12345】感谢来电，请您评价本次通话的服务：http/)
  const token = message?.token ?? ''
  const opened = await hotline.ask(token)
  expect(Object.keys(opened.json()).sort()).toEqual(['calledAt', 'expiresAt', 'scale'])
  expect((await hotline.rate(token, 4)).json().code).toBe('request.invalid')
  expect((await hotline.rate(token, 3)).json()).toEqual({ level: 3 })
  expect((await hotline.rate(token, 1)).json().code).toBe('call.rated')
  expect((await hotline.ask(token)).json().code).toBe('call.rated')
  expect(await hotline.rating(id)).toMatchObject({ scale: 3, level: 3, result: 'RATED' })
  expect((await hotline.ask('A'.repeat(22))).json().code).toBe('call.rating-over')
})

test('nobody gets one at every call, nor after a day, nor at night, nor where the site sends none', async () => {
  const hotline = await aHotline()
  const first = await hotline.talk()
  hotline.clock.at += 12 * 3_600_000
  await hotline.send()
  expect(await hotline.inbox()).toEqual([])
  hotline.clock.at += 11 * 3_600_000
  await hotline.send()
  expect(await hotline.inbox()).toHaveLength(1)
  const second = await hotline.talk()
  const other = await hotline.talk('+8613903555678')
  await hotline.sendLater()
  expect((await hotline.inbox()).map(({ to }) => to)).toEqual(['13903551234', '13903555678'])
  expect(await hotline.rating(first)).toMatchObject({ result: 'LINK_SENT', level: null })
  expect(await hotline.rating(second)).toMatchObject({ result: 'NOT_SENT', level: null })
  expect(await hotline.rating(other)).toMatchObject({ result: 'LINK_SENT' })
  const late = await hotline.talk('+8613903559999')
  hotline.clock.at += 25 * 3_600_000
  await hotline.send()
  expect(await hotline.rating(late)).toMatchObject({ result: 'NOT_SENT' })
})

test('where the site sends no links nobody gets one', async () => {
  const hotline = await aHotline(surveyRules)
  await hotline.talk()
  await hotline.sendLater()
  expect(await hotline.inbox()).toEqual([])
})

const kinds = {
  举报: { type: 'REPORT' },
  confidential: { type: 'HELP', isConfidential: true },
  anonymous: { type: 'HELP', isAnonymous: true },
  open: { type: 'HELP' },
}

test('the telephone of a hidden caller shows nothing of their call, however late their ticket is handed in', async () => {
  const office = await anOffice()
  // In the morning after, whatever the clock of the machine says.
  const clock = { at: 0 }
  const duty = callLinkDuty({
    ...{ db: office.db, bus: { publish: () => {} }, now: () => clock.at },
    site: { survey: { ...surveyRules, linkEveryDays: 7 }, followUp: site.followUp },
    head: { siteName: '长治12345', publicUrl: 'http://127.0.0.1:12345' },
  })
  const noon = Math.floor((Date.now() + 8 * 3_600_000) / dayMs) * dayMs + 28 * 3_600_000
  const talks = await Promise.all(
    Object.values(kinds).map((change, n) =>
      office.ownCall({ callerNumber: `+8613900002${n}00` }).then((id) => ({ id, change })),
    ),
  )
  const asked = { scale: 3 as const, level: null, result: 'LINK_DUE' as const, askedAt: noon, agentId: null }
  await office.db.insert(callSurveys).values(talks.map(({ id }) => ({ ...asked, callId: id })))
  const results = async () => {
    const rows = await office.db.select().from(callSurveys)
    return talks.map(({ id }) => rows.find(({ callId }) => callId === id)?.result)
  }
  clock.at = noon + 60_000
  await duty.work()
  expect(await results()).toEqual(talks.map(() => 'LINK_DUE'))
  // Still being written after an hour.
  const content = { title: '举报' }
  const draft = { ownerId: 1, content, version: 1, createdAt: noon, changedAt: noon }
  await office.db.insert(ticketDrafts).values(talks.map(({ id }) => ({ ...draft, id: ulid(), callId: id })))
  clock.at = noon + 3_600_000
  await duty.work()
  expect(await results()).toEqual(talks.map(() => 'LINK_DUE'))
  for (const { id, change } of talks)
    await office.create({ ...form, ...change, caller: { name: '王五' }, callIds: [id] })
  await office.db.update(ticketDrafts).set({ endedAt: clock.at })
  await duty.work()
  expect(await results()).toEqual(['NOT_SENT', 'NOT_SENT', 'NOT_SENT', 'LINK_SENT'])
  expect((await office.db.select().from(messages)).filter(({ kind }) => kind === 'RATING')).toMatchObject([
    { toNumber: '13900002300' },
  ])
})
