import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import type { Message } from './message.ts'
import { openStore } from './store.ts'
import { openSystem } from './system.ts'

/** The 13710 system of the sample: where messages come in, and the page of its officers. On loopback only. */

export interface SystemOptions {
  http: { host: string; port: number }
  hotlineUrl: string
  secret: string
  /** SQLite file, or `:memory:`. */
  file: string
  /** GB/T 2260, Changzhi. */
  region?: string
}

export interface RunningSystem {
  url: string
  stop(): Promise<void>
}

const shown = 100
const largestFile = 64 * 1024 * 1024

export async function open13710({
  http,
  hotlineUrl,
  secret,
  file,
  region = '140400',
}: SystemOptions): Promise<RunningSystem> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const store = openStore(file)
  const system = openSystem({ store, secret, hotlineUrl, region })
  /** As if it did not run: nothing is answered. */
  const play = { isAway: false }
  const web = fastify({ bodyLimit: largestFile })
  web.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  const whileHere = {
    onRequest: async (_: unknown, reply: { raw: { destroy(): void }; hijack(): void }) => {
      if (!play.isAway) return
      reply.hijack()
      reply.raw.destroy()
    },
  }
  web.put<{ Params: { sha256: string }; Body: Buffer }>('/files/:sha256', whileHere, async (request, reply) => {
    const { sha256 } = request.params
    if (createHash('sha256').update(request.body).digest('hex') !== sha256) return reply.code(400).send()
    store.keepFile(sha256, request.body)
    return { ok: true }
  })
  web.post<{ Body: Message }>('/messages', whileHere, async (request) => system.receive(request.body))

  servePage(web)
  web.get('/state', async () => ({
    isAway: play.isAway,
    batches: store
      .batches()
      .map((batch) => ({ ...batch, list: store.items(String((batch as { number?: string }).number), shown) })),
    cases: store.cases(shown),
    messages: store.newest(shown),
  }))
  web.get('/received', async () => ({ messages: store.received() }))
  const text = { type: 'string', maxLength: 1_000 } as const
  const body = (properties: Record<string, object>, required: string[]) => ({
    schema: { body: { type: 'object', required, properties } },
  })
  web.post<{ Body: { isAway: boolean } }>(
    '/play',
    body({ isAway: { type: 'boolean' } }, ['isAway']),
    async (request) => {
      play.isAway = request.body.isAway
      return { ok: true }
    },
  )
  const kinds = { type: 'string', enum: ['NOTED', 'ON_SITE', 'CASE_OPENED', 'RESULT'] } as const
  web.post<{ Body: { batch: string; ticket: string; kind: string; text?: string } }>(
    '/items',
    body({ batch: text, ticket: text, kind: kinds, text }, ['batch', 'ticket', 'kind']),
    async (request) => {
      const { batch, ticket, kind, text: words = '' } = request.body
      return { ok: system.sayOfItem(batch, ticket, kind, words) }
    },
  )
  const acts = { type: 'string', enum: ['URGE', 'BOUNCE', 'CLEARED'] } as const
  web.post<{ Body: { number: string; what: 'URGE' | 'BOUNCE' | 'CLEARED'; text?: string } }>(
    '/cases',
    body({ number: text, what: acts, text }, ['number', 'what']),
    async (request) => {
      const why = system.sayOfCase(request.body.number, request.body.what, request.body.text ?? '')
      return { ok: why === null, why }
    },
  )

  await web.listen(http)
  return {
    url: web.listeningOrigin,
    async stop() {
      system.stop()
      web.server.closeAllConnections()
      await web.close()
      store.close()
    },
  }
}

function servePage(web: FastifyInstance): void {
  // A name of another site that leads here is not asked for.
  web.addHook('onRequest', async (request, reply) => {
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) await reply.code(421).send()
  })
  const asset = (path: string, name: string, type: string) =>
    web.get(path, async (_, reply) =>
      reply
        .header('content-security-policy', "default-src 'self'")
        .type(`${type}; charset=utf-8`)
        .send(readFileSync(join(import.meta.dirname, 'page', name))),
    )
  asset('/', 'page.html', 'text/html')
  asset('/page.js', 'page.js', 'text/javascript')
  asset('/page.css', 'page.css', 'text/css')
}
