import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { numbersIn } from '../lines/in-text.ts'
import { requireNumber } from '../lines/required.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { openTries } from '../platform/redis/tries.ts'
import { Refusal } from '../platform/web/problem.ts'

/**
 * Rate limit on whole numbers of citizens per person: revealed numbers, and numbers that a list is searched by. A
 * masked number leaves ten thousand candidates; unlimited searches would find the right one without revealing it.
 */
export interface NumbersAsked {
  /** Before a number is shown, whose audit is the route's own. @throws Refusal when there were too many */
  countShown(request: FastifyRequest): Promise<void>
  /**
   * Before a list is searched by a typed number: audited, once for its pages.
   * @param path of the field that contains it
   * @returns in E.164; undefined when nothing was typed
   * @throws Refusal when it is not a number, or when the limit is exceeded
   */
  searched(request: FastifyRequest, typed: string | undefined, path?: string): Promise<string | undefined>
  /** The same for each number among the words of a search. */
  countSearchedIn(request: FastifyRequest, words: string | undefined): Promise<void>
}

/** More than an agent calls back in an hour. */
export const numbersLimit = { tries: 100, windowMs: 60 * 60_000 }
/** The next page of a list, or a list that is read again, is the same search. */
const oneSearchMs = 10 * 60_000

export interface NumbersAskedParts {
  db: Db
  redis: Redis
  guard: Guard
  areaCode: string
  log: Log
}

export function openNumbersAsked({ db, redis, guard, areaCode, log }: NumbersAskedParts): NumbersAsked {
  const tries = openTries(redis)

  async function count(request: FastifyRequest): Promise<void> {
    const { person } = guard.sessionOf(request)
    const asked = await tries.count(`{hotline}:numbers-asked:${person.id}`, numbersLimit)
    if (asked.isAllowed) return
    if (asked.tries === numbersLimit.tries + 1) {
      log.error(
        { userId: person.id, limit: numbersLimit.tries },
        'hourly limit of citizen numbers exceeded: request refused',
      )
      await guard.audit(db, request, { action: 'access.denied', isAllowed: false, details: { why: 'numbers-asked' } })
    }
    throw new Refusal('citizen.too-many-numbers', { retryAfterS: Math.ceil(asked.waitMs / 1_000) })
  }

  /** A list and its total are asked for at the same moment: the second one waits for the first one's audit. */
  const searching = new Map<string, Promise<void>>()

  async function countSearched(request: FastifyRequest, number: string): Promise<void> {
    const key = `{hotline}:number-searched:${guard.sessionOf(request).person.id}:${number}`
    const running = searching.get(key) ?? search(request, number, key).finally(() => searching.delete(key))
    searching.set(key, running)
    await running
  }

  async function search(request: FastifyRequest, number: string, key: string): Promise<void> {
    if ((await redis.exists(key)) === 1) return
    await count(request)
    await guard.audit(db, request, { action: 'citizen.number-searched', subject: number })
    await redis.set(key, '1', 'PX', oneSearchMs)
  }

  return {
    countShown: count,
    async searched(request, typed, path = 'querystring.caller') {
      if (typed === undefined) return undefined
      const number = requireNumber(typed, areaCode, path).e164
      await countSearched(request, number)
      return number
    },
    async countSearchedIn(request, words = '') {
      for (const number of numbersIn(words, areaCode)) await countSearched(request, number)
    },
  }
}
