import { count, eq } from 'drizzle-orm'
import { dayNumberOf, hourMs, minuteMs, startOfDayNumber } from '../../../calendar/days.ts'
import { readEntry } from '../../../calls/control/entry.ts'
import { advance, enter } from '../../../calls/machine/advance.ts'
import type { Call, CallEvent } from '../../../calls/machine/call.ts'
import { type AgentOffer, answerableOf } from '../../../calls/machine/party.ts'
import { calls } from '../../../calls/records/schema.ts'
import { openCallStore } from '../../../calls/records/store.ts'
import { agents } from '../../../floor/agents/schema.ts'
import { lineIds, syncLines } from '../../../lines/store.ts'
import { users } from '../../../people/schema.ts'
import type { Db } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/database/ids.ts'
import type { AgentId, ChannelId, Instant, OfferId } from '../../../platform/types.ts'
import type { Site } from '../../../site/site.ts'
import type { LiveChannel } from '../../../telephony/ari/ari.ts'

/**
 * Calls of yesterday and today for a fresh sample, so that the records, the day's figures and the callbacks are not
 * empty. Each goes through the machine of real calls; none has a sound.
 */

type Ending =
  | { how: 'answered'; waitS: number; talkS: number; hangsUp: 'citizen' | 'agent' }
  /** In the queue, or before it while the greeting plays. */
  | { how: 'gave-up'; waitS: number }
  | { how: 'left-greeting' }
  /** Our fault: the platform was down. */
  | { how: 'lost'; waitS: number }

const greetingS = 6
const pickUpS = 3

/** The repeating order of their endings: most are answered, as in a well-run centre. */
const endings: Ending[] = [
  { how: 'answered', waitS: 4, talkS: 148, hangsUp: 'citizen' },
  { how: 'answered', waitS: 7, talkS: 95, hangsUp: 'citizen' },
  { how: 'answered', waitS: 3, talkS: 212, hangsUp: 'agent' },
  { how: 'answered', waitS: 11, talkS: 64, hangsUp: 'citizen' },
  { how: 'left-greeting' },
  { how: 'answered', waitS: 5, talkS: 176, hangsUp: 'citizen' },
  { how: 'answered', waitS: 19, talkS: 131, hangsUp: 'citizen' },
  { how: 'answered', waitS: 2, talkS: 87, hangsUp: 'agent' },
  { how: 'gave-up', waitS: 38 },
  { how: 'answered', waitS: 6, talkS: 240, hangsUp: 'citizen' },
  { how: 'answered', waitS: 9, talkS: 118, hangsUp: 'citizen' },
  { how: 'answered', waitS: 4, talkS: 73, hangsUp: 'citizen' },
  { how: 'answered', waitS: 31, talkS: 157, hangsUp: 'citizen' },
]

/** Calls an hour, from midnight on: few at night, most in the morning. */
const hourly = [0, 0, 0, 0, 0, 0, 1, 1, 4, 6, 6, 4, 2, 2, 4, 5, 4, 3, 2, 2, 1, 1, 1, 0]
/** Yesterday's outage: the last call of each of these hours was lost. */
const lostAtHours = [10, 16]
const lost: Ending = { how: 'lost', waitS: 12 }
const oldLines = ['12333', '12315', '12319']

/** @returns how many calls were added; none when there are some already */
export async function loadSampleCalls(db: Db, site: Site, node: string, now: Instant): Promise<number> {
  const [known] = await db.select({ count: count() }).from(calls)
  if (known?.count !== 0) return 0
  await syncLines(db, site, now)
  const ids = await lineIds(db)
  const offers = await offersOf(db)
  if (offers.length === 0) return 0
  const today = dayNumberOf(now)
  const lived = [today - 1, today].flatMap((day) =>
    callsOf({ site, node, offers, midnight: startOfDayNumber(day), isToday: day === today, now }),
  )
  const { gaveUpAfterMs } = site.timings
  const store = openCallStore({ db, recordingDir: '', lineId: (number) => ids.get(number) ?? 0, gaveUpAfterMs })
  await store.write(lived)
  return lived.length
}

async function offersOf(db: Db): Promise<Omit<AgentOffer, 'id'>[]> {
  const rows = await db
    .select({ id: agents.userId, number: agents.number })
    .from(agents)
    .innerJoin(users, eq(users.id, agents.userId))
    .orderBy(agents.number)
  return rows.map(({ id, number }) => ({
    agentId: String(id) as AgentId,
    agentNumber: number,
    endpoint: `b-${number}`,
  }))
}

interface Day {
  site: Site
  node: string
  offers: Omit<AgentOffer, 'id'>[]
  midnight: Instant
  isToday: boolean
  now: Instant
}

/** Calls of one day, as far as they have ended. */
function callsOf({ site, node, offers, midnight, isToday, now }: Day): Call[] {
  const lines = ['12345', '12345', '12345', ...oldLines].filter((number) =>
    site.lines.some((line) => line.number === number),
  )
  let turn = isToday ? 5 : 0
  return hourly.flatMap((times, hour) =>
    Array.from({ length: times }, (_, index): Call[] => {
      turn += 1
      const at = midnight + hour * hourMs + Math.floor(((index + 0.3) * hourMs) / times)
      const isLost = !isToday && lostAtHours.includes(hour) && index === times - 1
      const ending = isLost ? lost : (endings[turn % endings.length] ?? lost)
      const offer = offers[turn % offers.length]
      // 154 is assigned to no network: a callback never reaches a stranger.
      const caller = `154${String(((turn * 48_271) % 90_000_000) + 10_000_000)}`
      const channel = { id: `sample-${Math.floor(at / 1000)}`, number: caller, line: lines[turn % lines.length] }
      if (!offer) return []
      const call = live({ site, node, ...channel, at }, ending, { ...offer, id: newId(at) as OfferId })
      return (call.endedAt ?? now) < now - minuteMs ? [call] : []
    }).flat(),
  )
}

/** One call from its INVITE to its end. */
function live(
  from: { site: Site; node: string; id: string; number: string; line: string | undefined; at: Instant },
  ending: Ending,
  offer: AgentOffer,
): Call {
  const { site, at } = from
  const channel: LiveChannel = {
    ...{ id: from.id as ChannelId, state: 'Up', createdAt: at, endpoint: null, isInApp: true, variables: {} },
    ...{ callerNumber: from.number, callerName: '', stasisArgs: [] },
  }
  const entry = readEntry(site, from.node, channel, [from.line ?? '12345', '', '', '', String(at)], at)
  if (!entry) throw new Error(`sample call ${from.id} does not enter`)
  let now = at
  let call = enter(entry, now).call
  const on = (afterS: number, event: CallEvent): void => {
    now += afterS * 1_000
    call = advance(call, event, now, site.timings).call
  }
  const citizenGoes = (afterS: number) => on(afterS, { type: 'caller-gone', cause: 16 })
  if (ending.how === 'left-greeting') citizenGoes(greetingS / 2)
  else {
    if (call.stage.phase === 'greeting') on(greetingS, { type: 'playback-finished', playback: call.stage.playback })
    if (ending.how === 'gave-up') citizenGoes(ending.waitS)
    if (ending.how === 'lost') on(ending.waitS, { type: 'platform-lost' })
    if (ending.how === 'answered') talk(ending)
  }
  return clearedAway()

  function talk({ waitS, talkS, hangsUp }: Ending & { how: 'answered' }): void {
    on(Math.max(0, waitS - pickUpS), { type: 'offered', offer })
    on(0, { type: 'pop-shown', offerId: offer.id })
    const leg = answerableOf(call)?.channel
    if (leg === undefined) throw new Error(`sample call ${from.id} does not ring`)
    on(pickUpS, { type: 'leg-up', leg })
    on(0, { type: 'offer-accepted', offerId: offer.id })
    if (hangsUp === 'citizen') citizenGoes(talkS)
    else on(talkS, { type: 'command', command: 'hangup', agentId: offer.agentId })
  }

  /** Asterisk's events once everything of the call is gone. */
  function clearedAway(): Call {
    for (const leg of call.owned.legs) on(0, { type: 'leg-gone', leg, cause: 16 })
    if (call.owned.caller) citizenGoes(0)
    if (call.owned.recording) on(0, { type: 'recording-ended', recording: call.owned.recording, isKept: true })
    if (call.stage.phase !== 'ended') on(0, { type: 'timer', timer: 'teardown' })
    if (call.stage.phase !== 'ended') throw new Error(`sample call ${from.id} does not end: ${call.stage.phase}`)
    return call
  }
}
