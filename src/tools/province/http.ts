import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { type Exchange, type Manner, manners } from './exchange/exchange.ts'
import { type Message, userToUser } from './exchange/message.ts'
import type { Store } from './exchange/store.ts'
import type { PhoneCall } from './sip/dialogs.ts'
import { type Behaviour, behaviours, type Phone } from './sip/phone.ts'

/** Where messages come in, and the page that shows and steers what the province does. On loopback only. */

export interface Play {
  /** Of every number that is not named. */
  behaviour: Behaviour
  numbers: Map<string, Behaviour>
  manner: Manner
}

export interface HttpParts {
  exchange: Exchange
  store: Store
  phone: Phone
  play: Play
  hotline: { host: string; port: number }
}

const schemaFile = resolve(import.meta.dirname, '../../../docs/exchange/message.schema.json')
const shown = 60

export async function openHttp(parts: HttpParts, host: string, port: number): Promise<FastifyInstance> {
  const { exchange, store, phone, play, hotline } = parts
  const web = fastify({
    bodyLimit: 256 * 1_024,
    // As it was sent, or refused.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  })
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8'))

  web.post<{ Body: Message }>(
    '/exchange',
    { schema: { body: schema }, attachValidation: true },
    async (request, reply) => {
      const answer = exchange.receive(request.body, request.validationError?.message ?? null)
      // As if it had never arrived: the sender's own time limit ends it.
      if (answer === null) return reply.hijack()
      return answer
    },
  )

  // 110, 119, 120 and 122 are played as well.
  web.post<{ Body: Message }>(
    '/emergency',
    { schema: { body: schema }, attachValidation: true },
    async (request, reply) => {
      const answer = exchange.receiveEmergency(request.body, request.validationError?.message ?? null)
      return answer ?? reply.hijack()
    },
  )

  // A name of another site that leads here is not asked for.
  web.addHook('onRequest', async (request, reply) => {
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) await reply.code(421).send()
  })
  const asset = (path: string, file: string, type: string) =>
    web.get(path, async (_, reply) =>
      reply
        .header('content-security-policy', "default-src 'self'")
        .type(`${type}; charset=utf-8`)
        .send(readFileSync(join(import.meta.dirname, 'page', file))),
    )
  asset('/', 'page.html', 'text/html')
  asset('/page.js', 'page.js', 'text/javascript')
  asset('/page.css', 'page.css', 'text/css')

  web.get('/state', async () => ({
    behaviour: play.behaviour,
    numbers: Object.fromEntries(play.numbers),
    manner: play.manner,
    calls: phone.calls.map(callView),
    messages: store.newest(shown),
    matters: store.matters(shown),
  }))

  const behaviour = { type: 'string', enum: behaviours } as const
  const text = { type: 'string', maxLength: 4_000 } as const
  const bodyOf = (properties: Record<string, object>, required: string[]) => ({
    schema: { body: { type: 'object', required, properties } },
  })
  web.post<{ Body: { number?: string; behaviour?: Behaviour; manner?: Manner } }>(
    '/play',
    bodyOf({ number: text, behaviour, manner: { type: 'string', enum: manners } }, []),
    async (request) => {
      const { number, behaviour: wanted, manner } = request.body
      if (manner !== undefined) play.manner = manner
      if (wanted !== undefined && number) play.numbers.set(number, wanted)
      else if (wanted !== undefined) play.behaviour = wanted
      return { ok: true }
    },
  )
  web.post<{ Body: { caller: string; summary?: string; number?: string; from?: string } }>(
    '/calls',
    bodyOf({ caller: text, summary: text, number: text, from: text }, ['caller']),
    async (request) => {
      const { caller, summary = '', number = '12345', from = '035112345' } = request.body
      const sent = await exchange.announce({ caller, summary })
      const call = await phone.call({
        number,
        from,
        ...hotline,
        headers: [['User-to-User', userToUser(sent.messageId)]],
      })
      return { ...sent, call: callView(call) }
    },
  )
  web.post<{ Body: { id: string } }>('/hang-up', bodyOf({ id: text }, ['id']), async (request) => ({
    ok: phone.hangUp(request.body.id),
  }))
  web.post<{ Body: { callId: string } }>('/return', bodyOf({ callId: text }, ['callId']), async (request) => ({
    ok: await exchange.giveBack(request.body.callId),
  }))
  web.post<{ Body: { callId: string } }>('/offer', bodyOf({ callId: text }, ['callId']), async (request) => ({
    ok: await exchange.offer(request.body.callId),
  }))

  await web.listen({ host, port })
  return web
}

function callView({ sound, ...call }: PhoneCall) {
  return { ...call, heard: sound?.heard() ?? 0, loudness: Number((sound?.loudness() ?? 0).toFixed(3)) }
}
