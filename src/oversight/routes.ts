import { kept } from '../platform/redis/kept.ts'
import type { Web } from '../platform/web/web.ts'
import { ladder } from './api.ts'
import { routePhotos } from './cases/photo-routes.ts'
import { routeCases } from './cases/routes.ts'
import { readLadder } from './ladder.ts'
import { routeCasePapers } from './papers/routes.ts'
import type { OversightParts } from './parts.ts'
import { routeAlerts } from './triggers/routes.ts'

/** It counts every open ticket. */
const keptMs = 30_000

/** 统一督办. */
export function routeOversight(web: Web, parts: OversightParts): void {
  const { db, guard, now } = parts
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
  routeAlerts(web, parts)
  routeCases(web, parts)
  routePhotos(web, parts)
  routeCasePapers(web, parts)
}
