import { type Instant, type PromptId, unreachable } from '../../../platform/types.ts'
import type { Call, CallEvent, Effect, Step } from '../call.ts'
import { foundSound, mend, mixOf, soundOf } from '../mix.ts'
import { answerableOf, hasCaller, withCallerAlone } from '../party.ts'
import { always, end } from '../phases/ending.ts'
import {
  type At,
  ignore,
  isAbout,
  legClearance,
  nextPlayback,
  prepend,
  recordingClearance,
  withSegment,
  withSegmentEnd,
  withTimer,
} from '../phases/parts.ts'
import { farewells, withConsultRoom, withPartiesEnded } from '../phases/regroup.ts'
import type { Survey, SurveyResult } from './survey.ts'

/*
 * The agent has hung up and is out of the call: wrap-up has begun. The caller is asked how it was.
 *
 *            (1)            (2)
 *   ──▶ question ───▶ thanks ───▶ hung up
 *        ▲ │ (3)  │ (4)              ▲
 *        └─┘      └──────────────────┘
 *
 *  1 a key of the scale        3 `*`, or a wrong key: once more
 *  2 said goodbye              4 no key, a second wrong key, or nothing can be said
 */

/** How long a key is waited for: callers who do not want to answer have hung up by then. */
export const surveyKeyMs = 6_000
const mostWrongKeys = 2
/** Longer than all that is said at once: what never reports its end is given up. */
const longestStepMs = 30_000

export function surveying(call: Call, stage: At<'surveying'>, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'digit':
      return press(call, stage, event.digit, now)
    case 'playback-finished':
      return event.playback === stage.playback ? said(call, stage, now) : ignore(call, event)
    case 'timer':
      if (event.timer !== 'key') return ignore(call, event)
      return prepend(hush(stage), over(call, stage.step === 'thanks' ? null : 'NO_KEY', now))
    case 'failed':
      if (!stage.playback || !isAbout(event.effect, stage.playback)) return ignore(call, event)
      return over(call, stage.step === 'thanks' ? null : 'FAILED', now)
    case 'caller-gone':
      return over(call, stage.step === 'thanks' ? null : 'HUNG_UP', now)
    case 'adopted': {
      if (!event.found.isCallerAlive) return over(call, stage.step === 'thanks' ? null : 'HUNG_UP', now)
      // Of the talk before it some may be left.
      const left: Effect[] = [...mend(soundOf(call), foundSound(call, event.found)), ...clearance(call)]
      const again = stage.step === 'thanks' ? thank(call, now) : ask(call, stage.wrongKeys, [], now)
      return prepend([...left, ...hush(stage)], again)
    }
    default:
      return always(call, event, now)
  }
}

/**
 * The agent hangs up.
 * @returns null where nothing is asked: the call ends
 */
export function survey(call: Call, now: Instant): Step | null {
  const asked = surveyOf(call, now)
  if (asked === null) return null
  const before = withConsultRoom(call, soundOf(call))
  const parted = withPartiesEnded(withSegmentEnd(call, now, 'AGENT_ENDED'), now, 'AGENT_ENDED')
  const left = withCallerAlone(withSegment({ ...parted, survey: asked }, { kind: 'SURVEY' }, now))
  const quiet = { ...before, mixes: mixOf(left), music: [], muted: [] }
  return prepend([...farewells(call, []), ...mend(quiet, before), ...clearance(call)], ask(left, 0, [], now))
}

/**
 * Whether the caller of this talk is asked when the agent hangs up now. Not after an emergency: who is in danger is not
 * asked how it was. Nor while somebody outside is with the caller, e.g. the province: that would rate both.
 * @returns the question; null: the call simply ends
 */
function surveyOf(call: Call, now: Instant): Survey | null {
  const { surveyRules: rules, answeredAt, outgoing, survey, segments, parties } = call
  const agent = answerableOf(call)
  if (!rules || outgoing || survey || !agent || answeredAt === null || !hasCaller(call) || !call.owned.caller)
    return null
  if (now - answeredAt < rules.minTalkMs) return null
  if (segments.some(({ party }) => party?.emergencyBy !== undefined)) return null
  if (parties.some(({ asked, step }) => asked?.to.kind === 'outside' && step === 'UP')) return null
  const { agentId } = agent.agent
  return { scale: rules.scale, askedAt: now, agentId, level: null, result: null, answeredAt: null }
}

function clearance(call: Call): Effect[] {
  return [...recordingClearance(call), ...legClearance(call)]
}

function press(call: Call, stage: At<'surveying'>, key: string, now: Instant): Step {
  const { survey: asked } = call
  if (stage.step === 'thanks' || !asked) return { call, effects: [] }
  const level = Number(key)
  if (/^[1-9]$/.test(key) && level <= asked.scale) {
    const rated: Call = { ...call, survey: { ...asked, level, result: 'RATED', answeredAt: now } }
    return prepend(hush(stage), thank(rated, now))
  }
  if (key === '*') return prepend(hush(stage), ask(call, stage.wrongKeys, [], now))
  const wrongKeys = stage.wrongKeys + 1
  if (wrongKeys >= mostWrongKeys) return prepend(hush(stage), over(call, 'WRONG_KEY', now))
  return prepend(hush(stage), ask(call, wrongKeys, ['survey-wrong' as PromptId], now))
}

function said(call: Call, stage: At<'surveying'>, now: Instant): Step {
  switch (stage.step) {
    case 'question':
      return {
        call: withTimer({ ...call, stage: { ...stage, playback: null } }, 'key', now + surveyKeyMs),
        effects: [],
      }
    case 'thanks':
      return over(call, null, now)
    default:
      return unreachable(stage.step)
  }
}

function ask(call: Call, wrongKeys: number, lead: PromptId[], now: Instant): Step {
  const question = `survey-${call.survey?.scale ?? 3}` as PromptId
  return say(call, { step: 'question', wrongKeys }, [...lead, question], now)
}

function thank(call: Call, now: Instant): Step {
  return say(call, { step: 'thanks', wrongKeys: 0 }, ['survey-thanks' as PromptId], now)
}

function say(call: Call, to: Pick<At<'surveying'>, 'step' | 'wrongKeys'>, prompts: PromptId[], now: Instant): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: { ...numbered, stage: { phase: 'surveying', ...to, playback }, timers: { key: now + longestStepMs } },
    effects: [{ do: 'play', channel: call.channel, playback, prompts }],
  }
}

/** @param result null: it was rated */
function over(call: Call, result: SurveyResult | null, now: Instant): Step {
  const { survey: asked } = call
  const done = asked && result !== null ? { ...call, survey: { ...asked, result } } : call
  const isRated = done.survey?.result === 'RATED'
  return end(withSegmentEnd(done, now, isRated ? 'RATED' : 'NOT_RATED'), now, 'AGENT')
}

function hush(stage: At<'surveying'>): Effect[] {
  return stage.playback ? [{ do: 'stop-playback', playback: stage.playback }] : []
}
