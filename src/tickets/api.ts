import { z } from 'zod'
import { writtenNumber } from '../lines/api.ts'
import { callId, categoryCode, countyCode, ulid, unitCode } from '../platform/text/codes.ts'
import { manyLines, oneLine, plainLine, reasonLine } from '../platform/text/text.ts'
import { isMoreCounted, nextCursor, pageQuery } from '../platform/web/paging.ts'
import { askOfList, otherwiseSaid } from './asks/api.ts'
import { lamps } from './clocks/limits.ts'
import { attachmentKinds, mediaTypeNames } from './files/attachment.ts'
import { answer } from './life/steps/answer.ts'
import { classify } from './life/steps/classify.ts'
import { handOver } from './life/steps/hand-over.ts'
import {
  channels,
  clockKinds,
  decisions,
  eventKinds,
  historyStates,
  requestKinds,
  requestReasonCodes,
  ticketStates,
  ticketTypes,
  urgencies,
} from './life/ticket.ts'
import { partOfList, ticketPart } from './parts/api.ts'
import { ofRounds } from './rounds/api.ts'
import { problems } from './rounds/words.ts'
import { toldBy } from './telling/api.ts'

/** What `/api/tickets`, `/api/ticket-drafts` and `/api/callers` take and give. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')
const instantGiven = z.number().int().min(0).max(253_402_300_799_999, '时间超出范围')
export const ticketNumber = z.string().regex(/^CZ\d{14}$/, '工单编号格式为 CZ 加 14 位数字')
const limits = { content: 5_000, wish: 1_000 }

/** Wherever the client may send the same again: the same key does the work once. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, 'Idempotency-Key 应为 8 到 64 位字母、数字、- 或 _')
    .optional(),
})

const place = z.object({
  countyCode: countyCode.nullable().default(null),
  township: oneLine(64, '乡镇街道').nullable().default(null),
  place: z.union([z.literal(''), oneLine(255, '地点')]).default(''),
  longitude: z.number().min(73).max(136, '经度超出范围').nullable().default(null),
  latitude: z.number().min(3).max(54, '纬度超出范围').nullable().default(null),
})

export const newTicket = place
  .extend({
    type: z.enum(ticketTypes, { error: '请选择诉求类型' }),
    urgency: z.enum(urgencies, { error: '请选择紧急程度' }).default('P3'),
    categoryCode,
    isConfidential: z.boolean().default(false),
    isAnonymous: z.boolean().default(false),
    needsReply: z.boolean().default(true),
    title: z.union([z.literal(''), oneLine(128, '标题')]).default(''),
    content: manyLines(limits.content, '诉求内容').refine((text) => text.trim() !== '', '请填写诉求内容'),
    wish: manyLines(limits.wish, '期望结果').default(''),
    occurredAt: instantGiven.nullable().default(null),
    isCrossCity: z.boolean().default(false),
    isAtHome: z
      .boolean()
      .default(false)
      .describe("the matter is at the caller's own home: where the caller is hidden, units are not told the place"),
    accused: oneLine(128, '被反映对象').nullable().default(null),
    accusedUnit: unitCode.nullable().default(null),
    tags: z.array(oneLine(32, '标签')).max(20, '标签最多 20 个').default([]),
    channel: z.enum(channels, { error: '没有这种受理渠道' }).default('PHONE'),
    upstreamNumber: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/, '上级编号格式不正确')
      .nullable()
      .default(null),
    upstreamDueAt: instantGiven
      .nullable()
      .default(null)
      .describe('by when the province or another platform wants it handled: it wins where it is earlier than ours'),
    caller: z
      .object({
        name: oneLine(64, '姓名').nullable().default(null),
        phone: writtenNumber('联系电话')
          .nullable()
          .default(null)
          .describe('one number or two, each with an extension or not; not given: the number of the call'),
        address: oneLine(255, '住址').nullable().default(null),
      })
      .prefault({}),
    suggestedUnit: unitCode.nullable().default(null).describe('another one than the catalogue chooses'),
    suggestedReason: oneLine(200, '改派理由').nullable().default(null).describe('why; needed with it'),
    callIds: z.array(callId).max(20, '关联通话最多 20 个').default([]),
    draftId: ulid.nullable().default(null),
    answer: answer.input.nullable().default(null).describe('given: closed on the spot (直办)'),
    joins: ticketNumber.nullable().default(null).describe('given: it is answered with that ticket (并入)'),
    classified: classify.input.nullable().default(null).describe('given: another body has to do with it (分类处理)'),
    handedOver: handOver.input.nullable().default(null).describe('given: 110, 119, 120 or 122 has taken it on'),
  })
  .refine(({ suggestedUnit, suggestedReason }) => suggestedUnit === null || suggestedReason !== null, {
    path: ['suggestedReason'],
    message: '请填写改派理由',
  })
  .refine(
    (given) =>
      [given.answer, given.classified, given.handedOver, given.joins].filter((one) => one !== null).length <= 1,
    {
      path: ['answer'],
      message: '直办、并入、分类处理、移交只能选一种',
    },
  )
  .meta({ id: 'NewTicket' })

/** What of a form the unit would see. All of it may still be empty. */
export const unitPreviewInput = z
  .object({
    type: z.enum(ticketTypes).nullable().default(null),
    isConfidential: z.boolean().default(false),
    isAnonymous: z.boolean().default(false),
    isAtHome: z.boolean().default(false),
    content: manyLines(limits.content, '诉求内容').default(''),
    wish: manyLines(limits.wish, '期望结果').default(''),
    place: manyLines(255, '地点').default(''),
    accused: manyLines(128, '被反映对象').default(''),
    caller: z
      .object({
        name: manyLines(64, '姓名').default(''),
        phone: manyLines(64, '联系电话').default(''),
        address: manyLines(255, '住址').default(''),
      })
      .prefault({}),
    callIds: z.array(callId).max(20, '关联通话最多 20 个').default([]),
  })
  .meta({ id: 'FormToPreview' })

export const unitPreview = z
  .object({
    isCallerHidden: z.boolean(),
    title: z.string(),
    content: z.string(),
    wish: z.string(),
    place: z.string(),
    isPlaceHidden: z.boolean(),
    accused: z.string(),
  })
  .meta({ id: 'UnitPreview' })

export const created = z
  .object({
    number: z.string(),
    queryCode: z.string().describe('six digits with which the citizen asks for the state'),
    state: z.enum(ticketStates),
    version: z.number(),
  })
  .meta({ id: 'TicketMade' })

export const acted = z
  .object({ number: z.string(), state: z.enum(ticketStates), version: z.number() })
  .meta({ id: 'TicketActed' })

const many = <T extends string>(values: readonly [T, ...T[]], error: string) =>
  z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values, { error })))

export const ticketFilter = z.object({
  state: many(ticketStates, '没有这种工单状态').optional().describe('one or several, with commas between'),
  lamp: many(lamps, '没有这种亮灯').optional().describe('as `state`: YELLOW is due soon, RED overdue'),
  problem: z.enum(['yes'], { error: 'problem 应为 yes' }).optional().describe('problem tickets (问题工单) only'),
  asks: z.enum(requestKinds, { error: '没有这种申请' }).optional().describe('what a unit asked for, and waits'),
  type: z.enum(ticketTypes, { error: '没有这种诉求类型' }).optional(),
  urgency: z.enum(urgencies, { error: '没有这种紧急程度' }).optional(),
  category: categoryCode.optional().describe('of any level: all that is below it'),
  county: countyCode.optional(),
  unit: unitCode.optional().describe('in charge; a unit sees its own whatever is asked'),
  part: z.enum(['lead', 'co', 'any'], { error: 'part 应为 lead、co 或 any' }).default('any').describe('of a unit'),
  line: plainLine(24, '线路号码').optional().describe('number of the line that was dialled, e.g. 12333'),
  caller: writtenNumber('来电号码').optional().describe('whole number, in any usual way of writing'),
  search: oneLine(64, '搜索内容').optional().describe('number of a ticket, or words of it'),
  from: z.coerce.number().int().min(0).max(253_402_300_799_999).optional().describe('registered then or later, ms'),
  to: z.coerce.number().int().min(0).max(253_402_300_799_999).optional().describe('registered before, ms'),
  sort: z
    .enum(['newest', 'due'], { error: 'sort 应为 newest 或 due' })
    .default('newest')
    .describe('due: of what is open, unless states are given; most urgent first'),
})

export const ticketQuery = ticketFilter.extend(pageQuery())

export const ticketTotal = z
  .object({
    count: z.number().nullable().describe('null: a search by words is not counted, because it would read all of them'),
    isMore: isMoreCounted,
  })
  .meta({ id: 'TicketTotal' })

const named = z.object({ code: z.string(), name: z.string() })

export const ticketSummary = z
  .object({
    number: z.string(),
    version: z.number(),
    state: z.enum(ticketStates),
    type: z.enum(ticketTypes),
    urgency: z.enum(urgencies),
    title: z.string(),
    category: named,
    county: named.nullable(),
    place: z.string(),
    isPlaceHidden: z.boolean().describe('the matter is at the home of a caller whom you may not know'),
    channel: z.enum(channels),
    leadUnit: named.nullable(),
    isProposed: z.boolean().describe('an answer waits for its second signature in the unit'),
    asks: z.array(z.enum(requestKinds)).describe('requested by a unit and not decided yet'),
    isCallerHidden: z.boolean(),
    caller: z
      .object({ name: z.string().nullable(), phone: z.string().nullable().describe('masked') })
      .nullable()
      .describe('null when it is confidential, a report or anonymous'),
    inboxMark: z.string().nullable().describe('why a dispatcher has to decide'),
    problem: z.enum(problems).nullable().describe('a problem ticket (问题工单), and why'),
    urgeCount: z.number(),
    registeredAt: instant,
    changedAt: instant,
    repliedAt: instant.nullable().describe('since when the answer waits to be checked'),
    nextDueAt: instant.nullable(),
    warnAt: instant.nullable().describe('from then on the lamp is yellow'),
    lamp: z.enum(lamps),
    clockMark: z.string().nullable().describe('NO_CALENDAR: no due time can be counted yet'),
    ask: askOfList
      .optional()
      .describe("in the list of requests: the one that waits; lamp and due time are its decision's"),
    part: partOfList.optional().describe('in lists of parts: those that are meant; lamp and due time are theirs'),
  })
  .meta({ id: 'TicketSummary' })

/** Nothing of whom it is from or about: that may be asked as often as it changes. */
export const ticketStanding = ticketSummary
  .pick({ number: true, version: true, state: true, leadUnit: true })
  .meta({ id: 'TicketStanding' })

export const ticketList = z
  .object({
    tickets: z.array(ticketSummary),
    next: nextCursor,
  })
  .meta({ id: 'TicketList' })

export const historyEntry = z.object({
  seq: z.number(),
  kind: z.enum(eventKinds),
  fromState: z.enum(historyStates),
  toState: z.enum(historyStates),
  at: instant,
  actor: z.string(),
  unit: named.nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})

export const attachment = z
  .object({
    id: z.string(),
    kind: z.enum(attachmentKinds),
    fileName: z.string(),
    mediaType: z.enum(mediaTypeNames).describe('as found in the bytes'),
    bytes: z.number(),
    uploadedAt: instant,
  })
  .meta({ id: 'Attachment' })
export const attachmentList = z.object({ attachments: z.array(attachment) }).meta({ id: 'AttachmentList' })
export const attachmentId = z.object({ id: ulid })
export const attachmentQuery = z.object({ draft: ulid })
export const attachmentUpload = z
  .object({
    name: z.string({ error: '缺少文件名' }).min(1, '缺少文件名').max(512, '文件名过长'),
    kind: z.enum(attachmentKinds, { error: '没有这种附件' }).default('CITIZEN'),
    draft: ulid.optional(),
    ticket: ticketNumber.optional(),
  })
  .refine(({ draft, ticket }) => (draft === undefined) !== (ticket === undefined), {
    path: ['draft'],
    message: '请说明附件属于哪份草稿或哪张工单',
  })

export const ticketDetail = ticketSummary
  .extend({
    content: z.string(),
    wish: z.string(),
    occurredAt: instant.nullable(),
    township: z.string().nullable(),
    longitude: z.number().nullable(),
    latitude: z.number().nullable(),
    isConfidential: z.boolean(),
    isAnonymous: z.boolean(),
    isCrossCity: z.boolean(),
    isAtHome: z.boolean(),
    needsReply: z.boolean(),
    accused: z.string().nullable(),
    accusedUnit: z.string().nullable(),
    tags: z.array(z.string()),
    line: z.object({ number: z.string(), name: z.string() }).nullable().describe('that the citizen dialled'),
    upstreamNumber: z.string().nullable(),
    upstreamDueAt: instant.nullable(),
    address: z.string().nullable().describe("the caller's, where it may be seen"),
    isNumberWithheld: z.boolean().describe('the caller asked the network to withhold the number'),
    coUnits: z.array(named),
    parts: z.array(ticketPart).describe('of co-units and units below, as far as you see them'),
    holder: named.nullable().describe('gave it back and answers for it until the unit in charge has signed'),
    firstUnit: named.nullable().describe('that it was sent to first (首接)'),
    requests: z.array(
      z.object({
        kind: z.enum(requestKinds),
        unit: named,
        actor: z.string().nullable(),
        at: instant,
        reason: z.enum(requestReasonCodes).nullable(),
        note: z.string(),
        suggestedUnit: z.string().nullable(),
        seq: z.number().describe('of the event that asked, in the history'),
        dueAt: instant.nullable().describe('until when it has to be decided, while it waits'),
        otherwise: otherwiseSaid.nullable().describe('null: it is decided'),
        details: z.record(z.string(), z.unknown()).nullable().describe('what only its kind says'),
        reviewedBy: z.string().nullable().describe('the first of two who agreed'),
        decision: z.enum(decisions).nullable().describe('null: it waits'),
        decidedBy: z.string().nullable(),
        decidedAt: instant.nullable(),
        decisionNote: z.string().nullable(),
      }),
    ),
    suggestedUnit: z.string().nullable(),
    suggestedReason: z.string().nullable(),
    ruleKey: z.string().nullable(),
    dispatchReason: z.string().nullable(),
    publicReply: z.string().nullable(),
    internalReply: z.string().nullable(),
    proposed: z
      .object({ publicReply: z.string(), internalReply: z.string(), by: z.string().nullable() })
      .nullable()
      .describe('an answer that a second person of the unit has yet to sign'),
    dispatchCount: z.number(),
    returnCount: z.number().describe('how often it was given back'),
    terms: z
      .object({
        returns: z.number(),
        extension: z.string().nullable().describe('how much at most, and how often, in words'),
        extendBy: instant.nullable(),
        profile: z.string().nullable().describe('of limits, that it was dispatched under'),
      })
      .describe('what its profile of limits allows'),
    suspendedUntil: instant.nullable().describe('its handling stands still until then'),
    tellings: z
      .array(
        z.object({
          ...{ seq: z.number(), words: z.string(), at: instant, toldAt: instant.nullable() },
          toldBy: z.enum(toldBy).nullable().describe('SMS, not told yet: on its way; null: a person has to tell'),
          toldByName: z.string().nullable().describe('who told by telephone'),
        }),
      )
      .describe('what the citizen is to be told'),
    runs: z
      .array(
        z.object({
          clock: z.enum(clockKinds),
          unit: named.nullable(),
          item: z.number().describe('which milestone; 0: the only one'),
          startedAt: instant,
          warnAt: instant.nullable(),
          dueAt: instant.nullable(),
          endedAt: instant.nullable(),
          isMet: z.boolean(),
          isPaused: z.boolean(),
          pauses: z.array(z.object({ from: instant, to: instant.nullable() })),
        }),
      )
      .describe('its clocks, also those that have ended while it is open'),
    ...ofRounds,
    mergedInto: z.string().nullable().describe('number of the ticket that it follows'),
    followers: z.number().describe('tickets that follow it'),
    dispatchedAt: instant.nullable(),
    signedAt: instant.nullable(),
    closedAt: instant.nullable(),
    signDueAt: instant.nullable(),
    handleDueAt: instant.nullable(),
    returnBy: instant.nullable(),
    clocks: z.array(z.enum(clockKinds)).describe('that run'),
    callIds: z.array(z.string()).describe('for the hotline only'),
    hasOtherPhone: z.boolean().describe('the caller left a second number, which may be called; for the hotline only'),
    attachments: z.array(attachment).describe('that you may read'),
    history: z.array(historyEntry),
    actions: z.array(z.enum(eventKinds)).describe('what you may do with it now'),
    mayReveal: z.boolean(),
  })
  .meta({ id: 'TicketDetail' })

export const reveal = z.object({ reason: reasonLine('查看理由') }).meta({ id: 'RevealReason' })
export const revealedCaller = z
  .object({
    name: z.string().nullable(),
    phone: z.string().nullable(),
    extension: z.string().nullable().describe('to be dialled when the number has answered'),
    otherPhone: z.string().nullable().describe('a second number, `+863552123456;ext=801`'),
  })
  .meta({ id: 'RevealedCaller' })

export const ticketCounts = z
  .object({
    registered: z.number().describe('that wait for a dispatcher, those to be reviewed first among them'),
    dispatched: z.number(),
    signed: z.number(),
    replied: z.number(),
    problem: z.number().describe('problem tickets (问题工单) that are open; none for a unit'),
    asked: z.number().describe('requests of every kind that wait for a decision; of a unit: its own'),
    untold: z.number().describe('tickets whose citizen a person has to tell something; none for a unit'),
    returned: z.number().describe('returns that wait for a decision; of a unit: those that it asked for'),
    soon: z.number().describe('yellow'),
    overdue: z.number().describe('red'),
  })
  .describe(
    'of the unit in charge, or of the whole hotline: what each has to do; from indexes, so that it may be asked often',
  )
  .meta({ id: 'TicketCounts' })

export const returnedTickets = z
  .object({
    tickets: z.array(
      z.object({
        number: z.string(),
        title: z.string(),
        type: z.enum(ticketTypes),
        urgency: z.enum(urgencies),
        at: instant,
        actor: z.string(),
        reason: z.enum(requestReasonCodes),
        note: z.string(),
        decision: z.enum(decisions).nullable().describe('null: not yet'),
        decidedAt: instant.nullable(),
        isAnswered: z.boolean().describe('it was decided by your own answer (LAPSED)'),
        state: z.enum(ticketStates).describe('of the ticket'),
        holds: z.enum(['LEAD', 'HOLDER']).nullable().describe('what you still are; null: it is with another unit'),
        decisionNote: z.string().nullable().describe('why it was refused'),
      }),
    ),
  })
  .meta({ id: 'ReturnedTickets' })

export const callerTickets = z
  .object({
    open: z.array(ticketSummary).describe('newest first'),
    closed: z
      .array(ticketSummary.extend({ answer: z.string().nullable().describe('first line of the public answer') }))
      .describe('the last ones, newest first'),
    name: z
      .string()
      .nullable()
      .describe('to propose for another ticket; null: none was given, or it is not to be told'),
  })
  .meta({ id: 'CallerTickets' })

/** What is typed so far of a new ticket. */
export const duplicatesAsked = z
  .object({
    categoryCode,
    countyCode: countyCode.nullable().default(null),
    place: z.union([z.literal(''), oneLine(255, '地点')]).default(''),
    longitude: z.number().min(-180).max(180).nullable().default(null),
    latitude: z.number().min(-90).max(90).nullable().default(null),
    callId: callId.nullable().default(null),
    text: z.string().max(5_000).default('').describe('what is typed so far'),
    phone: writtenNumber('联系电话').nullable().default(null).describe('without a call; counts as a search by number'),
  })
  .meta({ id: 'DuplicatesAsked' })
export const duplicates = z
  .object({
    duplicates: z.array(
      z.object({
        number: z.string(),
        state: z.enum(ticketStates),
        title: z.string(),
        place: z.string(),
        leadUnit: named.nullable(),
        registeredAt: instant,
        urgeCount: z.number(),
        why: z.enum(['CALLER', 'PLACE']).describe('same caller, or another one who means the same'),
        score: z.number().describe('of 100: how likely it is the same'),
        reasons: z.array(z.string()).describe('of what the score is made, in words'),
        isOpen: z.boolean().describe('what is typed may be added to it'),
      }),
    ),
    clusters: z
      .array(
        z.object({
          id: z.string(),
          title: z.string(),
          announcement: z.string(),
          lead: z.string().describe('number of the ticket that leads'),
          callers: z.number(),
        }),
      )
      .describe('events that the caller may mean'),
  })
  .meta({ id: 'TicketDuplicates' })
export type Duplicates = z.infer<typeof duplicates>
export type Duplicate = Duplicates['duplicates'][number]

export const draftContent = z
  .record(z.string().max(64), z.unknown())
  .refine((content) => JSON.stringify(content).length <= 40_000, '草稿内容过长，请先提交或缩短')

export const draftInput = z
  .object({
    callId: callId.nullable().default(null),
    content: draftContent,
    version: z.number().int().min(0).describe('the one that you have; 0 for a new draft'),
  })
  .meta({ id: 'DraftToKeep' })

/** Whose words a draft keeps. */
const draftCall = z.object({
  caller: z.string().nullable().describe('number, masked; null when the caller gave none'),
  line: z.object({ number: z.string(), name: z.string() }),
  arrivedAt: instant,
})

export const draft = z
  .object({
    id: z.string(),
    callId: z.string().nullable(),
    content: z.record(z.string(), z.unknown()),
    version: z.number(),
    changedAt: instant,
    call: draftCall.nullable().describe('of `callId`, when you had that call'),
  })
  .meta({ id: 'TicketDraft' })
/** As the answer to keeping it: what the page knows already is left out. */
export const keptDraft = draft.omit({ call: true }).meta({ id: 'TicketDraftKept' })
export const draftId = z.object({ id: ulid })
export const draftQuery = z.object({ call: callId.optional() })
export const draftList = z.object({ drafts: z.array(draft) }).meta({ id: 'TicketDraftList' })

export type NewTicketInput = z.output<typeof newTicket>
export type TicketQuery = z.output<typeof ticketQuery>
export type TicketSummary = z.infer<typeof ticketSummary>
export type TicketStanding = z.infer<typeof ticketStanding>
export type TicketDetail = z.infer<typeof ticketDetail>
export type TicketList = z.infer<typeof ticketList>
export type TicketCounts = z.infer<typeof ticketCounts>
export type ReturnedTickets = z.infer<typeof returnedTickets>
export type ReturnedTicket = ReturnedTickets['tickets'][number]
export type CallerTickets = z.infer<typeof callerTickets>
export type RevealedCaller = z.infer<typeof revealedCaller>
export type UnitPreview = z.infer<typeof unitPreview>
export type TicketMade = z.infer<typeof created>
export type Attachment = z.infer<typeof attachment>
export type AttachmentList = z.infer<typeof attachmentList>
export type TicketDraft = z.infer<typeof draft>
export type TicketTotal = z.infer<typeof ticketTotal>
