import type { FastifyRequest } from 'fastify'
import { dayMs } from '../../calendar/days.ts'
import type { Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import {
  appealDecided,
  byLetter,
  type LetterDetail,
  letterDetail,
  letterList,
  lettersQuery,
  newAppeal,
  ratingSummary,
  summaryQuery,
} from './api.ts'
import { letterRefusals } from './letter.ts'
import {
  appeal,
  countsOf,
  decideAppeal,
  type FoundLetter,
  findLetter,
  listLetters,
  markRead,
  wordsOf,
} from './store.ts'
import { type LetterReader, letterOf, letterRowOf, wordsOfLetters } from './view.ts'

const mostQuotes = 3
const zoneMs = dayMs / 3

interface LetterParts {
  db: Db
  guard: Guard
  now(): Instant
}

/** 评价反馈单: a unit reads its own and may appeal; somebody else than the judge decides. Audited. */
export function routeLetters(web: Web, { db, guard, now }: LetterParts): void {
  const reader = { onRequest: guard.needs('letters.read') }
  const tags = ['follow-ups']

  /** Null: the hotline, which reads those of all units. */
  function unitOf(request: FastifyRequest): UnitCode | null {
    const { person } = guard.sessionOf(request)
    if (!may(person, 'unit')) return null
    if (person.unitCode === null) throw new Refusal('ticket.no-unit')
    return person.unitCode
  }

  async function requireLetter(request: FastifyRequest, id: string): Promise<FoundLetter> {
    const found = await findLetter(db, id)
    const unit = unitOf(request)
    if (!found || (unit !== null && found.letter.unitCode !== unit)) throw new Refusal('letter.not-found')
    return found
  }

  const shown = async (found: FoundLetter, reader: LetterReader): Promise<LetterDetail> =>
    letterOf(found, (await wordsOfLetters(db, [found], reader.isUnit))(found), reader, now())

  web.get(
    '/api/rating-letters',
    {
      ...reader,
      schema: {
        operationId: 'listRatingLetters',
        tags,
        summary: 'letters about ratings, newest first; a unit reads its own; audited',
        refusals: ['ticket.no-unit', 'list.bad-cursor'],
        querystring: lettersQuery,
        response: { 200: letterList },
      },
    },
    async (request) => {
      const { appeals, cursor, limit } = request.query
      const unit = unitOf(request)
      const asked = { unit, isAppealOpen: appeals === 'open', after: readUlidCursor(cursor), limit }
      const found = await listLetters(db, asked)
      await guard.audit(db, request, { action: 'letters.listed', details: { shown: Math.min(found.length, limit) } })
      const shown = found.slice(0, limit)
      const wordsOfOne = await wordsOfLetters(db, shown, unit !== null)
      return {
        letters: shown.map((one) => letterRowOf(one, wordsOfOne(one))),
        next: found.length > limit ? (shown.at(-1)?.letter.id ?? null) : null,
      }
    },
  )

  web.get(
    '/api/rating-letters/summary',
    {
      onRequest: guard.needs('unit'),
      schema: {
        operationId: 'readRatingSummary',
        tags,
        summary: 'what a unit was told in a month: outcomes, reasons by matter, three quotes without names; audited',
        refusals: ['ticket.no-unit'],
        querystring: summaryQuery,
        response: { 200: ratingSummary },
      },
    },
    async (request) => {
      const { month } = request.query
      const unit = unitOf(request)
      if (unit === null) throw new Refusal('ticket.no-unit')
      const [year = 0, ordinal = 1] = month.split('-').map(Number)
      const [from, to] = [Date.UTC(year, ordinal - 1) - zoneMs, Date.UTC(year, ordinal) - zoneMs]
      const [{ outcomes, reasons }, quoted] = await Promise.all([
        countsOf(db, unit, from, to),
        wordsOf(db, unit, from, to, mostQuotes),
      ])
      await guard.audit(db, request, { action: 'letters.listed', subject: month })
      const wordsOfOne = await wordsOfLetters(db, quoted, true)
      return {
        month,
        outcomes: outcomes.map(({ outcome, count }) => ({ outcome, count: Number(count) })),
        reasons: reasons.flatMap(({ reason, category, count }) =>
          reason === null ? [] : { reason, category, count: Number(count) },
        ),
        words: quoted.flatMap((found) => {
          const { satisfied, answeredAt } = found.task
          const words = wordsOfOne(found).said
          return satisfied === null || answeredAt === null ? [] : { number: found.number, satisfied, words, answeredAt }
        }),
      }
    },
  )

  web.get(
    '/api/rating-letters/:id',
    {
      ...reader,
      schema: {
        operationId: 'readRatingLetter',
        tags,
        summary: 'one letter; the first reading by the unit is noted; audited',
        refusals: ['ticket.no-unit', 'letter.not-found'],
        params: byLetter,
        response: { 200: letterDetail },
      },
    },
    async (request) => {
      const { id } = request.params
      const found = await requireLetter(request, id)
      const { person } = guard.sessionOf(request)
      const isUnit = unitOf(request) !== null
      if (isUnit) await markRead(db, id, person.id, now())
      await guard.audit(db, request, { action: 'letter.read', subject: found.number, details: { letter: id } })
      return shown(found, { person: person.id, isUnit, mayDecide: may(person, 'letters.decide') })
    },
  )

  routeAppeals(web, { db, guard, now }, { unitOf, requireLetter, shown })
}

interface Asked {
  unitOf(request: FastifyRequest): UnitCode | null
  requireLetter(request: FastifyRequest, id: string): Promise<FoundLetter>
  shown(found: FoundLetter, reader: LetterReader): Promise<LetterDetail>
}

function routeAppeals(web: Web, { db, guard, now }: LetterParts, { unitOf, requireLetter, shown }: Asked): void {
  const tags = ['follow-ups']

  web.post(
    '/api/rating-letters/:id/appeal',
    {
      onRequest: guard.needs('unit'),
      schema: {
        operationId: 'appealRating',
        tags,
        summary: 'the unit holds the rating for wrong: once, within five working days; audited',
        refusals: ['ticket.no-unit', 'letter.not-found', ...letterRefusals],
        params: byLetter,
        body: newAppeal,
        response: { 200: letterDetail },
      },
    },
    async (request) => {
      const { id } = request.params
      const { number } = await requireLetter(request, id)
      const unit = unitOf(request)
      const { person } = guard.sessionOf(request)
      await db.transaction(async (tx) => {
        await appeal(tx, id, { grounds: request.body.grounds, by: person.id, unit }, now())
        await guard.audit(tx, request, { action: 'letter.appealed', subject: number, details: { letter: id } })
      })
      return shown(await requireLetter(request, id), { person: person.id, isUnit: true, mayDecide: false })
    },
  )

  web.post(
    '/api/rating-letters/:id/decision',
    {
      onRequest: guard.needs('letters.decide'),
      schema: {
        operationId: 'decideRatingAppeal',
        tags,
        summary: 'decides an appeal: never the person who issued the letter; audited',
        refusals: ['letter.not-found', ...letterRefusals],
        params: byLetter,
        body: appealDecided,
        response: { 200: letterDetail },
      },
    },
    async (request) => {
      const { id } = request.params
      const { number } = await requireLetter(request, id)
      const { person } = guard.sessionOf(request)
      const { decision } = request.body
      await db.transaction(async (tx) => {
        await decideAppeal(tx, id, { ...request.body, by: person.id }, now())
        const details = { letter: id, decision }
        await guard.audit(tx, request, { action: 'letter.decided', subject: number, details })
      })
      return shown(await requireLetter(request, id), { person: person.id, isUnit: false, mayDecide: true })
    },
  )
}
