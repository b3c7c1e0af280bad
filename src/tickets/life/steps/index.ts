import { z } from 'zod'
import { termination } from '../asking/end.ts'
import { extension } from '../asking/extension.ts'
import { finalAnswer } from '../asking/final.ts'
import { promise } from '../asking/promise.ts'
import { suspension } from '../asking/suspension.ts'
import { withdraw } from '../asking/withdraw.ts'
import type { Asked, Notice, Step } from '../step.ts'
import { addCo } from './add-co.ts'
import { addendum } from './addendum.ts'
import { answer } from './answer.ts'
import { answerPart } from './answer-part.ts'
import { approve } from './approve.ts'
import { archive } from './archive.ts'
import { autoSignPart } from './auto-sign-part.ts'
import { classify } from './classify.ts'
import { close } from './close.ts'
import { contact } from './contact.ts'
import { correct } from './correct.ts'
import { declinePart } from './decline-part.ts'
import { delegate } from './delegate.ts'
import { designate } from './designate.ts'
import { dispatch } from './dispatch.ts'
import { escalate } from './escalate.ts'
import { follow } from './follow.ts'
import { handOver } from './hand-over.ts'
import { join } from './join.ts'
import { keepPart } from './keep-part.ts'
import { merge } from './merge.ts'
import { problem } from './problem.ts'
import { progress } from './progress.ts'
import { propose, rejectProposal } from './propose-reply.ts'
import { provinceAnswer } from './province-answer.ts'
import { provinceRefuse } from './province-refuse.ts'
import { queue } from './queue.ts'
import { recallPart } from './recall-part.ts'
import { redo } from './redo.ts'
import { refuseReturn } from './refuse-return.ts'
import { register } from './register.ts'
import { reopen } from './reopen.ts'
import { countersign, reply } from './reply.ts'
import { giveBack } from './return.ts'
import { returnPart } from './return-part.ts'
import { secondOpinion } from './second-opinion.ts'
import { sendBack } from './send-back.ts'
import { sign } from './sign.ts'
import { signPart } from './sign-part.ts'
import { submit } from './submit.ts'
import { supplement } from './supplement.ts'
import { unmerge } from './unmerge.ts'
import { urge } from './urge.ts'
import { declareVoid } from './void.ts'

/**
 * The steps of a ticket, in the order in which their buttons stand: the first one that is allowed is what one came for.
 * What follows is derived from this list: events, titles, requests.
 */
export const steps = [
  register,
  submit,
  approve,
  queue,
  sign,
  signPart,
  contact,
  countersign,
  reply,
  propose,
  rejectProposal,
  answerPart,
  progress,
  delegate,
  dispatch,
  designate,
  close,
  redo,
  reopen,
  answer,
  giveBack,
  declinePart,
  returnPart,
  keepPart,
  recallPart,
  ...extension,
  ...suspension,
  ...promise,
  ...finalAnswer,
  ...termination,
  withdraw,
  sendBack,
  refuseReturn,
  addCo,
  provinceAnswer,
  provinceRefuse,
  classify,
  escalate,
  handOver,
  unmerge,
  declareVoid,
  secondOpinion,
  urge,
  supplement,
  correct,
  addendum,
  problem,
  autoSignPart,
  archive,
  join,
  merge,
  follow,
] as const

type Steps = typeof steps
type AnyStep = Steps[number]

export type EventKind = AnyStep['kind']
export const eventKinds = steps.map(({ kind }) => kind) as [EventKind, ...EventKind[]]

type Flat<T> = { [Key in keyof T]: T[Key] }
type EventOf<One> = One extends { kind: infer Kind; fill(given: never): infer Said }
  ? Flat<{ kind: Kind } & Said>
  : never
/** What happens to a ticket. */
export type TicketEvent = EventOf<AnyStep>

type StepOf<Kind extends EventKind> = Extract<AnyStep, { kind: Kind }>
const byKind = Object.fromEntries(steps.map((one) => [one.kind, one])) as { [Kind in EventKind]: StepOf<Kind> }

/** Any step, for what is the same of all of them. */
type Common = Step<EventKind, z.ZodObject, object, Asked, Notice | null>
/** A lookup cannot tell the compiler that the step belongs to the event: each is called with its own event only. */
export const stepOf = (kind: EventKind): Common => byKind[kind] as unknown as Common

export const eventTitles = Object.fromEntries(steps.map(({ kind, title }) => [kind, title])) as Record<
  EventKind,
  string
>

/** The steps that people ask for. */
type Request = Extract<AnyStep, { asked: Exclude<Asked, 'NEVER'> }>['request']
const requests = steps.filter(({ asked }) => asked !== 'NEVER').map(({ request }) => request)

/** Body of the request for the next step of a ticket. */
export const ticketAction = z
  .discriminatedUnion('action', requests as unknown as [Request, ...Request[]])
  .meta({ id: 'TicketAction' })
export type TicketAction = z.output<typeof ticketAction>

/** The event that a request asks for. */
export function eventOf(body: TicketAction): TicketEvent {
  return { kind: body.action, ...stepOf(body.action).fill(body) } as TicketEvent
}

/** The steps that people are notified of. */
type ToldKind<One> = One extends { kind: infer Kind extends string; notice: Notice } ? Kind : never
export type StepTopic = `ticket.${ToldKind<AnyStep>}`
const toldSteps = steps.filter(({ notice }) => notice !== null)
export const stepTopics = toldSteps.map(({ kind }) => `ticket.${kind}`) as [StepTopic, ...StepTopic[]]
const notices = new Map<string, Notice | null>(steps.map(({ kind, notice }) => [`ticket.${kind}`, notice]))

/** @returns undefined for a topic that is no step's */
export const noticeOf = (topic: string): Notice | undefined => notices.get(topic) ?? undefined
