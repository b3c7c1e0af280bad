import { z } from 'zod'
import type { Guard } from '../../people/guard.ts'
import type { Web } from '../../platform/web/web.ts'
import type { ReplyWords } from './check.ts'

const list = z.array(z.string())
const replyWords = z
  .object({
    ...{ overPromise: list, absolutes: list, pushingOff: list, commonWords: list, dangers: list, safetyHints: list },
    ...{ openings: list, closings: list, policies: list, contacted: list, notReached: list, solved: list },
    ...{ measures: list, results: list, citizenWords: list, repeated: list, lasting: list },
    properNames: z.record(z.string(), z.string()).describe('what people say, and the proper name'),
  })
  .meta({ id: 'ReplyWords' })

/** The words by which a page checks an answer while it is typed. */
export function routeReplyCheck(web: Web, { guard, words }: { guard: Guard; words: ReplyWords }): void {
  web.get(
    '/api/reply-check',
    {
      onRequest: guard.needs('tickets.read'),
      schema: {
        operationId: 'readReplyCheck',
        tags: ['tickets'],
        summary: 'words by which the answer of a unit is checked',
        response: { 200: replyWords },
      },
    },
    async () => ({ ...words }) as z.output<typeof replyWords>,
  )
}
