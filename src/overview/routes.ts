import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { kept } from '../platform/redis/kept.ts'
import type { Instant } from '../platform/types.ts'
import type { Web } from '../platform/web/web.ts'
import { overview } from './api.ts'
import { readOverview } from './store.ts'

/** It counts two weeks of calls and tickets. */
const keptMs = 30_000

/** The week's figures, for the people responsible for the hotline. */
export function routeOverview(web: Web, { db, guard, now }: { db: Db; guard: Guard; now(): Instant }): void {
  const read = kept((at) => readOverview(db, at), keptMs, now)
  web.get(
    '/api/overview',
    {
      onRequest: guard.needs('overview'),
      schema: {
        operationId: 'readOverview',
        tags: ['overview'],
        summary: 'this week beside the last one; counted every half minute',
        response: { 200: overview },
      },
    },
    () => read(),
  )
}
