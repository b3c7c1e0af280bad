import type { UnitCode } from '../../platform/types.ts'
import { type ClockWish, cancel, meet, pause, type Running, resume, start, unpause } from './clocks.ts'
import { leadOf, type PartTask, type Task, type TaskStep } from './tasks.ts'

/**
 * Parts of a ticket: what co-units and units below have to do. Pure: the web page imports this file too.
 *
 *          sign-part         answer-part
 *   SENT ─────────────► SIGNED ─────────────► ANSWERED
 *     │                  │  ▲ ▲                 │
 *     └── decline-part ──┤  │ └── return-part ──┘        the answer is not good enough
 *                        ▼  │ keep-part
 *                     DECLINED                          taken back (recall-part): it is out
 *
 * A co-unit's part is sent by the hotline and lives as long as the ticket is open; its answer is read by the unit in
 * charge, which writes one joint answer. A part below is sent by a unit and lives as long as the sender's own task is
 * to be answered. A unit has one part of a ticket at most. A unit below gives its part back to its sender, never to the
 * hotline. What its sender does not wait for any more lapses (LAPSED).
 * Source: domain model 3.7; domain model 2, section 7 (县区工作站).
 */

export const isPart = (task: Task): task is PartTask => task.part !== undefined
export const isOpenPart = (task: Task): task is PartTask =>
  isPart(task) && task.step !== 'ANSWERED' && task.step !== 'LAPSED'

type WithTasks = { tasks: readonly Task[] }

export const partOf = ({ tasks }: WithTasks, unit: UnitCode | null): PartTask | undefined =>
  tasks.filter(isPart).find((task) => task.unit === unit)

/** The task that a unit may send parts of: it has signed and has not answered. */
export const taskAtWork = ({ tasks }: WithTasks, unit: UnitCode | null): Task | undefined =>
  tasks.find((task) => task.unit === unit && task.role !== 'HOLDER' && task.step === 'SIGNED')

/** Who reads the answer first, and may ask for another one. */
export const readerOf = (ticket: WithTasks, { part }: PartTask): UnitCode | null => part.from ?? leadOf(ticket)

/** The parts whose answers a unit's own answer is made of: those that it sent; of the unit in charge the co-units', too. */
export const partsFor = (ticket: WithTasks, unit: UnitCode | null): PartTask[] =>
  unit === null ? [] : ticket.tasks.filter(isPart).filter((task) => readerOf(ticket, task) === unit)

/** Those that it still waits for. */
export const awaitedBy = (ticket: WithTasks, unit: UnitCode | null): PartTask[] =>
  partsFor(ticket, unit).filter(isOpenPart)

/** @param from the unit that acts; null: the hotline */
export const sentBy = ({ tasks }: WithTasks, from: UnitCode | null): PartTask[] =>
  tasks.filter(isPart).filter(({ part }) => part.from === from)

/** The part of this unit has come to another step. */
export function partAt(
  tasks: readonly Task[],
  unit: UnitCode | null,
  step: TaskStep,
  change: Partial<PartTask['part']> = {},
): Task[] {
  return tasks.map((task) =>
    isPart(task) && task.unit === unit ? { ...task, step, part: { ...task.part, ...change } } : task,
  )
}

/**
 * What follows for parts from any step: one whose sender is out is out, and one whose sender has answered, or whose
 * ticket is over, lapses. So no part outlives what it is a part of, whatever a step forgets.
 * @param isOver no work is left on the ticket
 */
export function settleParts(tasks: readonly Task[], isOver: boolean): Task[] {
  const senders = ({ part }: PartTask) => tasks.filter(({ unit }) => unit === part.from)
  const next = tasks
    .filter((task) => !isPart(task) || task.part.from === null || senders(task).length > 0)
    .map((task): Task => {
      if (!isOpenPart(task)) return task
      const isAwaited = task.part.from === null || senders(task).some(({ step }) => isToAnswer(step))
      return isOver || !isAwaited ? { ...task, step: 'LAPSED' } : task
    })
  const isSettled = next.length === tasks.length && next.every((task, at) => task === tasks[at])
  return isSettled ? next : settleParts(next, isOver)
}

const isToAnswer = (step: TaskStep): boolean => step !== 'ANSWERED' && step !== 'LAPSED'

/** The clocks of parts follow from their steps. */
const runningIn: Record<TaskStep, readonly ('PART_SIGN' | 'PART')[]> = {
  SENT: ['PART_SIGN', 'PART'],
  SIGNED: ['PART'],
  // Who declines has read it; whether it is theirs, the sender decides, and time goes on.
  DECLINED: ['PART'],
  ANSWERED: [],
  LAPSED: [],
}

/** What the clocks of parts do when tasks change. */
export function clocksOfParts(before: readonly Task[], after: readonly Task[]): ClockWish[] {
  const units = new Set([...before, ...after].filter(isPart).map(({ unit }) => unit))
  return [...units].flatMap((unit) => {
    const [was, is] = [partOf({ tasks: before }, unit), partOf({ tasks: after }, unit)]
    const ran = was ? runningIn[was.step] : []
    const runs = is ? runningIn[is.step] : []
    // Another sender's is another part.
    const isAnother = was !== undefined && is !== undefined && was.part.from !== is.part.from
    const isOut = isAnother || is === undefined || is.step === 'LAPSED'
    const isSentBack = was?.step === 'ANSWERED' && is?.step === 'SIGNED'
    const ends = ran.filter((clock) => isAnother || !runs.includes(clock)).map(isOut ? cancel : meet)
    const begins = runs.filter((clock) => isAnother || !ran.includes(clock)).map(isSentBack ? resume : start)
    return [...ends, ...begins].map((wish): ClockWish => ({ ...wish, unit }))
  })
}

/** What was sent is to be answered as long as the whole is: while the handling stands still, so do its parts. */
export function stillnessOfParts({ running, paused }: { running: Running[]; paused: Running[] }): ClockWish[] {
  const isStill = paused.some(({ clock }) => clock === 'HANDLE')
  const ofParts = (isStill ? running : paused).filter(({ clock }) => clock === 'PART')
  return ofParts.flatMap(({ clock, unit }) =>
    unit === null ? [] : { ...(isStill ? pause(clock) : unpause(clock)), unit },
  )
}
