import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { Guard } from '../people/guard.ts'
import type { Queues } from '../platform/jobs/queues.ts'
import { refuse } from '../platform/web/errors.ts'
import type { Web } from '../platform/web/web.ts'

const path = '/admin/queues'

/**
 * bull-board: every queue with its jobs, for administrators. Read only; changes of a job go through `/api/admin`, with
 * a reason and audited.
 */
export async function serveBoard(web: Web, { queues, guard }: { queues: Queues; guard: Guard }): Promise<void> {
  const adapter = new FastifyAdapter().setBasePath(path)
  createBullBoard({
    queues: queues.all.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: '任务队列', locale: { lng: 'zh-CN' } } },
  })
  const isAdmin = guard.needs('admin')
  await web.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      try {
        await isAdmin(request)
      } catch (error) {
        // Its own handler would report every refusal as a server error.
        return refuse(error, request, reply)
      }
    })
    scope.addHook('onSend', async (_request, reply) => {
      // Its page needs a <base>; nothing else of our policy is loosened.
      const policy = String(reply.getHeader('content-security-policy') ?? '')
      reply.header('content-security-policy', policy.replace("base-uri 'none'", "base-uri 'self'"))
    })
    await scope.register(adapter.registerPlugin(), { prefix: path })
  })
}
