import { count, eq } from 'drizzle-orm'
import { dayNumberOf, hourMs, minuteMs, startOfDayNumber } from '../../../calendar/days.ts'
import type { Call } from '../../../calls/machine/call.ts'
import type { AgentOffer } from '../../../calls/machine/party.ts'
import { calls } from '../../../calls/records/schema.ts'
import { openCallStore } from '../../../calls/records/store.ts'
import { agents } from '../../../floor/agents/schema.ts'
import { lineIds, syncLines } from '../../../lines/store.ts'
import { users } from '../../../people/schema.ts'
import type { Db } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/database/ids.ts'
import type { AgentId, Instant, OfferId, RecordingName } from '../../../platform/types.ts'
import type { Site } from '../../../site/site.ts'
import { type Ending, sampleCall } from './sample-call.ts'

/**
 * Calls of yesterday and today for a fresh sample, so that the records, the day's figures and the callbacks are not
 * empty.
 */

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
/** So many minutes before now, however early it is: a hotline that is tried at one in the morning has calls of today. */
const justNow = [64, 41, 23, 9]
/** Yesterday's outage: the last call of each of these hours was lost. */
const lostAtHours = [10, 16]
const lost: Ending = { how: 'lost', waitS: 12 }
/** Nobody was there at this hour of the evening; what the caller said is made into sound. */
const message = {
  hour: 21,
  ending: { how: 'left-message', waitS: 62, speaksS: 14 } as const,
  words:
    '您好，我住在潞州区府后西街，楼下的路灯已经坏了三天，晚上老人出门看不见路。请你们派人看一下，给我回个电话，谢谢。',
}
const oldLines = ['12333', '12315', '12319']

export interface SampleParts {
  site: Site
  node: string
  /** Makes the sound of a message; without it the sample has none. */
  speak?: (name: RecordingName, words: string) => Promise<void>
}

/** @returns how many calls were added; none when there are some already */
export async function loadSampleCalls(db: Db, { site, node, speak }: SampleParts, now: Instant): Promise<number> {
  const [known] = await db.select({ count: count() }).from(calls)
  if (known?.count !== 0) return 0
  await syncLines(db, site, now)
  const ids = await lineIds(db)
  const offers = await offersOf(db)
  if (offers.length === 0) return 0
  const today = dayNumberOf(now)
  const lived = [today - 1, today].flatMap((day) =>
    callsOf({
      ...{ site, node, offers, now },
      midnight: startOfDayNumber(day),
      isToday: day === today,
      hasMessage: speak !== undefined && day !== today,
    }),
  )
  const heard = lived.find((call) => call.message !== undefined)?.message
  if (heard && speak) await speak(heard, message.words)
  const { gaveUpAfterMs } = site.timings
  const store = openCallStore({ db, recordingDir: '', lineId: (number) => ids.get(number) ?? 0, gaveUpAfterMs })
  await store.write(lived)
  return lived.length
}

/** To whom calls are offered, in order of 工号. */
export async function offersOf(db: Db): Promise<Omit<AgentOffer, 'id'>[]> {
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
  /** Somebody left a message on the evening of this day. */
  hasMessage: boolean
  isToday: boolean
  now: Instant
}

/** Calls of one day, as far as they have ended. */
function callsOf({ site, node, offers, hasMessage, midnight, isToday, now }: Day): Call[] {
  const lines = ['12345', '12345', '12345', ...oldLines].filter((number) =>
    site.lines.some((line) => line.number === number),
  )
  let turn = isToday ? 5 : 0
  const lived: Call[] = []
  for (const { at, ending: planned } of timesOf(midnight, { isToday, hasMessage, now })) {
    turn += 1
    const ending = planned ?? endings[turn % endings.length] ?? lost
    const offer = offers[turn % offers.length]
    if (!offer) continue
    // 154 is given to no network: nobody who calls back reaches a stranger.
    const number = `154${String(((turn * 48_271) % 90_000_000) + 10_000_000)}`
    const channel = { id: `sample-${Math.floor(at / 1000)}`, number, line: lines[turn % lines.length] ?? '12345' }
    const call = sampleCall({
      // Nobody is there to rate it: texts that ask for it would bury those that somebody can answer.
      ...{ site: { ...site, survey: null }, node, ...channel, at, ending },
      offer: { ...offer, id: newId(at) as OfferId },
    })
    if ((call.endedAt ?? now) < now - minuteMs) lived.push(call)
  }
  return lived
}

/** When a call comes, and how it ends where that is not left to its turn. */
function timesOf(
  midnight: Instant,
  { isToday, hasMessage, now }: Pick<Day, 'isToday' | 'hasMessage' | 'now'>,
): { at: Instant; ending?: Ending }[] {
  const usual = hourly.flatMap((times, hour) =>
    Array.from({ length: times }, (_, index) => {
      const at = midnight + hour * hourMs + Math.floor(((index + 0.3) * hourMs) / times)
      if (hasMessage && hour === message.hour) return { at, ending: message.ending }
      const isLost = !isToday && lostAtHours.includes(hour) && index === times - 1
      return isLost ? { at, ending: lost } : { at }
    }),
  )
  const earlier = usual.filter(({ at }) => at < now)
  if (!isToday || earlier.length >= justNow.length) return usual
  const late = justNow.map((minutes) => ({ at: now - minutes * minuteMs })).filter(({ at }) => at > midnight)
  return [...earlier, ...late].sort((a, b) => a.at - b.at)
}
