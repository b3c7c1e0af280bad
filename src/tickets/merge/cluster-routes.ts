import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { findTicket } from '../lists/reads.ts'
import { cluster, clusterChange, clusterId, clusterInput, clusterList } from './api.ts'
import { addCluster, changeCluster, findCluster, listClusters } from './clusters.ts'
import { mayLead } from './merging.ts'

/** Events: begun by a dispatcher, offered to agents, ended when nobody is to join any more. */
export function routeClusters(web: Web, parts: { db: Db; guard: Guard; now(): Instant }): void {
  const { db, guard, now } = parts
  const access = openTicketAccess(parts)
  const tags = ['clusters']

  web.get(
    '/api/clusters',
    {
      onRequest: guard.needs('tickets.write'),
      schema: {
        operationId: 'listClusters',
        tags,
        summary: 'events with many callers, those that are offered first',
        response: { 200: clusterList },
      },
    },
    async () => ({ clusters: await listClusters(db) }),
  )

  web.post(
    '/api/clusters',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'addCluster',
        tags,
        summary: 'make a ticket lead an event; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'ticket.merge-barred', 'cluster.lead-taken'],
        body: clusterInput,
        response: { 201: cluster },
      },
    },
    async (request, reply) => {
      const { lead: number, ...given } = request.body
      const { ticket: lead } = await access.require(request, await findTicket(db, number))
      if (!mayLead(lead)) throw new Refusal('ticket.merge-barred')
      const by = access.personOf(request).id
      const id = await addCluster(db, { lead, ...given }, by, now())
      if (id === null) throw new Refusal('cluster.lead-taken')
      await access.write(request, 'cluster.begun', number, { details: { title: given.title } })
      return reply.code(201).send(await require(id))
    },
  )

  web.put(
    '/api/clusters/:id',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'changeCluster',
        tags,
        summary: 'what is announced, where, and whether it is still offered; audited',
        refusals: ['cluster.not-found'],
        params: clusterId,
        body: clusterChange,
        response: { 200: cluster },
      },
    },
    async (request) => {
      const { lead } = await require(request.params.id)
      await changeCluster(db, request.params.id, request.body, access.personOf(request).id, now())
      await access.write(request, 'cluster.changed', lead.number, { details: request.body })
      return require(request.params.id)
    },
  )

  async function require(id: string) {
    const one = await findCluster(db, id)
    if (!one) throw new Refusal('cluster.not-found')
    return one
  }
}
