import { Worker } from 'node:worker_threads'
import type { Db } from '../platform/database/database.ts'
import type { Duty } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { guess, type Model, type Sample } from './model.ts'
import {
  claimVersion,
  giveUp,
  keepModel,
  keepOutcomes,
  lastModel,
  lastTraining,
  readJudgement,
  readSamples,
  readToJudge,
  textOf,
} from './store.ts'
import type { Trained } from './trainer-worker.ts'

/** The jobs role's part: the learner is compared with the dispatchers, then trained anew once a day. */

const dayMs = 86_400_000
/** Fewer closed tickets teach nothing. */
export const fewestSamples = 200
/** A training whose process died is given up after this long. */
const longestMs = 30 * 60_000
const mostJudged = 500
/** Heap of the thread: twenty thousand tickets and the dictionary need a third of it. */
const mostHeapMb = 512

export interface LearnerParts {
  db: Db
  now(): Instant
  log: Log
}

/** Looked at often; trained once a day. */
export const learnerDuty = (parts: LearnerParts): Duty => ({
  ...{ everyMs: 10 * 60_000, name: 'learner' },
  work: () => learnSome(parts),
})

/** One round: never at the same time as another one of this process; other processes may run it, too. */
export async function learnSome({ db, now, log }: LearnerParts): Promise<void> {
  await judgeSome({ db, now, log })
  const last = await lastTraining(db)
  const at = now()
  if (last && at - last.startedAt < (last.state === 'TRAINING' ? longestMs : dayMs)) return
  if (last?.state === 'TRAINING') await giveUp(db, last.version)
  const version = (last?.version ?? 0) + 1
  const samples = await readSamples(db)
  if (samples.length < fewestSamples || !(await claimVersion(db, version, at))) return
  try {
    const { model, words, heldOut } = await trainInThread(samples)
    const figures = { tickets: samples.length, words, units: model.units.length, heldOut }
    await keepModel(db, version, { ...figures, trainedAt: now(), model })
    log.info({ version, ...figures }, 'learner trained')
  } catch (error) {
    await giveUp(db, version)
    log.warn({ err: error, version }, 'learner not trained: tried again tomorrow')
  }
}

/** Before it is trained on them: what it would have said of tickets that people dispatched. */
async function judgeSome({ db, log }: LearnerParts): Promise<void> {
  const row = await lastModel(db)
  if (row?.model == null || row.trainedAt === null) return
  const model: Model = JSON.parse(row.model)
  const wasOn = (await readJudgement(db)).isOn
  for (;;) {
    const found = await readToJudge(db, row.trainedAt, mostJudged)
    const last = found.at(-1)
    if (!last) break
    const outcomes = found.flatMap((ticket) => {
      const { id, unit, ruleKey, dispatchCount, isLearnt, countyCode, closedAt } = ticket
      // By hand: no rule stands behind it.
      if (unit === null || ruleKey !== null || dispatchCount === 0 || !isLearnt) return []
      const guessed = guess(model, { text: textOf(ticket), countyCode })
      if (guessed === null) return []
      const isAgreed = guessed.unit === unit
      return { ticketId: id, version: row.version, guessed: guessed.unit, chosen: unit, isAgreed, closedAt }
    })
    await keepOutcomes(db, outcomes, last)
    if (found.length < mostJudged) break
  }
  const judged = await readJudgement(db)
  if (judged.isOn === wasOn) return
  if (judged.isOn) log.info(judged, 'learner suggests again: it agrees with the dispatchers')
  else log.warn(judged, 'learner switched off: it disagrees with the dispatchers too often')
}

function trainInThread(samples: Sample[]): Promise<Trained> {
  const worker = new Worker(new URL('./trainer-worker.ts', import.meta.url), {
    workerData: samples,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the training thread exited with ${code} before it answered`)))
  })
}
