import type { LineConfidence, LineSource } from '../../lines/dialled.ts'
import type {
  AgentId,
  BridgeId,
  CallId,
  ChannelId,
  Instant,
  OfferId,
  PlaybackId,
  PromptId,
  RecordingName,
  SkillId,
} from '../../platform/types.ts'
import type { MenuAction } from '../../site/site.ts'
import type { InquiryAnswer, Progress } from '../../tickets/life/progress.ts'
import type { Inquired, Inquiry } from './inquiry.ts'
import type { Keypad } from './keypad/keypad.ts'
import type { Outgoing } from './outgoing/outgoing.ts'
import type { AgentOffer, Party, PartyMode, PartyTarget, Role, Room } from './party.ts'
import type { Survey, SurveyRules } from './survey/survey.ts'

/** What a call is: its states, what can happen to it and what it can ask for. `advance.ts` holds the rules. Pure. */

/** How a call ended: one of this closed list, decided in one place. */
export const outcomes = [
  'ANSWERED',
  'SELF_SERVED',
  'LEFT_MESSAGE',
  'CALLBACK_ASKED',
  'LEFT_BEFORE_QUEUE',
  'LEFT_QUEUE',
  'LEFT_AT_OFFER',
  'FALLBACK_ANSWERED',
  'FALLBACK_MESSAGE',
  'FALLBACK_LEFT',
  'OUT_BUSY',
  'OUT_DECLINED',
  'OUT_NO_ANSWER',
  'OUT_NO_NUMBER',
  'OUT_UNREACHABLE',
  'OUT_CANCELLED',
  'OUT_NOT_PLACED',
  'OUT_ASKED',
  'OUT_VOICE_BOX',
  'PLATFORM_LOST',
  'PLATFORM_FAILED',
] as const
export type Outcome = (typeof outcomes)[number]

export const outcomeTitles: Record<Outcome, string> = {
  ANSWERED: '已接听',
  SELF_SERVED: '自助查询',
  LEFT_MESSAGE: '已留言',
  CALLBACK_ASKED: '已约回拨',
  LEFT_BEFORE_QUEUE: '问候中挂断',
  LEFT_QUEUE: '排队中挂断',
  LEFT_AT_OFFER: '振铃中挂断',
  FALLBACK_ANSWERED: '应急队列接听',
  FALLBACK_MESSAGE: '应急队列留言',
  FALLBACK_LEFT: '应急队列挂断',
  OUT_BUSY: '外呼对方占线',
  OUT_DECLINED: '外呼对方拒接',
  OUT_NO_ANSWER: '外呼无人接听',
  OUT_NO_NUMBER: '外呼号码不存在',
  OUT_UNREACHABLE: '外呼无法接通',
  OUT_CANCELLED: '外呼接通前取消',
  OUT_NOT_PLACED: '外呼未拨出',
  OUT_ASKED: '按键回访已接通',
  OUT_VOICE_BOX: '按键回访遇语音信箱',
  PLATFORM_LOST: '平台中断',
  PLATFORM_FAILED: '平台故障',
}

/** Why a caller is called back, the most important first. */
export const callbackReasons = ['MESSAGE', 'ASKED', 'LOST', 'GAVE_UP'] as const
export type CallbackReason = (typeof callbackReasons)[number]

/**
 * `GOT_THROUGH`: the caller called again and was answered before a callback. `EMPTY`: a message without speech.
 * `CLOSED`: not reached and nothing further is tried, see its result.
 */
export const callbackStatuses = ['TO_CALL_BACK', 'CALLED_BACK', 'GOT_THROUGH', 'EMPTY', 'CLOSED'] as const
export type CallbackStatus = (typeof callbackStatuses)[number]

/** What came of calling back, as the agent says; `GAVE_UP`: a supervisor, after the last try. */
export const callbackResults = ['REACHED', 'NOT_REACHED', 'WRONG_NUMBER', 'REFUSES', 'GAVE_UP'] as const
export type CallbackResult = (typeof callbackResults)[number]

export type EndedBy = 'CALLER' | 'AGENT' | 'SYSTEM'
export const endedByTitles: Record<EndedBy, string> = { CALLER: '市民挂机', AGENT: '话务员挂机', SYSTEM: '系统结束' }

/** What is known when the call enters; never changes, so a new configuration leaves live calls alone. */
export interface Entry {
  id: CallId
  /** Asterisk's `entityid`. */
  node: string
  channel: ChannelId
  arrivedAt: Instant
  caller: {
    number: string | null
    raw: string | null
    name: string | null
    /** The caller asked the network to withhold the number. */
    isWithheld?: boolean
  }
  dialled: string
  diverted: string | null
  line: {
    number: string
    name: string
    isOld: boolean
    source: LineSource
    confidence: LineConfidence
    unknownDiversion: string | null
  }
  greeting: PromptId
  menu: Record<string, MenuAction>
  skill: SkillId
  priority: number
  /** Who spoke with this caller last, preferred if free. */
  lastAgent: AgentId | null
  /** Of the city, for a number that the caller keys in; not in states of older versions. */
  areaCode?: string
  /** How the caller is asked to rate the talk; left out: not at all. */
  surveyRules?: SurveyRules
  /** Only of a call that an agent of ours placed: then `caller` is the citizen who is called. */
  outgoing?: Outgoing
}

export type Stage =
  | { phase: 'greeting'; playback: PlaybackId }
  /** 进度查询 by keypad. `playback`: what is being said; `lookUp`: the request that is waited for. */
  | { phase: 'inquiring'; inquiry: Inquiry; playback: PlaybackId | null; lookUp: number | null }
  /** In the queue, with music or the `announcement` playing; `next`: the reason for announcing the way out after it. */
  | { phase: 'waiting'; announcement: PlaybackId | null; next?: WayOutReason }
  /** Leaves a message. `since`: instant at which the recording was asked for. */
  | { phase: 'messaging'; step: 'prompt' | 'recording' | 'thanks'; playback: PlaybackId | null; since: Instant | null }
  /** Asks to be called back: where the number is withheld, keys one in and confirms it. */
  | {
      phase: 'arranging'
      step: 'number' | 'confirm' | 'done'
      playback: PlaybackId | null
      typed: string
      tries: number
    }
  /** An agent calls a citizen: the agent's phone rings, then the citizen's. */
  | { phase: 'dialling' }
  /** The machine calls a citizen and asks by keys. `tries`: of the question, silence and wrong keys. */
  | {
      phase: 'asking'
      step: 'ringing' | 'listening' | 'solved' | 'satisfied' | 'thanks'
      playback: PlaybackId | null
      tries: number
    }
  /** An agent is reserved: the desk shows the caller, then the phone rings, then the two are joined. */
  | { phase: 'offering' }
  /** `joinTries`: requests to join that failed; `recordTries`: times that it could not be recorded. */
  | { phase: 'talking'; joinTries: number; recordTries?: number }
  /** The agent has handed the call on without a word: the caller hears music until the target has answered. */
  | { phase: 'transferring' }
  /** The agent has hung up, and the caller is asked to rate the talk by a key. */
  | { phase: 'surveying'; step: 'question' | 'thanks'; playback: PlaybackId | null; wrongKeys: number }
  /** Everything that belongs to the call is being cleared away. */
  | { phase: 'ending'; outcome: Outcome; endedBy: EndedBy }
  | { phase: 'ended'; outcome: Outcome; endedBy: EndedBy }

export type Phase = Stage['phase']

/** Why a waiting caller is told about the way out: no agent is signed in with a live phone, or a long wait. */
export type WayOutReason = 'unserved' | 'long'

/** Alarms of a call by name; each is an instant in the state, so a new controller arms them again. */
export type TimerName =
  | 'greeting'
  | 'key'
  | 'enqueue'
  | 'announce'
  | 'way-out'
  | 'pulse'
  | 'message'
  | 'pop'
  | 'ring'
  | 'join'
  | 'record'
  | 'consult-record'
  | 'rejoin'
  | 'reach'
  | 'listen'
  | 'voice'
  | 'limit'
  | 'teardown'

export const segmentKinds = [
  'GREETING',
  'INQUIRY',
  'WAITING',
  'OFFER',
  'TALKING',
  'HOLD',
  'MESSAGE',
  'CALLBACK',
  'FALLBACK',
  'TRANSFER',
  'DIAL',
  'CONSULT',
  'THREE_WAY',
  'CALLING',
  'RINGING',
  'SURVEY',
  'ASKING',
] as const
export type SegmentKind = (typeof segmentKinds)[number]

export interface Segment {
  kind: SegmentKind
  agentId: AgentId | null
  channel: ChannelId | null
  startedAt: Instant
  endedAt: Instant | null
  result: string | null
  /** For the segment of a party whom an agent brought in: beside the caller's own segments, not one of them. */
  party?: SegmentParty
}

export interface SegmentParty {
  id: string
  name: string | null
  number: string | null
  /** 110, 119, 120 or 122, asked for by this agent: see `handoversOf`. */
  emergencyBy?: AgentId
  /** When Asterisk was told to ring them. */
  dialledAt?: Instant
}

/** Why a party whom an agent asked for is not there. */
export const partyResults = [
  'BUSY',
  'DECLINED',
  'NO_ANSWER',
  'NO_SUCH_NUMBER',
  'CONGESTED',
  'UNREACHABLE',
  'NOT_READY',
  'HUNG_UP',
  'LOST',
] as const
export type PartyResult = (typeof partyResults)[number]

export const partyResultTitles: Record<PartyResult, string> = {
  BUSY: '对方占线',
  DECLINED: '对方拒接',
  NO_ANSWER: '对方未接听',
  NO_SUCH_NUMBER: '号码不存在',
  CONGESTED: '线路繁忙，暂时打不通',
  UNREACHABLE: '暂时无法接通',
  NOT_READY: '该话务员当前不空闲',
  HUNG_UP: '对方已挂断',
  LOST: '对方线路中断',
}

/** What the agents of a call may do with it as a whole. */
export const callActions = ['hold', 'resume', 'hangup', 'swap', 'join', 'complete', 'cancel', 'leave'] as const
export type CallAction = (typeof callActions)[number]

export interface Call extends Entry {
  /** Grows by one with every stored change. */
  version: number
  stage: Stage
  /** The participants, the caller first; empty once the call is over. */
  parties: Party[]
  /** Numbers the ids that this call gives to playbacks, legs and recordings. */
  serial: number
  keys: string
  pickedUpAt: Instant | null
  /** What the caller asked for by keypad, newest last, without the codes. */
  inquired?: Inquired[]
  /** Until then a key of the menu still counts, though the greeting is over. */
  menuUntil?: Instant
  /** Since when the caller has known the keys that lead out of the line. */
  wayOutAt?: Instant
  /** The message that the caller left, or began to leave. */
  message?: RecordingName
  /** Number (E.164) at which the caller asked to be called back. */
  callBackTo?: string
  /** Of a call by machine: what the citizen said and pressed. */
  keypad?: Keypad
  /** The caller was asked to rate the talk: at most once. No page of an agent is told of it. */
  survey?: Survey
  /** The caller has hung up, and those who were with the agent go on. */
  callerLeftAt?: Instant
  queuedAt: Instant | null
  offeredAt: Instant | null
  answeredAt: Instant | null
  endedAt: Instant | null
  /** The agent who spoke, the last one if there were several. */
  agent: { id: AgentId; number: string } | null
  /** Of the last party who could not be reached, or has left by themselves. */
  lastResult?: { party: string; name: string; mode: PartyMode; result: PartyResult; at: Instant }
  hangupCause: number | null
  timers: Partial<Record<TimerName, Instant>>
  /** Everything at Asterisk that this call owns and that has not ended yet. */
  owned: {
    caller: boolean
    legs: ChannelId[]
    bridge: BridgeId | null
    recording: RecordingName | null
    /** Of agent and consulted, from the first consult on. */
    consultBridge?: BridgeId | null
    consultRecording?: RecordingName | null
  }
  segments: Segment[]
}

export type CallEvent =
  | { type: 'caller-gone'; cause: number | null }
  | { type: 'leg-up'; leg: ChannelId }
  /** Asterisk rings the phone of a party who was asked in. */
  | { type: 'leg-dialled'; leg: ChannelId }
  /** The network says that their phone rings. */
  | { type: 'leg-ringing'; leg: ChannelId }
  | { type: 'leg-gone'; leg: ChannelId; cause: number | null }
  | { type: 'digit'; digit: string }
  /** The citizen begins to speak, or has fallen silent; `ms`: how long they spoke. */
  | { type: 'voice'; isOn: boolean; ms: number }
  | { type: 'playback-finished'; playback: PlaybackId }
  | { type: 'looked-up'; serial: number; answer: InquiryAnswer }
  | { type: 'offered'; offer: AgentOffer }
  /** No agent for this call is signed in with a live phone. `playback`: the announcement that was not made for that. */
  | { type: 'unserved'; playback: PlaybackId | null }
  | { type: 'pop-shown'; offerId: OfferId }
  | { type: 'offer-accepted'; offerId: OfferId }
  /** The queue no longer knows this offer as ours. */
  | { type: 'offer-lost'; offerId: OfferId }
  | { type: 'command'; command: CallAction; agentId: AgentId }
  /** `party`: id of the party to come; asked twice, it is added once. */
  | { type: 'add-party'; agentId: AgentId; party: string; to: PartyTarget; mode: PartyMode }
  | { type: 'change-party'; agentId: AgentId; party: string; isOnHold?: boolean; isMuted?: boolean }
  | { type: 'drop-party'; agentId: AgentId; party: string }
  | { type: 'send-digits'; agentId: AgentId; party: string; digits: string }
  /** The queue has reserved an agent who was asked in. */
  | { type: 'party-reserved'; offer: AgentOffer }
  | { type: 'party-refused'; party: string }
  | { type: 'rejoin'; agentId: AgentId; endpoint: string }
  | { type: 'recording-ended'; recording: RecordingName; isKept: boolean }
  | { type: 'timer'; timer: TimerName }
  /** A request failed. `gone`: its object no longer exists. */
  | { type: 'failed'; effect: Effect; why: 'gone' | 'refused' | 'failed' | 'timeout' }
  /** A controller took the call over; what it found of ours at Asterisk. */
  | { type: 'adopted'; found: Found }
  /** Asterisk was restarted: nothing of the call is left. */
  | { type: 'platform-lost' }

export interface Found {
  isCallerAlive: boolean
  /** Of an outgoing call: the citizen has answered, or was perhaps never dialled. */
  isCallerUp?: boolean
  isCallerDown?: boolean
  /** Legs that live, and whether each has answered. `isDown`: was perhaps never dialled. */
  legs: { id: ChannelId; isUp: boolean; isDown: boolean }[]
  /** Who is in the call's bridge; null when there is no such bridge. */
  bridged: ChannelId[] | null
  /** The same of agent and consulted. */
  consulting: ChannelId[] | null
  isRecording: boolean
  isConsultRecorded: boolean
}

/** What a call asks the shell to do. Data, so that a test compares values and a log can be replayed. */
export type Effect =
  | { do: 'play'; channel: ChannelId; playback: PlaybackId; prompts: PromptId[] }
  /** Asks for a ticket; `serial` tells the answer to it from a late one. */
  | { do: 'look-up'; serial: number; number: string; code: string }
  | { do: 'tell-progress'; channel: ChannelId; playback: PlaybackId; progress: Progress }
  /** Announces the position in the queue and the expected wait, read at that moment, and then `after`. */
  | { do: 'announce-position'; channel: ChannelId; playback: PlaybackId; after: PromptId[] }
  /** A caller of whom nothing is heard any more is asked whether they are there. */
  | { do: 'check-caller'; channel: ChannelId }
  /** Reads a number back that the caller keyed in, and asks whether it is right. */
  | { do: 'read-back'; channel: ChannelId; playback: PlaybackId; number: string }
  /** 工号播报 into the bridge. */
  | { do: 'announce-agent'; bridge: BridgeId; playback: PlaybackId; agentNumber: string }
  /** Who calls, and that it is recorded: to a citizen who has answered an outgoing call, heard by the agent as well. */
  | { do: 'announce-outgoing'; bridge: BridgeId; playback: PlaybackId }
  | { do: 'stop-playback'; playback: PlaybackId }
  | { do: 'start-music'; channel: ChannelId }
  | { do: 'stop-music'; channel: ChannelId }
  | { do: 'enqueue'; skill: SkillId; priority: number; queuedAt: Instant }
  /** Out of the line and of any offer; a reserved agent is free again. */
  | { do: 'leave-queue' }
  /** Shows the caller on the agent's desk. */
  | { do: 'pop'; offer: AgentOffer }
  | { do: 'mark-ringing'; offer: AgentOffer }
  | { do: 'accept-offer'; offer: AgentOffer }
  | { do: 'reject-offer'; offer: AgentOffer; reason: 'ring-missed' | 'phone-failed' }
  /** The agent is not to blame: ready again, the call to the head of the line. */
  | { do: 'withdraw-offer'; offer: AgentOffer }
  | { do: 'originate'; leg: ChannelId; endpoint: string }
  /** Reserves the agent with this number for the call, if they are ready. */
  | { do: 'reserve-agent'; party: string; number: string }
  /** Reserved for a part that has not begun: ready again, unless reserved for something else by now. */
  | { do: 'release-agent'; offer: AgentOffer }
  /** Which part an agent has in the call now. */
  | { do: 'take-part'; agent: AgentOffer; role: Role }
  /** Creates the leg of a party who was asked for, puts it into the bridge and rings it. */
  | { do: 'dial'; party: Party; bridge: BridgeId }
  | { do: 'send-digits'; channel: ChannelId; digits: string }
  | { do: 'mute'; channel: ChannelId }
  | { do: 'unmute'; channel: ChannelId }
  /** The ring-back tone of a phone that does not ring any more. */
  | { do: 'stop-ringing'; channel: ChannelId }
  | { do: 'create-bridge'; bridge: BridgeId }
  | { do: 'join'; bridge: BridgeId; channels: ChannelId[] }
  | { do: 'leave-bridge'; bridge: BridgeId; channel: ChannelId }
  | { do: 'destroy-bridge'; bridge: BridgeId }
  | { do: 'record'; bridge: BridgeId; recording: RecordingName }
  /** What the caller says after a beep, until `#`, silence or the longest time of a message. */
  | { do: 'record-message'; channel: ChannelId; recording: RecordingName }
  | { do: 'stop-recording'; recording: RecordingName }
  | { do: 'hangup'; channel: ChannelId; cause: 'normal' | 'no_answer' | 'congestion' }
  | { do: 'mark-hold'; agentId: AgentId; isOnHold: boolean }
  /** The agent's part is over: wrap-up, or not ready when the phone failed. */
  | { do: 'finish-agent'; agentId: AgentId; isPhoneLost: boolean }
  /** An event without meaning here; logged once. */
  | { do: 'ignore'; event: CallEvent['type']; phase: Phase }

export interface Step {
  call: Call
  effects: Effect[]
}

/** Ids of what a call owns tell the call: after a crash nothing has to be guessed. */
export function bridgeOf(id: CallId, room: Room = 'TALK'): BridgeId {
  return `${id}.${room === 'TALK' ? 'bridge' : 'consult'}` as BridgeId
}

/** @returns the call that a channel, bridge, playback or recording of ours belongs to, or null for a stranger's */
export function callOf(resource: string): CallId | null {
  const match = /(?:^|\/)([0-9A-HJKMNP-TV-Z]{26})[.-]/.exec(resource)
  return match ? (match[1] as CallId) : null
}

/** Recordings lie in a folder a day, by the city's date: `2026/11/23/01J….1`. */
export function recordingName(id: CallId, arrivedAt: Instant, serial: number): RecordingName {
  const day = new Date(arrivedAt + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '/')
  return `${day}/${id}.${serial}` as RecordingName
}

const consultEnding = '.consult'

/** Beside the talk's, and told from it by the name: the caller does not hear it. */
export function consultRecordingName(id: CallId, arrivedAt: Instant, serial: number): RecordingName {
  return `${recordingName(id, arrivedAt, serial)}${consultEnding}` as RecordingName
}

export function isConsultName(name: RecordingName): boolean {
  return name.endsWith(consultEnding)
}

/** A shorter message is only a caller who hung up late. */
export const shortestMessageMs = 1_500

const messageFolder = 'messages/'

/** Beside the fallback's messages, apart from recordings of talks: who may hear them and how long they are kept differ. */
export function messageName(id: CallId, serial: number): RecordingName {
  return `${messageFolder}${id}.${serial}` as RecordingName
}

export function isMessageName(name: RecordingName): boolean {
  return name.startsWith(messageFolder)
}

/** @returns number at which the caller may be called back; null where none came or the caller withholds it */
export function callableNumber({ caller }: Pick<Call, 'caller'>): string | null {
  return caller.isWithheld ? null : caller.number
}

/** Each controller counts on from a thousand of its own: more steps than one could still write that was replaced. */
const versionsOfAController = 1_000

/** A call as the next controller takes it on: whatever the one before it may still write of it is older. */
export function inherited(call: Call): Call {
  return { ...call, version: (Math.floor(call.version / versionsOfAController) + 1) * versionsOfAController }
}

/** Stretches in which an agent hears the caller. */
export const heardKinds = ['TALKING', 'THREE_WAY'] as const satisfies SegmentKind[]
const heard: ReadonlySet<SegmentKind> = new Set(heardKinds)

/** Users who spoke with the caller, or take part in the call now: their phone may still ring. */
export function agentsIn(call: Call): number[] {
  const now = call.parties.flatMap(({ agent }) => (agent === null ? [] : [agent.agentId]))
  const spoke = call.segments.flatMap(({ kind, agentId }) => (heard.has(kind) && agentId !== null ? [agentId] : []))
  return [...new Set([...now, ...(call.agent ? [call.agent.id] : []), ...spoke].map(Number))]
}
