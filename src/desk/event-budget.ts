import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { openBudget } from '../platform/web/budget.ts'
import { isTooDeep } from '../platform/web/depth.ts'
import type { LiveServer, LiveSocket } from './live-server.ts'
import type { ClientToServer } from './protocol.ts'
import { refusal } from './refusals.ts'

/**
 * Filter for every event of every page before any listener, also for events without one: the rate per log-in, and
 * whether the event can be examined at all.
 */

const windowMs = 10_000
/** Of all pages of one log-in together. No person causes more than this. */
export const mostEvents = 120
/** All packets of one connection, acknowledgements included; beyond it is closed. */
const mostPackets = 1_200

type Given<Event extends keyof ClientToServer> = Parameters<ClientToServer[Event]>
type AnswerTo<Event extends keyof ClientToServer> =
  Given<Event> extends [...unknown[], (answer: infer Answer) => void] ? Answer : null
type Refusals = { [Event in keyof ClientToServer]: AnswerTo<Event> | null }

const tooFast = refusal('desk.too-fast')
const invalid = refusal('desk.invalid')
const message = (answer: typeof tooFast): string => (answer.ok ? '' : answer.message)

/** Null: no answer; the page asks again. The compiler requires an entry for each new event. */
const answers: Record<'tooFast' | 'tooDeep', Refusals> = {
  tooFast: answersOf(tooFast),
  tooDeep: answersOf(invalid),
}

function answersOf(answer: typeof tooFast): Refusals {
  return {
    'desk:open': { status: 'refused', message: message(answer) },
    'agent:forced-read': answer,
    'agent:set': answer,
    'agent:wrap-up': answer,
    'call:command': answer,
    'call:note': answer,
    'tickets:watch': { isWatching: false },
    'tickets:unwatch': null,
    'floor:watch': null,
  }
}

export function guardEvents(io: LiveServer, { now, log }: { now(): Instant; log: Log }): void {
  const events = openBudget(windowMs, now)
  const packets = openBudget(windowMs, now)

  function judge(socket: LiveSocket, given: unknown[]): keyof typeof answers | null {
    const { id } = socket.data.session
    const times = events.spend(id)
    if (times > mostEvents) {
      if (times === mostEvents + 1) log.warn({ sessionId: id }, 'socket rate limit exceeded: events refused')
      return 'tooFast'
    }
    return isTooDeep(given) ? 'tooDeep' : null
  }

  io.use((socket, next) => {
    socket.use(([event, ...given], pass) => {
      const reply = given.at(-1)
      const why = judge(socket, given)
      if (why === null) pass()
      else if (typeof reply === 'function' && Object.hasOwn(answers[why], event)) {
        const answer = answers[why][event as keyof ClientToServer]
        if (answer !== null) reply(answer)
      }
    })
    socket.conn.on('packet', () => {
      if (packets.spend(socket.id) <= mostPackets) return
      log.warn({ sessionId: socket.data.session.id }, 'socket flood: connection closed')
      socket.disconnect(true)
    })
    next()
  })
}
