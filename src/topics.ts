import type { CallAction } from './calls/machine/call.ts'
import type { KeypadAsk, PlaceAsk } from './calls/machine/outgoing/outgoing.ts'
import type { PartyMode, PartyTarget } from './calls/machine/party.ts'
import type { CallView } from './calls/machine/view.ts'
import type { Agent, ForcedNotice } from './floor/agents/agent.ts'
import type { QueueFigures } from './floor/queue/queue.ts'
import type { NoticeSign } from './notifications/notification.ts'
import type { EndReason } from './people/person.ts'
import type { AgentId, CallId, OfferId, SessionId, UnitCode } from './platform/types.ts'
import type { TicketNews } from './tickets/life/news.ts'

/** What the roles announce over Redis. A message may be lost: a reader that needs the truth reads it from its store. */

/** Sent to all listeners. */
export interface Announcements {
  'agent.changed': Agent
  /** State of one live or just ended call. */
  'call.changed': CallView
  /** Of a call that is shared with the province: who owns its matter, or what they say of it. */
  'exchange.changed': { callId: CallId }
  /** A call is offered to this agent; the desk answers with `pop.shown`, then the phone rings. */
  'call.popped': { agentId: AgentId; offerId: OfferId; call: CallView }
  'pop.shown': { callId: CallId; offerId: OfferId }
  'queue.figures': QueueFigures
  /** An agent became ready, or skills changed: controllers match again. */
  'queue.changed': Record<string, never>
  'session.ended': {
    sessionId: SessionId
    userId: number
    reason: EndReason
  }
  /** A supervisor set an agent's state. */
  'agent.forced': { agentId: AgentId; notice: ForcedNotice }
  /** Name, roles or unit of a person changed: their open pages read again what they may do. */
  'person.changed': { userId: number }
  /** Rows of `devices` changed: controllers push them to Asterisk. */
  'devices.changed': { deviceId: string }
  /** A ticket's event is in the database. */
  'ticket.changed': TicketNews
  /** Rows of `notifications` were written for these. */
  'notices.kept': NoticeSign & { units: UnitCode[]; users: number[] }
  /** Some of theirs ask for nothing any more. */
  'notices.settled': { units: UnitCode[]; users: number[] }
  /** The outbox has new rows: the relay need not wait for its next round. */
  'outbox.filled': Record<string, never>
  /** One tab of a log-in took the phone; the socket that had it, wherever it is, gives it up. */
  'desk.taken-over': { sessionId: SessionId; tabId: string; socketId: string }
}

export type CallCommand =
  | { name: CallAction; callId: CallId; agentId: AgentId }
  /** `party`: id that the new one gets; asked twice, it comes once. */
  | { name: 'add-party'; callId: CallId; agentId: AgentId; party: string; to: PartyTarget; mode: PartyMode }
  | {
      name: 'change-party'
      callId: CallId
      agentId: AgentId
      party: string
      change: { isOnHold?: boolean; isMuted?: boolean }
    }
  | { name: 'drop-party'; callId: CallId; agentId: AgentId; party: string }
  /** Keys for one party alone. */
  | { name: 'send-digits'; callId: CallId; agentId: AgentId; party: string; digits: string }
  /** The agent's page was reloaded in mid call: ring its new phone and put it into the call. */
  | { name: 'rejoin'; callId: CallId; agentId: AgentId; endpoint: string }

/** Asked of one role, answered within the time limit or failed. */
export interface Requests {
  'call.command': { ask: CallCommand; answer: CommandAnswer }
  /** An agent calls a citizen; answered once the call is kept. */
  'call.place': { ask: PlaceAsk; answer: CommandAnswer }
  /** The machine calls a citizen and asks by keys; answered once the call is kept. */
  'call.ask': { ask: KeypadAsk; answer: CommandAnswer }
  /** Push a device to Asterisk now; answered when it can register. */
  'device.push': { ask: { deviceId: string }; answer: CommandAnswer }
  /** Figures of the calls role in Prometheus' text form; the web role shows them at `/metrics`. */
  'metrics.read': { ask: Record<string, never>; answer: { text: string } }
}

export type CommandAnswer = { ok: true } | { ok: false; code: string; message: string }
