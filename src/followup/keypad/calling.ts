import { and, count, eq, gte } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import type { Bus } from '../../bus.ts'
import { minuteMs } from '../../calendar/days.ts'
import { livingKey } from '../../calls/control/ledger.ts'
import { isWithinHours } from '../../calls/outgoing/rules.ts'
import { callsToday, isNeverCalled } from '../../calls/outgoing/store.ts'
import { type DialParts, endpointOf } from '../../calls/outgoing/targets.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Log } from '../../platform/process/log.ts'
import { BusTimeout } from '../../platform/redis/bus.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { MachineRules, Site } from '../../site/site.ts'
import { partOf } from '../rules.ts'
import { followUpAttempts } from '../schema.ts'
import { type DueCall, dueKeypadCalls, type FollowUpParts, recordAttempt, recordResult } from '../store.ts'

/** Calls by machine: whose turn it is, and whether there is room for a call now. Any number of processes may do this. */

export interface KeypadParts extends FollowUpParts, DialParts {
  bus: Pick<Bus, 'request'>
  redis: Pick<Redis, 'hlen'>
  node: string
  site: DialParts['site'] & Pick<Site, 'outgoing'>
  log: Log
}

const placeMs = 3_000
/** Of those who are due; more than are called in one round, so that a few who cannot be called hold up no others. */
const looked = 50
/** After a call that never left the hotline: a trunk that is down is not tried at every turn. */
const pauseMs = 5 * minuteMs

/** @returns how many calls were placed */
export async function callDue(parts: KeypadParts): Promise<number> {
  const { db, site, rules, now, log } = parts
  const { machine } = site.outgoing
  const at = now()
  if (machine === null || !isWithinHours(site.outgoing, at) || partOf(rules, at) === null) return 0
  let room = await roomFor(parts, machine, at)
  let placed = 0
  if (room <= 0) return 0
  for (const due of await dueKeypadCalls(db, at, looked)) {
    if (room <= 0) break
    const became = await callOne(parts, due, machine)
    if (became === 'no-way') {
      log.warn('no trunk for calls by machine: none placed')
      break
    }
    if (became !== 'placed') continue
    room -= 1
    placed += 1
  }
  return placed
}

/** How many may be placed now: the trunk's channels are for callers first. */
async function roomFor(
  { db, redis }: Pick<KeypadParts, 'redis'> & { db: Db | Tx },
  rules: MachineRules,
  now: Instant,
): Promise<number> {
  const { means, slot, id, at, result } = followUpAttempts
  const isKeypad = eq(means, 'KEYPAD')
  const counted = async (...where: Parameters<typeof and>): Promise<number> => {
    const [row] = await db
      .select({ found: count() })
      .from(followUpAttempts)
      .where(and(isKeypad, ...where))
    return row?.found ?? 0
  }
  const since = (ms: number) => gte(id, firstUlidAt(now - ms))
  const [open, lately, failed, living] = await Promise.all([
    counted(eq(slot, 1)),
    counted(since(minuteMs), gte(at, now - minuteMs)),
    counted(since(pauseMs), eq(result, 'NOT_PLACED')),
    redis.hlen(livingKey),
  ])
  if (failed > 0) return 0
  return Math.min(rules.atOnce - open, rules.perMinute - lately, rules.whileBelow - living)
}

type Became = 'placed' | 'not-now' | 'no-way'

async function callOne(parts: KeypadParts, due: DueCall, machine: MachineRules): Promise<Became> {
  const { db, site, redis, now } = parts
  const number = due.number.split(';ext=')[0] ?? due.number
  const [isListed, today] = await Promise.all([isNeverCalled(db, number), callsToday(db, number, now())])
  if (today >= site.outgoing.perNumberAndDay) return 'not-now'
  const callId = newId(now()) as CallId
  // Another process may have begun others since: counted again where no other can begin.
  const room = (tx: Tx) => roomFor({ db: tx, redis }, machine, now())
  const begun = async (work: (attempt: string) => Promise<unknown>): Promise<boolean> => {
    let attempt: string
    try {
      attempt = await recordAttempt(parts, due.id, { means: 'KEYPAD', by: null, callId, room })
    } catch (error) {
      // Another process was faster, they have rated by the link, or it is too soon for this person.
      if (error instanceof Refusal) return false
      throw error
    }
    await work(attempt)
    return true
  }
  // Listed since it was planned: they want no calls.
  if (isListed) {
    await begun((attempt) => recordResult(parts, due.id, attempt, 'REFUSED', '在勿扰名单中'))
    return 'not-now'
  }
  const endpoint = await endpointFor(parts, number, due.ticketNumber)
  if (endpoint === 'no-way') return endpoint
  if (endpoint === null) {
    await begun((attempt) => recordResult(parts, due.id, attempt, 'UNREACHABLE', '该号码不能外呼'))
    return 'not-now'
  }
  return (await begun((attempt) => place(parts, due, { attempt, callId, number, endpoint }))) ? 'placed' : 'not-now'
}

/** @returns null for a number that is not dialled */
async function endpointFor(parts: KeypadParts, number: string, ticket: string): Promise<string | null | 'no-way'> {
  try {
    return await endpointOf(parts, { number, about: { kind: 'ticket', id: ticket } })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'call.no-trunk' ? 'no-way' : null
  }
}

async function place(
  parts: KeypadParts,
  { id, ticketId, ticketNumber }: DueCall,
  { attempt, callId, number, endpoint }: { attempt: string; callId: CallId; number: string; endpoint: string },
): Promise<void> {
  const { bus, node, site, log } = parts
  const about = { kind: 'ticket', id: ticketNumber } as const
  const { ringMs } = site.outgoing
  const outgoing = { by: null, endpoint, ringMs, isHidden: false, about, ties: [ticketId], followUp: id }
  try {
    const answer = await bus.request('call.ask', { callId, node, number, outgoing }, placeMs)
    if (!answer.ok) await recordResult(parts, id, attempt, 'NOT_PLACED')
  } catch (error) {
    if (!(error instanceof BusTimeout)) throw error
    // A controller that did not answer in time may still place it: the try stands, else the citizen is called twice.
    log.warn({ callId, followUp: id }, 'call by machine: no controller answered')
  }
}
