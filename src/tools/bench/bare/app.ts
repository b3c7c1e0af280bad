import { fastify } from 'fastify'
import { createPool } from 'mysql2/promise'
import type { Statement } from '../load/statements.ts'

/**
 * The bare arm of P11: Fastify that sends a prepared JSON after the same statements as ours, without log-ins, rights,
 * schemas or limits. A process of its own, like the web role.
 */
export interface BareTicket {
  number: string
  /** The first ones one after the other, the last ones at once, as the product does. */
  first: Statement[]
  then: Statement[]
  json: string
}
export interface BareAsk {
  databaseUrl: string
  tickets: BareTicket[]
}

process.on('disconnect', () => process.exit(0))
process.once('message', (ask: BareAsk) => void serve(ask))

async function serve({ databaseUrl, tickets }: BareAsk): Promise<void> {
  const pool = createPool({ uri: databaseUrl, connectionLimit: 10, timezone: 'Z', dateStrings: true, trace: false })
  const known = new Map(tickets.map((ticket) => [ticket.number, ticket]))
  const send = ({ sql, params }: Statement) => pool.query(sql, params)
  const web = fastify()
  web.get<{ Params: { number: string } }>('/api/tickets/:number', async (request, reply) => {
    const ticket = known.get(request.params.number)
    if (!ticket) return reply.code(404).send({})
    for (const statement of ticket.first) await send(statement)
    await Promise.all(ticket.then.map(send))
    return reply.type('application/json; charset=utf-8').send(ticket.json)
  })
  const address = await web.listen({ host: '127.0.0.1', port: 0 })
  process.send?.(address)
}
