import type { CallView } from '../calls/machine/view.ts'
import type { Agent, ForcedNotice } from '../floor/agents/agent.ts'
import type { DayFigures } from '../floor/figures.ts'
import type { QueueFigures } from '../floor/queue/queue.ts'
import type { NoticeSign } from '../notifications/notification.ts'
import type { EndReason } from '../people/person.ts'
import type { CallId, Instant, OfferId } from '../platform/types.ts'
import type { TicketSign } from '../tickets/life/news.ts'
import type { CommandAnswer } from '../topics.ts'

/**
 * Socket.IO events between the pages and the web role. Pure types, shared by both sides.
 * A client that (re)connects gets a snapshot; every view carries a version, and an older one is dropped.
 */

/** An agent as pages see it: no session, no endpoint of others. */
export type AgentView = Omit<Agent, 'sessionId' | 'endpoint'>

export interface PastCall {
  id: CallId
  direction: 'IN' | 'OUT'
  arrivedAt: Instant
  lineNumber: string
  lineName: string
  agentName: string | null
  outcome: string | null
  talkMs: number | null
  note: string | null
}

/** Data of the caller's card besides the call itself. */
export interface CallerHistory {
  callsIn30Days: number
  /** Called within the last 7 days already. */
  isRepeat: boolean
  /** Newest first, at most 10. */
  calls: PastCall[]
}

export interface DeskSnapshot {
  /** Server clock, so that timers on the page do not depend on the machine's. */
  now: Instant
  me: AgentView
  call: CallView | null
  history: CallerHistory | null
  note: string
  queue: QueueFigures
  forced: ForcedNotice | null
}

export interface FloorSnapshot {
  now: Instant
  agents: AgentView[]
  calls: CallView[]
  queue: QueueFigures
  /** null while the database is unreachable: the figures come when it is back. */
  day: DayFigures | null
}

export type Ack = (answer: CommandAnswer) => void

export interface ServerToClient {
  'desk:agent': (me: AgentView) => void
  /** Acknowledged by the page once it is on the screen; then the phone rings. */
  'desk:pop': (pop: { offerId: OfferId; call: CallView; history: CallerHistory }, shown: () => void) => void
  'desk:call': (call: CallView) => void
  'desk:queue': (figures: QueueFigures) => void
  /** Who owns the matter of this call, or what the province says of it, has changed: the page of its agent reads it. */
  'desk:exchange': (changed: { callId: CallId }) => void
  /** History that arrived later than the caller: the database was slow when the call popped up. */
  'desk:history': (late: { callId: CallId; history: CallerHistory }) => void
  /** Unsolicited: messages may have been lost, e.g. Redis was unreachable. As the answer to `desk:open`. */
  'desk:snapshot': (snapshot: DeskSnapshot) => void
  'desk:forced': (notice: ForcedNotice) => void
  /** A supervisor signed this agent out: the page is no desk until the agent signs in again. */
  'desk:signed-out': (notice: ForcedNotice) => void
  /** Another tab of this log-in took the phone. */
  'desk:taken-over': () => void
  'session:ended': (end: { reason: EndReason }) => void
  /** Name, roles or unit of this person changed: read the session again. The connection is closed and reopened. */
  'session:changed': () => void
  'floor:agent': (agent: AgentView) => void
  'floor:call': (call: CallView) => void
  'floor:queue': (figures: QueueFigures) => void
  /** Every few seconds, when it has changed. */
  'floor:day': (day: DayFigures) => void
  /** Unsolicited, like `desk:snapshot`. */
  'floor:snapshot': (snapshot: FloorSnapshot) => void
  /** A ticket that this person may see changed. It only says which: the page asks for what it may read. */
  'ticket:changed': (sign: TicketSign) => void
  /** Such events may have been lost: read the lists again. */
  'ticket:missed': () => void
  /** There is something new to read for this person, or for their unit: the page asks for it. */
  'notice:new': (sign: NoticeSign) => void
  /** Such events may have been lost, or a notice was settled: read again. */
  'notice:missed': () => void
}

export interface ClientToServer {
  /**
   * First event of a desk page. `occupied`: another tab of this log-in holds the phone; ask again with takeOver.
   * `signed-out`: by a supervisor; ask again with signIn, once the agent wants to.
   */
  'desk:open': (
    ask: { tabId: string; takeOver: boolean; signIn?: boolean },
    answer: (
      result:
        | { status: 'open'; snapshot: DeskSnapshot }
        | { status: 'occupied' }
        | { status: 'signed-out'; forced: ForcedNotice }
        | { status: 'refused'; message: string },
    ) => void,
  ) => void
  /** The agent has read what a supervisor did. */
  'agent:forced-read': (ack: Ack) => void
  'agent:set': (ask: { state: 'READY' | 'NOT_READY' | 'BREAK'; reason?: string }, ack: Ack) => void
  /** `typing`: the agent still writes; some time is left as long as they do, up to the cap. */
  'agent:wrap-up': (ask: { do: 'finish' | 'extend' | 'typing' }, ack: Ack) => void
  'call:command': (ask: { name: 'hold' | 'resume' | 'hangup' | 'rejoin'; callId: CallId }, ack: Ack) => void
  /** One more line; earlier lines stay. */
  'call:note': (ask: { callId: CallId; text: string }, ack: Ack) => void
  /** Subscribes to every `ticket:changed` that concerns this person; then read the list. */
  'tickets:watch': (answer: (result: { isWatching: boolean }) => void) => void
  /** Stop sending them: nothing on the page shows tickets. */
  'tickets:unwatch': () => void
  'floor:watch': (answer: (snapshot: FloorSnapshot) => void) => void
}
