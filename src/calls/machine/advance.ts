import { type Instant, unreachable } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import { bridgeOf, type Call, type CallEvent, type Effect, type Entry, type Found, type Step } from './call.ts'
import { asking } from './keypad/asking.ts'
import { dialling } from './outgoing/dialling.ts'
import { type AgentParty, aCaller, answerableOf, consultedOf } from './party.ts'
import { arranging } from './phases/arranging.ts'
import { ending, leftOver } from './phases/ending.ts'
import { greet, greeting } from './phases/greeting.ts'
import { inquiring } from './phases/inquiring.ts'
import { messaging } from './phases/messaging.ts'
import { notice } from './phases/notice.ts'
import { offering } from './phases/offering.ts'
import { withSegment } from './phases/parts.ts'
import { talking, transferring } from './phases/talking.ts'
import { waiting } from './phases/waiting.ts'
import { surveying } from './survey/surveying.ts'

/*
 * A call from INVITE to the last channel gone.
 *
 *     (1)          (2)           (4)              (6)           (9)
 *    ────▶ greeting ────▶ waiting ────▶ offering ────▶ talking ────▶ ending ────▶ ended
 *           │ │  ▲ (3)      ▲ │ │ ▲        │  │          │  │  ▲       ▲    (11)
 *           │ └──┘          │ │ └─┘ (5)    │  │          │  └──┘ (8)   │
 *      (12) │      (13) (18)│ │     ▲  (7) │  │          │ (10)        │
 *           └─▶ inquiring ──┤ │     └──────┴──┼──────────┘             │
 *                   └───────┼─┼─── (14) ──────┼───────────────────────▶│
 *                (15) (16)  │ ▼               │                        │
 *                  messaging, arranging ──────┼── (17) ───────────────▶│
 *     from every phase: the caller hangs up ──┴────────────────────────┘
 *
 *  1 answered by the dialplan       8 hold, resume; the agent's page comes back after a reload
 *  2 greeting over, or an overlay   9 agent hangs up
 *    key that queues               10 agent's leg lost without a hang-up: apology, head of the line
 *  3 key: repeat the greeting      11 all channels gone, or the teardown alarm
 *  4 the queue reserved an agent   12 key: 进度查询 by keypad, see `inquiry.ts`
 *  5 position and wait announced,  13 key 0, three tries without success, too many tries, store away
 *    or the way out: 15 and 16     14 the state was told and nothing more is wanted
 *  6 agent's phone answered        15 key 2, once it was told: leaves a message
 *    and the offer still holds     16 key 1, once it was told: to be called back
 *  7 not answered, refused, phone  17 thanked, goodbye
 *    unreachable, offer lost:      18 key 0, no number keyed in after three tries, nothing could be
 *    head of the line                 recorded of a withheld number; a key of the menu that comes a
 *                                     moment after the greeting leads from the line as in 12, 3 and 2
 *
 * In 9 the caller of a longer talk is asked to rate it first (`surveying`): the agent is out of the call by then.
 * In 8 further parties come and go as well, see `sharing.ts` and `reaching.ts`; a blind transfer leads through
 * `transferring`, from there back to talking or to the head of the line. A call that an agent places begins with
 * `dialling` (`outgoing/`) and is in `talking` once the citizen has answered; one by machine is `asking` (`keypad/`), and
 * with key 0 in the line like any other.
 */

/** A new call, picked up by the dialplan: greet. */
export function enter(entry: Entry, now: Instant): Step {
  const call = {
    ...entry,
    version: 1,
    serial: 0,
    keys: '',
    pickedUpAt: entry.arrivedAt,
    queuedAt: null,
    offeredAt: null,
    answeredAt: null,
    endedAt: null,
    agent: null,
    hangupCause: null,
    parties: [aCaller(entry.channel, entry.caller.number)],
    owned: { caller: true, legs: [], bridge: null, recording: null },
    segments: [],
  }
  return greet(withSegment(call, { kind: 'GREETING' }, now), now, [])
}

/**
 * What the call does next.
 * @param now instant at which the event is taken up
 * @returns the same call object when nothing changed, else a new one with a higher version
 */
export function advance(call: Call, told: CallEvent, now: Instant, timings: Timings): Step {
  const event = ofTheCaller(call, told)
  const seen = notice(call, event)
  const { call: next, effects } = decide(seen, event, now, timings)
  const all = event.type === 'adopted' ? [...effects, ...emptyRoom(next, event.found, effects)] : effects
  return { call: next === call ? call : { ...next, version: call.version + 1 }, effects: all }
}

/** The citizen of an outgoing call is on a leg of ours. */
function ofTheCaller(call: Call, event: CallEvent): CallEvent {
  if (call.outgoing === undefined || event.type !== 'leg-gone' || event.leg !== call.channel) return event
  return { type: 'caller-gone', cause: event.cause }
}

/** A consult was over when the last controller died, and its bridge was left: in whatever phase the call is by now. */
function emptyRoom(call: Call, { consulting }: Found, effects: Effect[]): Effect[] {
  const bridge = bridgeOf(call.id, 'CONSULT')
  const isNamed = effects.some((effect) => effect.do === 'destroy-bridge' && effect.bridge === bridge)
  return consulting === null || consultedOf(call) || isNamed ? [] : [{ do: 'destroy-bridge', bridge }]
}

function decide(call: Call, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (call.stage.phase) {
    case 'greeting':
      return greeting(call, call.stage, event, now, timings)
    case 'inquiring':
      return inquiring(call, call.stage, event, now, timings)
    case 'waiting':
      return waiting(call, call.stage, event, now, timings)
    case 'messaging':
      return messaging(call, call.stage, event, now, timings)
    case 'arranging':
      return arranging(call, call.stage, event, now, timings)
    case 'dialling':
      return dialling(call, agentOf(call), event, now, timings)
    case 'offering':
      return offering(call, agentOf(call), event, now, timings)
    case 'talking':
      return talking(call, call.stage, event, now, timings)
    case 'transferring':
      return transferring(call, event, now, timings)
    case 'asking':
      return asking(call, call.stage, event, now, timings)
    case 'surveying':
      return surveying(call, call.stage, event, now)
    case 'ending':
      return ending(call, call.stage, event, now)
    case 'ended':
      return leftOver(call, event)
    default:
      return unreachable(call.stage)
  }
}

function agentOf(call: Call): AgentParty {
  const agent = answerableOf(call)
  if (!agent) throw new Error(`call ${call.id} is ${call.stage.phase} with no agent`)
  return agent
}
