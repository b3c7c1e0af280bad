import { z } from 'zod'
import { writtenNumber } from '../../lines/api.ts'
import { manyLines, plainLine, reasonLine } from '../../platform/text/text.ts'
import { isMoreCounted, nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { callbackReasons, callbackStatuses, type Outcome, outcomes, segmentKinds } from '../machine/call.ts'
import { inquiryResults } from '../machine/inquiry.ts'
import { callRating } from '../survey/api.ts'

/** What `/api/calls`, `/api/lines`, `/api/agents` and `/api/callbacks` take and give. Pure: types for the page. */

const instant = z.number().describe('ms since 1970, UTC')

/** `1795441200000` or `2026-11-23T08:00:00+08:00`. */
const instantText = z
  .string()
  .max(40)
  .transform((text, context) => {
    const at = /^\d{1,15}$/.test(text) ? Number(text) : hasZone(text) ? Date.parse(text) : Number.NaN
    // Later than this the database's own type ends.
    if (Number.isNaN(at) || at > 253_402_300_799_999) {
      context.addIssue({ code: 'custom', message: '时间应为毫秒数，或带时区的 ISO 8601 时间' })
      return z.NEVER
    }
    return at
  })

function hasZone(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)
}

export const listFilter = z.object({
  line: plainLine(24, '线路号码').optional().describe('number of the line that was dialled, e.g. 12333'),
  caller: writtenNumber('主叫号码').optional().describe('whole number of the caller, in any usual way of writing'),
  outcome: z.enum(outcomes, { error: '没有这种通话结果' }).optional(),
  direction: z.enum(['IN', 'OUT'], { error: '方向应为 IN 或 OUT' }).optional(),
  agent: plainLine(12, '工号').optional().describe('number (工号) of the agent who spoke'),
  from: instantText.optional().describe('arrived at this instant or later: ms or ISO 8601 with zone'),
  to: instantText.optional().describe('arrived before this instant'),
})

export const listQuery = listFilter.extend(pageQuery())

export const total = z
  .object({
    count: z.number(),
    isMore: isMoreCounted,
  })
  .meta({ id: 'CallTotal' })

const outcome = z.enum(outcomes as readonly [Outcome, ...Outcome[]]).nullable()
const agent = z.object({ id: z.string(), number: z.string(), name: z.string() }).nullable()

export const callSummary = z
  .object({
    id: z.string(),
    direction: z.enum(['IN', 'OUT']).describe('`OUT`: an agent called the citizen, who is the caller here'),
    isCallerHidden: z
      .boolean()
      .describe('of a report, a confidential or an anonymous ticket: nothing tells who called'),
    caller: z.object({
      number: z.string().nullable().describe('masked, e.g. 139****1234'),
      place: z.string().nullable(),
      name: z.string().nullable().describe('as the network sent it; long numbers in it are masked'),
      isWithheld: z.boolean().describe('the caller asked the network to withhold the number'),
    }),
    line: z.object({ number: z.string(), name: z.string() }),
    arrivedAt: instant,
    queuedAt: instant.nullable(),
    answeredAt: instant.nullable(),
    endedAt: instant.nullable().describe('null while the call lives'),
    waitMs: z.number().nullable().describe('in the waiting line until answered or gone'),
    talkMs: z.number().nullable(),
    agent,
    outcome: outcome.describe('null while the call lives'),
    endedBy: z.enum(['CALLER', 'AGENT', 'SYSTEM']).nullable(),
    hasRecording: z.boolean(),
  })
  .meta({ id: 'CallSummary' })

export const callList = z
  .object({
    calls: z.array(callSummary),
    next: nextCursor,
  })
  .meta({ id: 'CallList' })

export const callSegment = z.object({
  kind: z.enum(segmentKinds),
  agent,
  startedAt: instant,
  endedAt: instant.nullable(),
  result: z.string().nullable(),
  party: z
    .object({ name: z.string().nullable(), number: z.string().nullable().describe('masked') })
    .nullable()
    .describe(
      'whom an agent asked in, for stretches that run beside the caller’s own; an agent of ours has no name here',
    ),
})

export const callRecording = z.object({
  id: z.string(),
  kind: z.enum(['TALK', 'CONSULT']).describe('`CONSULT`: agent and consulted alone, the caller does not hear it'),
  status: z.enum(['RECORDING', 'KEPT', 'LOST', 'DELETED']),
  startedAt: instant,
  endedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  url: z.string().describe('the sound, for those who may play it'),
})

export const callDetail = callSummary
  .extend({
    dialled: z.string(),
    diverted: z.string().nullable().describe('masked where it is no line of ours'),
    lineSource: z.string(),
    lineConfidence: z.string(),
    skill: z.string().nullable(),
    keys: z.string(),
    inquired: z
      .array(z.object({ number: z.string(), result: z.enum(inquiryResults) }))
      .describe('tickets that the caller asked for by keypad'),
    pickedUpAt: instant.nullable(),
    hangupCause: z.number().nullable(),
    note: z.string().nullable().describe('a line for each thing that was noted, with its time and author'),
    segments: z.array(callSegment).describe('in order; while the call lives, as far as it has come'),
    recordings: z.array(callRecording),
    unrecordedMs: z.number().describe('of the talk that no recording covers; 0 while the call lives'),
    rating: callRating
      .nullable()
      .describe('how the caller rated the talk; null where they were not asked, and for agents'),
    mayReveal: z.boolean(),
    mayPlay: z.boolean(),
    mayNote: z.boolean().describe('add a line to the note'),
  })
  .meta({ id: 'CallDetail' })

export const reveal = z
  .object({
    reason: reasonLine('查看理由').optional().describe('needed unless the call is your own of the last hour'),
  })
  .meta({ id: 'NumberRevealReason' })
/** What was noted is never changed: a line is added. */
export const noteAdded = z
  .object({ text: manyLines(2_000, '记录').refine((text) => text.trim() !== '', '请填写记录') })
  .meta({ id: 'CallNoteAdded' })
export const revealed = z.object({ number: z.string().describe('the whole number') }).meta({ id: 'RevealedNumber' })

export const lineList = z
  .object({
    lines: z.array(
      z.object({
        number: z.string(),
        name: z.string(),
        department: z.string(),
        mode: z.string(),
        isSample: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'LineList' })

export const agentList = z
  .object({
    agents: z.array(z.object({ id: z.string(), number: z.string(), name: z.string() })),
  })
  .meta({ id: 'AgentList' })

export const callbackQuery = z.object({
  status: z.enum(callbackStatuses, { error: '没有这种回拨状态' }).default('TO_CALL_BACK'),
  ...pageQuery(),
})

export const callback = z
  .object({
    id: z.string().describe('of the newest call of this number'),
    reasons: z.array(z.enum(callbackReasons)).describe('each once, the weightiest first'),
    calls: z.number().describe('how many calls of this number stand behind it; a hidden caller’s stands alone'),
    callId: z.string().nullable().describe('the newest call; null where a caller is hidden'),
    isCallerHidden: z.boolean(),
    caller: z.object({ number: z.string().nullable(), place: z.string().nullable() }),
    line: z.object({ number: z.string(), name: z.string() }).nullable(),
    isKeyedIn: z.boolean().describe('the caller’s own number was withheld and this one keyed in'),
    since: instant.describe('the end of the first of these calls'),
    lastAt: instant.describe('the end of the newest'),
    messages: z.array(
      z.object({
        id: z.string().describe('for `/api/callbacks/{id}/sound`'),
        since: instant,
        durationMs: z.number().nullable().describe('null until it was measured'),
      }),
    ),
    status: z.enum(callbackStatuses),
    handledBy: agent,
    handledAt: instant.nullable(),
  })
  .meta({ id: 'Callback' })

export const callbackList = z.object({ callbacks: z.array(callback), next: nextCursor }).meta({ id: 'CallbackList' })

export type CallSummary = z.infer<typeof callSummary>
export type CallList = z.infer<typeof callList>
export type CallSegment = z.infer<typeof callSegment>
export type CallRecording = z.infer<typeof callRecording>
export type CallDetail = z.infer<typeof callDetail>
export type RevealInput = z.output<typeof reveal>
export type Revealed = z.infer<typeof revealed>
export type LineList = z.infer<typeof lineList>
export type AgentList = z.infer<typeof agentList>
export type Callback = z.infer<typeof callback>
export type CallbackList = z.infer<typeof callbackList>

export type CallTotal = z.infer<typeof total>
