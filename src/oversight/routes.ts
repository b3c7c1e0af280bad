import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { kept } from '../platform/redis/kept.ts'
import type { Instant } from '../platform/types.ts'
import type { Web } from '../platform/web/web.ts'
import { ladder } from './api.ts'
import { readLadder } from './ladder.ts'

export interface OversightParts {
  db: Db
  guard: Guard
  now(): Instant
}

/** It counts every open ticket. */
const keptMs = 30_000

/** 统一督办. */
export function routeOversight(web: Web, { db, guard, now }: OversightParts): void {
  const read = kept(async (at) => ({ at, units: await readLadder(db, at) }), keptMs, now)
  web.get(
    '/api/oversight/units',
    {
      onRequest: guard.needs('oversight.read'),
      schema: {
        operationId: 'readOversightLadder',
        tags: ['oversight'],
        summary: 'what each unit has overdue, most first; counted every half minute',
        response: { 200: ladder },
      },
    },
    () => read(),
  )
}
