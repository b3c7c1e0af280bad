import { readKnown } from '../catalogue/rules/store.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import type { Web } from '../platform/web/web.ts'
import { learnerAsked, learnerStanding, learnerSuggestion } from './api.ts'
import { type Judgement, surenessOf } from './judge.ts'
import { guess, type Model } from './model.ts'
import { lastModel, lastVersion, readJudgement, readMonths, textOf } from './store.ts'

/** What is known of the learner stays this long. */
const freshMs = 30_000
/** Below it the guess says nothing. */
const leastSure = 0.4

/** The learner: a suggestion beside the catalogue's, never a dispatch; and how often dispatchers chose what it guessed. */
export function routeLearner(web: Web, { db, guard, now }: { db: Db; guard: Guard; now(): Instant }): void {
  const tags = ['learner']
  let known: { at: Instant; version: number; model: Model | null; judged: Judgement } | null = null

  async function present() {
    const at = now()
    if (known && at - known.at < freshMs && at >= known.at) return known
    const [version, judged] = await Promise.all([lastVersion(db), readJudgement(db)])
    if (known?.version === version) known = { ...known, at, judged }
    else {
      const row = version === 0 ? null : await lastModel(db)
      known = { at, version, model: row?.model ? JSON.parse(row.model) : null, judged }
    }
    return known
  }

  web.post(
    '/api/learner/suggestion',
    {
      onRequest: guard.needs('tickets.write'),
      schema: {
        operationId: 'suggestUnitByLearner',
        tags,
        summary: 'the unit that closed tickets like this one; nothing of the text is kept',
        body: learnerAsked,
        response: { 200: learnerSuggestion },
      },
    },
    async (request) => {
      const { text, place, countyCode } = request.body
      const { model, judged, version } = await present()
      const none = { unit: null, sureness: null, version: null }
      if (model === null || !judged.isOn) return none
      const found = guess(model, { text: textOf({ title: '', content: text, place }), countyCode })
      if (found === null || found.share < leastSure) return none
      const name = (await readKnown(db)).short.get(found.unit)
      // A unit that takes no tickets any more is not suggested.
      if (name === undefined) return none
      return { unit: { code: found.unit, name }, sureness: surenessOf(found.share), version }
    },
  )

  web.get(
    '/api/learner',
    {
      onRequest: guard.needs('catalogue.edit'),
      schema: {
        operationId: 'readLearner',
        tags,
        summary: 'the model, whether it suggests, and its agreement with the dispatchers by month',
        response: { 200: learnerStanding },
      },
    },
    async () => {
      const [row, judged, months] = await Promise.all([lastModel(db), readJudgement(db), readMonths(db, now())])
      if (row?.trainedAt == null) return { ...judged, model: null, months }
      const { version, trainedAt, tickets, words, units, heldOut } = row
      return { ...judged, model: { version, trainedAt, tickets, words, units, heldOut }, months }
    },
  )
}
