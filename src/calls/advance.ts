import { type ChannelId, type Instant, type PlaybackId, type PromptId, unreachable } from '../platform/types.ts'
import type { MenuAction, Timings } from '../site/site.ts'
import {
  type AgentOffer,
  bridgeOf,
  type Call,
  type CallEvent,
  type Effect,
  type EndedBy,
  type Entry,
  type Found,
  type Outcome,
  recordingName,
  type Segment,
  type Stage,
  type Step,
  type TimerName,
} from './call.ts'
import {
  answered,
  beginInquiry,
  firstKeyMs,
  type Inquired,
  type Inquiry,
  inquiryAway,
  type Move,
  nextKeyMs,
  pause,
  press,
  questionOf,
  resumed,
} from './inquiry.ts'

/*
 * A call from INVITE to the last channel gone.
 *
 *            (1)          (2)           (4)              (6)           (9)
 *  arriving ────▶ greeting ────▶ waiting ────▶ offering ────▶ talking ────▶ ending ────▶ ended
 *                  │ │  ▲ (3)      ▲  │  ▲        │  │          │  │  ▲       ▲    (11)
 *                  │ └──┘          │  └──┘ (5)    │  │          │  └──┘ (8)   │
 *             (12) │               │ (13)  ▲  (7) │  │          │ (10)        │
 *                  └─▶ inquiring ──┘       └──────┴──┼──────────┘             │
 *                          └───────────── (14) ──────┼───────────────────────▶│
 *       from every phase: the caller hangs up ───────┴────────────────────────┘
 *
 *  1 picked up                      8 hold, resume; the agent's page comes back after a reload
 *  2 greeting over, or an overlay   9 agent hangs up
 *    key that queues               10 agent's leg lost without a hang-up: apology, head of the line
 *  3 key: hear it again            11 all channels gone, or the teardown alarm
 *  4 the queue reserved an agent   12 key: 进度查询 by keypad, see `inquiry.ts`
 *  5 position and wait announced   13 key 0, three tries without success, too many tries, store away
 *  6 agent's phone answered        14 the state was told and nothing more is wanted
 *    and the offer still holds
 *  7 not answered, refused, phone unreachable, offer lost: head of the line
 */

/** Longest time that any greeting may take before the caller waits in the line all the same. */
const greetingLimitMs = 30_000
const teardownMs = 5_000
/** Longer than all that is said at once, and than any request: what never reports its end is given up. */
const inquiryLimitMs = 60_000
const mostInquired = 8
const retryMs = 500
const triesOfARequest = 3

/** A new call: pick it up. */
export function enter(entry: Entry, now: Instant): Step {
  const call: Call = {
    ...entry,
    version: 1,
    stage: { phase: 'arriving', tries: 1 },
    serial: 0,
    keys: '',
    pickedUpAt: null,
    queuedAt: null,
    offeredAt: null,
    answeredAt: null,
    endedAt: null,
    agent: null,
    hangupCause: null,
    timers: { answer: now + teardownMs },
    owned: { caller: true, legs: [], bridge: null, recording: null },
    segments: [],
  }
  return { call, effects: [{ do: 'answer', channel: call.channel }] }
}

/**
 * What the call does next.
 * @param now instant at which the event is taken up
 * @returns the same call object when nothing changed, else a new one with a higher version
 */
export function advance(call: Call, event: CallEvent, now: Instant, timings: Timings): Step {
  const seen = notice(call, event)
  const { call: next, effects } = decide(seen, event, now, timings)
  return { call: next === call ? call : { ...next, version: call.version + 1 }, effects }
}

function decide(call: Call, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (call.stage.phase) {
    case 'arriving':
      return arriving(call, call.stage, event, now)
    case 'greeting':
      return greeting(call, call.stage, event, now, timings)
    case 'inquiring':
      return inquiring(call, call.stage, event, now, timings)
    case 'waiting':
      return waiting(call, call.stage, event, now, timings)
    case 'offering':
      return offering(call, call.stage, event, now, timings)
    case 'talking':
      return talking(call, call.stage, event, now, timings)
    case 'ending':
      return ending(call, call.stage, event, now)
    case 'ended':
      return leftOver(call, event)
    default:
      return unreachable(call.stage)
  }
}

type At<P extends Stage['phase']> = Extract<Stage, { phase: P }>

// --- one function per phase ---------------------------------------------------------------------------------------

function arriving(call: Call, stage: At<'arriving'>, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'caller-up':
      return greet({ ...call, pickedUpAt: now }, now, [])
    case 'timer':
    case 'failed':
      if (event.type === 'failed' && event.why === 'gone') return end(call, now, 'CALLER')
      if (stage.tries >= triesOfARequest) return end(call, now, 'SYSTEM', 'PLATFORM_FAILED')
      return {
        call: { ...call, stage: { ...stage, tries: stage.tries + 1 }, timers: { answer: now + teardownMs } },
        effects: [{ do: 'answer', channel: call.channel }],
      }
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return {
        call: { ...call, timers: { answer: now + teardownMs } },
        effects: [{ do: 'answer', channel: call.channel }],
      }
    default:
      return always(call, event, now)
  }
}

function greeting(call: Call, stage: At<'greeting'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'playback-finished':
      return event.playback === stage.playback ? queue(call, now, timings, []) : ignore(call, event)
    case 'timer':
      return event.timer === 'greeting' ? queue(call, now, timings, []) : ignore(call, event)
    case 'failed':
      return isAbout(event.effect, stage.playback) ? queue(call, now, timings, []) : ignore(call, event)
    case 'digit':
      return menuKey(call, stage, event.digit, now, timings)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return greet(call, now, [{ do: 'stop-playback', playback: stage.playback }])
    default:
      return always(call, event, now)
  }
}

function menuKey(call: Call, stage: At<'greeting'>, digit: string, now: Instant, timings: Timings): Step {
  const pressed = withKey(call, digit)
  const action = call.menu[digit]
  const quiet: Effect[] = [{ do: 'stop-playback', playback: stage.playback }]
  return action ? prepend(quiet, chosen(pressed, action, now, timings)) : { call: pressed, effects: [] }
}

function chosen(call: Call, action: MenuAction, now: Instant, timings: Timings): Step {
  switch (action.do) {
    case 'replay':
      return greet(call, now, [])
    case 'inquire':
      return say(withSegment(call, { kind: 'INQUIRY' }, now), beginInquiry(), now)
    case 'queue':
      return queue({ ...call, skill: action.skill, priority: action.priority ?? call.priority }, now, timings, [])
    default:
      return unreachable(action)
  }
}

function inquiring(call: Call, stage: At<'inquiring'>, event: CallEvent, now: Instant, timings: Timings): Step {
  const { inquiry, playback } = stage
  const move = (to: Move) => inquire(call, stage, to, now, timings)
  switch (event.type) {
    case 'digit':
      return move(press(inquiry, event.digit))
    case 'timer':
      if (event.timer !== 'key') return ignore(call, event)
      return inquiry.step === 'goodbye' ? end(call, now, 'SYSTEM') : move(pause(inquiry))
    case 'playback-finished':
      if (event.playback !== playback) return ignore(call, event)
      if (inquiry.step === 'goodbye') return end(call, now, 'SYSTEM')
      return { call: withTimer({ ...call, stage: { ...stage, playback: null } }, 'key', now + firstKeyMs), effects: [] }
    case 'looked-up': {
      if (inquiry.step !== 'looking' || event.serial !== stage.lookUp) return ignore(call, event)
      const asked = withInquired(call, { number: inquiry.number, result: event.answer.result })
      return inquire(asked, stage, answered(inquiry, event.answer), now, timings)
    }
    case 'failed':
      return inquiryFailed(call, stage, event, now, timings)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return inquiry.step === 'looking'
        ? lookUp(call, inquiry, now)
        : prepend(hush(stage), say(call, resumed(inquiry), now))
    default:
      return always(call, event, now)
  }
}

function inquiryFailed(
  call: Call,
  stage: At<'inquiring'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  const { effect } = event
  const { inquiry, playback, lookUp } = stage
  if (effect.do === 'look-up' && inquiry.step === 'looking' && effect.serial === lookUp) {
    const asked = withInquired(call, { number: inquiry.number, result: 'FAILED' })
    return inquire(asked, stage, inquiryAway, now, timings)
  }
  if (!playback || !isAbout(effect, playback)) return ignore(call, event)
  // Whoever hears nothing cannot know what to press.
  return inquiry.step === 'goodbye' ? end(call, now, 'SYSTEM') : queue(call, now, timings, [])
}

function waiting(call: Call, stage: At<'waiting'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'offered':
      return offer(call, stage, event.offer, now, timings)
    case 'playback-finished':
      if (event.playback !== stage.announcement) return ignore(call, event)
      return { call: { ...call, stage: { phase: 'waiting', announcement: null } }, effects: [music(call)] }
    case 'timer':
      if (event.timer === 'announce') return announce(call, now, timings)
      if (event.timer === 'enqueue') return { call: withoutTimer(call, 'enqueue'), effects: [enqueue(call)] }
      return ignore(call, event)
    case 'failed':
      if (event.effect.do === 'enqueue') return { call: withTimer(call, 'enqueue', now + retryMs), effects: [] }
      if (event.effect.do === 'announce-position' || event.effect.do === 'play') {
        return { call: { ...call, stage: { phase: 'waiting', announcement: null } }, effects: [music(call)] }
      }
      return ignore(call, event)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return {
        call: withTimer(
          { ...call, stage: { phase: 'waiting', announcement: null } },
          'announce',
          now + timings.announceEveryMs,
        ),
        effects: [music(call), enqueue(call)],
      }
    default:
      return always(call, event, now)
  }
}

function offering(call: Call, stage: At<'offering'>, event: CallEvent, now: Instant, timings: Timings): Step {
  const { offer: made, leg } = stage
  switch (event.type) {
    case 'pop-shown':
      return event.offerId === made.id && stage.step === 'popping'
        ? ring(call, made, now, timings)
        : ignore(call, event)
    case 'timer':
      if (event.timer === 'pop' && stage.step === 'popping') return ring(call, made, now, timings)
      if (event.timer === 'ring') return missed(call, made, 'ring-missed', 'NO_ANSWER', now, timings)
      return ignore(call, event)
    case 'leg-up':
      if (event.leg !== leg) return always(call, event, now)
      if (stage.step !== 'ringing') return ignore(call, event)
      return {
        call: { ...call, stage: { ...stage, step: 'joining' }, timers: {} },
        effects: [{ do: 'accept-offer', offer: made }],
      }
    case 'offer-accepted':
      if (event.offerId !== made.id || !leg || stage.step !== 'joining') return ignore(call, event)
      return talk(call, made, leg, now)
    case 'offer-lost':
      if (event.offerId !== made.id) return ignore(call, event)
      return backInLine(call, 'LOST', now, timings, [])
    case 'leg-gone':
      return event.leg === leg ? legFailed(call, made, event.cause, now, timings) : ignore(call, event)
    case 'failed':
      return offerFailed(call, stage, event, now, timings)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      return adoptOffer(call, stage, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function talking(call: Call, stage: At<'talking'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'command':
      return command(call, stage, event, now)
    case 'rejoin':
      return event.agentId === stage.agent.agentId
        ? rejoin(call, stage, event.endpoint, now, timings)
        : ignore(call, event)
    case 'leg-up':
      if (event.leg === stage.leg) return ignore(call, event)
      if (event.leg !== stage.rejoin?.leg) return always(call, event, now)
      return rejoined(call, stage, stage.rejoin)
    case 'leg-gone':
      return legEnded(call, stage, event, now, timings)
    case 'timer':
      if (event.timer === 'join') {
        return { call, effects: [{ do: 'create-bridge', bridge: bridgeOf(call.id) }, join(call, stage)] }
      }
      if (event.timer === 'rejoin' && stage.rejoin) {
        return rejoinFailed(call, stage, now, timings, [
          { do: 'hangup', channel: stage.rejoin.leg, cause: 'no_answer' },
        ])
      }
      return ignore(call, event)
    case 'failed':
      return talkFailed(call, stage, event, now, timings)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      return adoptTalk(call, stage, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function ending(call: Call, stage: At<'ending'>, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'timer':
      if (event.timer === 'teardown') return close(call, stage, now)
      return ignore(call, event)
    case 'leg-up':
      // Answered in the moment in which the caller left.
      return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
    case 'platform-lost':
      return close(call, stage, now)
    case 'adopted': {
      if (!event.found.isCallerAlive && event.found.legs.length === 0) return close(call, stage, now)
      return { call: withTimer(call, 'teardown', now + teardownMs), effects: clearance(call) }
    }
    default:
      return isCleared(call) ? close(call, stage, now) : { call, effects: [] }
  }
}

/** After the end only the clearing away of late arrivals is left. */
function leftOver(call: Call, event: CallEvent): Step {
  if (event.type === 'leg-up') return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
  if (event.type === 'offered') return { call, effects: [{ do: 'leave-queue' }] }
  return { call, effects: [] }
}

/** What every living phase answers alike. */
function always(call: Call, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'caller-gone':
      return end(call, now, 'CALLER')
    case 'platform-lost':
      return end(call, now, 'SYSTEM', 'PLATFORM_LOST')
    case 'offered':
      // The queue matched a call that has just moved on; its agent must not wait for it.
      return { call, effects: [{ do: 'withdraw-offer', offer: event.offer }] }
    case 'leg-up':
      return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
    case 'caller-up':
    case 'leg-gone':
    case 'recording-ended':
      return { call, effects: [] }
    default:
      return ignore(call, event)
  }
}

// --- steps --------------------------------------------------------------------------------------------------------

function greet(call: Call, now: Instant, before: Effect[]): Step {
  const [numbered, playback] = nextPlayback(call)
  const begun = call.stage.phase === 'greeting' ? numbered : withSegment(numbered, { kind: 'GREETING' }, now)
  return {
    call: { ...begun, stage: { phase: 'greeting', playback }, timers: { greeting: now + greetingLimitMs } },
    effects: [...before, { do: 'play', channel: call.channel, playback, prompts: [call.greeting] }],
  }
}

function inquire(call: Call, stage: At<'inquiring'>, move: Move, now: Instant, timings: Timings): Step {
  switch (move.next) {
    case 'nothing':
      return { call, effects: [] }
    case 'listen':
      return {
        call: withTimer(
          { ...call, stage: { ...stage, inquiry: move.inquiry, playback: null } },
          'key',
          now + nextKeyMs,
        ),
        effects: hush(stage),
      }
    case 'say':
      return prepend(hush(stage), say(call, move.inquiry, now))
    case 'look-up':
      return prepend(hush(stage), lookUp(call, move.inquiry, now))
    case 'queue':
      return prepend(hush(stage), queueSaying(call, move.prompt, now, timings, []))
    default:
      return unreachable(move)
  }
}

function say(call: Call, inquiry: Exclude<Inquiry, { step: 'looking' }>, now: Instant): Step {
  const [numbered, playback] = nextPlayback(call)
  const { channel } = call
  return {
    call: {
      ...numbered,
      stage: { phase: 'inquiring', inquiry, playback, lookUp: null },
      timers: { key: now + inquiryLimitMs },
    },
    effects: [
      inquiry.step === 'told'
        ? { do: 'tell-progress', channel, playback, progress: inquiry.progress }
        : {
            do: 'play',
            channel,
            playback,
            prompts: inquiry.step === 'goodbye' ? ['goodbye' as PromptId] : questionOf(inquiry),
          },
    ],
  }
}

function lookUp(call: Call, inquiry: Extract<Inquiry, { step: 'looking' }>, now: Instant): Step {
  const serial = call.serial + 1
  return {
    call: {
      ...call,
      serial,
      stage: { phase: 'inquiring', inquiry, playback: null, lookUp: serial },
      timers: { key: now + inquiryLimitMs },
    },
    effects: [{ do: 'look-up', serial, number: inquiry.number, code: inquiry.code }],
  }
}

function hush(stage: At<'inquiring'>): Effect[] {
  return stage.playback ? [{ do: 'stop-playback', playback: stage.playback }] : []
}

/** Into the line with a word in place of the first bars of music; an agent who is free cuts it short. */
function queueSaying(call: Call, prompt: PromptId | null, now: Instant, timings: Timings, before: Effect[]): Step {
  if (prompt === null) return queue(call, now, timings, before)
  const [numbered, playback] = nextPlayback(call)
  const step = queue(numbered, now, timings, before)
  return {
    call: { ...step.call, stage: { phase: 'waiting', announcement: playback } },
    effects: [
      ...step.effects.filter((effect) => effect.do !== 'start-music'),
      { do: 'play', channel: call.channel, playback, prompts: [prompt] },
    ],
  }
}

function queue(call: Call, now: Instant, timings: Timings, before: Effect[]): Step {
  const queued: Call = {
    ...withSegment(call, { kind: 'WAITING' }, now),
    stage: { phase: 'waiting', announcement: null },
    queuedAt: call.queuedAt ?? now,
    timers: { announce: now + timings.announceEveryMs },
  }
  return { call: queued, effects: [...before, music(queued), enqueue(queued)] }
}

function announce(call: Call, now: Instant, timings: Timings): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: withTimer(
      { ...numbered, stage: { phase: 'waiting', announcement: playback } },
      'announce',
      now + timings.announceEveryMs,
    ),
    effects: [{ do: 'announce-position', channel: call.channel, playback }],
  }
}

function offer(call: Call, stage: At<'waiting'>, made: AgentOffer, now: Instant, timings: Timings): Step {
  const quiet: Effect[] = stage.announcement ? [{ do: 'stop-playback', playback: stage.announcement }, music(call)] : []
  return {
    call: {
      ...withSegment(call, { kind: 'OFFER', agentId: made.agentId }, now),
      stage: { phase: 'offering', step: 'popping', offer: made, leg: null },
      offeredAt: now,
      timers: { pop: now + timings.popMs },
    },
    effects: [...quiet, { do: 'pop', offer: made }],
  }
}

function ring(call: Call, made: AgentOffer, now: Instant, timings: Timings): Step {
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const bridge = bridgeOf(call.id)
  return {
    call: {
      ...call,
      serial,
      stage: { phase: 'offering', step: 'ringing', offer: made, leg },
      timers: { ring: now + timings.ringMs },
      owned: { ...call.owned, legs: [...call.owned.legs, leg], bridge },
    },
    effects: [
      { do: 'mark-ringing', offer: made },
      { do: 'originate', leg, endpoint: made.endpoint },
      { do: 'create-bridge', bridge },
    ],
  }
}

function talk(call: Call, made: AgentOffer, leg: ChannelId, now: Instant): Step {
  const bridge = bridgeOf(call.id)
  const [numbered, playback] = nextPlayback(call)
  const serial = numbered.serial + 1
  const recording = recordingName(call.id, call.arrivedAt, serial)
  const stage: At<'talking'> = { phase: 'talking', agent: made, leg, isOnHold: false, joinTries: 0, rejoin: null }
  return {
    call: {
      ...withSegment(numbered, { kind: 'TALKING', agentId: made.agentId, channel: leg }, now, 'ANSWERED'),
      serial,
      stage,
      answeredAt: call.answeredAt ?? now,
      agent: { id: made.agentId, number: made.agentNumber },
      timers: {},
      owned: { ...call.owned, bridge, recording },
    },
    effects: [
      { do: 'stop-music', channel: call.channel },
      { do: 'join', bridge, channels: [call.channel, leg] },
      { do: 'record', bridge, recording },
      { do: 'announce-agent', bridge, playback, agentNumber: made.agentNumber },
    ],
  }
}

/** Head of the line again, the agent's leg dropped: no answer, refused, unreachable, or the offer was lost. */
function backInLine(call: Call, result: string, now: Instant, timings: Timings, first: Effect[]): Step {
  const step = queue(withSegmentEnd(call, now, result), now, timings, [...first, ...legClearance(call)])
  return { call: { ...step.call, offeredAt: null }, effects: step.effects }
}

function missed(
  call: Call,
  made: AgentOffer,
  reason: 'ring-missed' | 'phone-failed',
  result: string,
  now: Instant,
  timings: Timings,
): Step {
  return backInLine(call, result, now, timings, [{ do: 'reject-offer', offer: made, reason }])
}

/** Q.850 causes with which a phone that rang was declined or not answered; all others: the phone failed. */
const unansweredCauses = new Set([16, 17, 18, 19, 21, 26])

function legFailed(call: Call, made: AgentOffer, cause: number | null, now: Instant, timings: Timings): Step {
  return cause !== null && unansweredCauses.has(cause)
    ? missed(call, made, 'ring-missed', 'DECLINED', now, timings)
    : missed(call, made, 'phone-failed', 'UNREACHABLE', now, timings)
}

function offerFailed(
  call: Call,
  stage: At<'offering'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.effect.do) {
    case 'originate':
      if (event.effect.leg !== stage.leg) return ignore(call, event)
      return missed(call, stage.offer, 'phone-failed', 'UNREACHABLE', now, timings)
    case 'accept-offer':
      // The queue's store is away; two people are on the line and want to talk.
      return stage.leg ? talk(call, stage.offer, stage.leg, now) : ignore(call, event)
    default:
      return ignore(call, event)
  }
}

function adoptOffer(call: Call, stage: At<'offering'>, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const leg = found.legs.find((one) => one.id === stage.leg)
  if (stage.step === 'popping') {
    return { call: withTimer(call, 'pop', now + timings.popMs), effects: [{ do: 'pop', offer: stage.offer }] }
  }
  if (!leg) return backInLine(call, 'LOST', now, timings, [{ do: 'withdraw-offer', offer: stage.offer }])
  if (leg.isUp) {
    return {
      call: { ...call, stage: { ...stage, step: 'joining' }, timers: {} },
      effects: [
        { do: 'create-bridge', bridge: bridgeOf(call.id) },
        { do: 'accept-offer', offer: stage.offer },
      ],
    }
  }
  return { call, effects: [{ do: 'create-bridge', bridge: bridgeOf(call.id) }] }
}

function command(call: Call, stage: At<'talking'>, event: Extract<CallEvent, { type: 'command' }>, now: Instant): Step {
  if (event.agentId !== stage.agent.agentId) return ignore(call, event)
  const bridge = bridgeOf(call.id)
  const agentId = stage.agent.agentId
  switch (event.command) {
    case 'hangup':
      return end(call, now, 'AGENT')
    case 'hold':
      if (stage.isOnHold) return { call, effects: [] }
      return {
        call: { ...withSegment(call, { kind: 'HOLD', agentId }, now), stage: { ...stage, isOnHold: true } },
        effects: [
          { do: 'leave-bridge', bridge, channel: call.channel },
          music(call),
          { do: 'mark-hold', agentId, isOnHold: true },
        ],
      }
    case 'resume':
      if (!stage.isOnHold) return { call, effects: [] }
      return {
        call: {
          ...withSegment(call, { kind: 'TALKING', agentId, channel: stage.leg }, now),
          stage: { ...stage, isOnHold: false, joinTries: 0 },
        },
        effects: [
          { do: 'stop-music', channel: call.channel },
          { do: 'join', bridge, channels: [call.channel] },
          { do: 'mark-hold', agentId, isOnHold: false },
        ],
      }
    default:
      return unreachable(event.command)
  }
}

function rejoin(call: Call, stage: At<'talking'>, endpoint: string, now: Instant, timings: Timings): Step {
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const older: Effect[] = stage.rejoin ? [{ do: 'hangup', channel: stage.rejoin.leg, cause: 'normal' }] : []
  return {
    call: withTimer(
      {
        ...call,
        serial,
        stage: { ...stage, rejoin: { leg, endpoint } },
        owned: { ...call.owned, legs: [...call.owned.legs, leg] },
      },
      'rejoin',
      now + timings.ringMs,
    ),
    effects: [...older, { do: 'originate', leg, endpoint }],
  }
}

function rejoined(call: Call, stage: At<'talking'>, back: { leg: ChannelId; endpoint: string }): Step {
  const old: Effect[] = call.owned.legs.includes(stage.leg)
    ? [{ do: 'hangup', channel: stage.leg, cause: 'normal' }]
    : []
  return {
    call: withoutTimer(
      { ...call, stage: { ...stage, leg: back.leg, agent: { ...stage.agent, endpoint: back.endpoint }, rejoin: null } },
      'rejoin',
    ),
    effects: [{ do: 'join', bridge: bridgeOf(call.id), channels: [back.leg] }, ...old],
  }
}

/** The new leg did not come: with the old one alive the call goes on, without it the caller must not sit in silence. */
function rejoinFailed(call: Call, stage: At<'talking'>, now: Instant, timings: Timings, first: Effect[]): Step {
  const alone = withoutTimer({ ...call, stage: { ...stage, rejoin: null } }, 'rejoin')
  if (call.owned.legs.includes(stage.leg)) return { call: alone, effects: first }
  return agentLost(alone, stage, now, timings, first)
}

/** A BYE of the agent's phone ends the call; a leg that vanished otherwise leaves a caller who still wants an answer. */
function legEnded(
  call: Call,
  stage: At<'talking'>,
  event: Extract<CallEvent, { type: 'leg-gone' }>,
  now: Instant,
  timings: Timings,
): Step {
  if (event.leg === stage.rejoin?.leg) return rejoinFailed(call, stage, now, timings, [])
  if (event.leg !== stage.leg) return ignore(call, event)
  if (stage.rejoin) return { call, effects: [] }
  if (event.cause === 16) return end(call, now, 'AGENT')
  return agentLost(call, stage, now, timings, [])
}

function agentLost(call: Call, stage: At<'talking'>, now: Instant, timings: Timings, first: Effect[]): Step {
  const held: Effect[] = stage.isOnHold
    ? []
    : [{ do: 'leave-bridge', bridge: bridgeOf(call.id), channel: call.channel }]
  const lost = withSegmentEnd(call, now, 'AGENT_LOST')
  const urgent = { ...lost, priority: 0, lastAgent: stage.agent.agentId }
  const step = queueSaying(urgent, 'agent-lost' as PromptId, now, timings, [
    ...first,
    { do: 'finish-agent', agentId: stage.agent.agentId, isPhoneLost: true },
    ...held,
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
    ...legClearance(call),
  ])
  return { call: { ...step.call, offeredAt: null }, effects: step.effects }
}

function talkFailed(
  call: Call,
  stage: At<'talking'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.effect.do) {
    case 'join':
      if (stage.joinTries >= triesOfARequest) return end(call, now, 'SYSTEM', 'PLATFORM_FAILED')
      return {
        call: withTimer({ ...call, stage: { ...stage, joinTries: stage.joinTries + 1 } }, 'join', now + 100),
        effects: [],
      }
    case 'originate':
      if (event.effect.leg !== stage.rejoin?.leg) return ignore(call, event)
      return rejoinFailed(call, stage, now, timings, [])
    default:
      return ignore(call, event)
  }
}

function adoptTalk(call: Call, stage: At<'talking'>, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const isAlive = (leg: ChannelId): boolean => found.legs.some((one) => one.id === leg && one.isUp)
  if (stage.rejoin && isAlive(stage.rejoin.leg)) return rejoined(call, stage, stage.rejoin)
  if (stage.rejoin) return rejoinFailed(call, stage, now, timings, [])
  if (!isAlive(stage.leg)) return agentLost(call, stage, now, timings, [])
  return mend(call, stage, found)
}

/** Puts back what a controller's death left half done; a bridge that mixes is not touched. */
function mend(call: Call, stage: At<'talking'>, found: Found): Step {
  const bridge = bridgeOf(call.id)
  const wanted = stage.isOnHold ? [stage.leg] : [call.channel, stage.leg]
  const missing = wanted.filter((channel) => !found.bridged?.includes(channel))
  const effects: Effect[] = []
  if (found.bridged === null) effects.push({ do: 'create-bridge', bridge })
  if (missing.includes(call.channel)) effects.push({ do: 'stop-music', channel: call.channel })
  if (missing.length > 0) effects.push({ do: 'join', bridge, channels: missing })
  if (stage.isOnHold && !found.bridged?.includes(call.channel)) effects.push(music(call))
  if (found.isRecording && found.bridged !== null) return { call, effects }
  const serial = call.serial + 1
  const recording = recordingName(call.id, call.arrivedAt, serial)
  return {
    call: { ...call, serial, owned: { ...call.owned, bridge, recording } },
    effects: [...effects, { do: 'record', bridge, recording }],
  }
}

/** The one place where an outcome is chosen. */
function end(call: Call, now: Instant, endedBy: EndedBy, fault?: Outcome): Step {
  const stage: At<'ending'> = { phase: 'ending', outcome: fault ?? outcomeOf(call), endedBy }
  const agent: Effect[] =
    call.stage.phase === 'talking'
      ? [{ do: 'finish-agent', agentId: call.stage.agent.agentId, isPhoneLost: false }]
      : []
  const line: Effect[] =
    call.stage.phase === 'waiting' || call.stage.phase === 'offering' ? [{ do: 'leave-queue' }] : []
  const result = endedBy === 'CALLER' ? 'CALLER_LEFT' : endedBy === 'AGENT' ? 'AGENT_ENDED' : 'SYSTEM_ENDED'
  const ended: Call = {
    ...withSegmentEnd(call, now, result),
    stage,
    endedAt: now,
    timers: { teardown: now + teardownMs },
  }
  if (fault === 'PLATFORM_LOST') return prepend([...agent, ...line], close({ ...ended, owned: nothing }, stage, now))
  if (isCleared(ended)) return prepend([...agent, ...line], close(ended, stage, now))
  return { call: ended, effects: [...agent, ...line, ...clearance(ended)] }
}

function outcomeOf(call: Call): Outcome {
  if (call.answeredAt !== null) return 'ANSWERED'
  switch (call.stage.phase) {
    case 'waiting':
      return 'LEFT_QUEUE'
    case 'offering':
      return 'LEFT_AT_OFFER'
    default:
      return call.inquired?.some((one) => one.result === 'FOUND') ? 'SELF_SERVED' : 'LEFT_BEFORE_QUEUE'
  }
}

const nothing: Call['owned'] = { caller: false, legs: [], bridge: null, recording: null }

/** Nothing is left, or waited for long enough: the record is closed. The bridge goes last (asterisk#1124). */
function close(call: Call, stage: At<'ending'>, now: Instant): Step {
  const bridge = call.owned.bridge
  return {
    call: {
      ...call,
      stage: { ...stage, phase: 'ended' },
      endedAt: call.endedAt ?? now,
      timers: {},
      owned: nothing,
    },
    effects: bridge ? [{ do: 'destroy-bridge', bridge }] : [],
  }
}

// --- parts --------------------------------------------------------------------------------------------------------

/** What an event says about what the call still owns, whatever the phase. */
function notice(call: Call, event: CallEvent): Call {
  switch (event.type) {
    case 'caller-gone':
      if (!call.owned.caller && (call.hangupCause !== null || event.cause === null)) return call
      return { ...call, hangupCause: call.hangupCause ?? event.cause, owned: { ...call.owned, caller: false } }
    case 'leg-gone':
      return withoutLeg(call, event.leg)
    case 'recording-ended':
      return call.owned.recording === event.recording ? { ...call, owned: { ...call.owned, recording: null } } : call
    case 'failed':
      return noticeFailure(call, event)
    case 'adopted':
      return noticeFound(call, event.found)
    case 'timer':
      // An alarm rings once, whatever comes of it.
      return withoutTimer(call, event.timer)
    default:
      return call
  }
}

function noticeFailure(call: Call, event: Extract<CallEvent, { type: 'failed' }>): Call {
  const { effect, why } = event
  if (effect.do === 'originate') return withoutLeg(call, effect.leg)
  if (effect.do === 'record' && call.owned.recording === effect.recording) {
    return { ...call, owned: { ...call.owned, recording: null } }
  }
  if (why !== 'gone') return call
  if (effect.do === 'stop-recording' && call.owned.recording === effect.recording) {
    return { ...call, owned: { ...call.owned, recording: null } }
  }
  if (effect.do !== 'hangup') return call
  if (effect.channel === call.channel) return { ...call, owned: { ...call.owned, caller: false } }
  return withoutLeg(call, effect.channel)
}

function noticeFound(call: Call, found: Found): Call {
  const legs = call.owned.legs.filter((leg) => found.legs.some((one) => one.id === leg))
  return { ...call, owned: { ...call.owned, caller: found.isCallerAlive, legs } }
}

function clearance(call: Call): Effect[] {
  return [
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
    ...(call.owned.caller ? [{ do: 'hangup', channel: call.channel, cause: 'normal' } as const] : []),
    ...legClearance(call),
  ]
}

function legClearance(call: Call): Effect[] {
  return call.owned.legs.map((leg) => ({ do: 'hangup', channel: leg, cause: 'normal' }))
}

function isCleared(call: Call): boolean {
  return !call.owned.caller && call.owned.legs.length === 0 && call.owned.recording === null
}

function isAbout(effect: Effect, playback: PlaybackId): boolean {
  return (effect.do === 'play' || effect.do === 'tell-progress') && effect.playback === playback
}

function join(call: Call, stage: At<'talking'>): Effect {
  const channels = stage.isOnHold ? [stage.leg] : [call.channel, stage.leg]
  return { do: 'join', bridge: bridgeOf(call.id), channels }
}

function music(call: Call): Effect {
  return { do: 'start-music', channel: call.channel }
}

function enqueue(call: Call): Effect {
  return { do: 'enqueue', skill: call.skill, priority: call.priority, queuedAt: call.queuedAt ?? call.arrivedAt }
}

function ignore(call: Call, event: CallEvent): Step {
  return { call, effects: [{ do: 'ignore', event: event.type, phase: call.stage.phase }] }
}

function prepend(first: Effect[], step: Step): Step {
  return { call: step.call, effects: [...first, ...step.effects] }
}

function nextPlayback(call: Call): [Call, PlaybackId] {
  const serial = call.serial + 1
  return [{ ...call, serial }, `${call.id}.play${serial}` as PlaybackId]
}

function withKey(call: Call, digit: string): Call {
  return call.keys.length < 32 ? { ...call, keys: call.keys + digit } : call
}

function withInquired(call: Call, inquired: Inquired): Call {
  return { ...call, inquired: [...(call.inquired ?? []), inquired].slice(-mostInquired) }
}

function withTimer(call: Call, timer: TimerName, at: Instant): Call {
  return { ...call, timers: { ...call.timers, [timer]: at } }
}

function withoutTimer(call: Call, timer: TimerName): Call {
  if (!(timer in call.timers)) return call
  const { [timer]: _, ...rest } = call.timers
  return { ...call, timers: rest }
}

function withoutLeg(call: Call, leg: ChannelId): Call {
  if (!call.owned.legs.includes(leg)) return call
  return { ...call, owned: { ...call.owned, legs: call.owned.legs.filter((one) => one !== leg) } }
}

function withSegmentEnd(call: Call, now: Instant, result: string | null): Call {
  const last = call.segments.at(-1)
  if (!last || last.endedAt !== null) return call
  return {
    ...call,
    segments: [...call.segments.slice(0, -1), { ...last, endedAt: now, result: last.result ?? result }],
  }
}

function withSegment(
  call: Call,
  segment: Pick<Segment, 'kind'> & Partial<Segment>,
  now: Instant,
  endOfLast: string | null = null,
): Call {
  const closed = withSegmentEnd(call, now, endOfLast)
  const opened: Segment = { agentId: null, channel: null, startedAt: now, endedAt: null, result: null, ...segment }
  return { ...closed, segments: [...closed.segments, opened] }
}
