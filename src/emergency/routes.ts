import { z } from 'zod'
import { type CallAccessParts, callAccess } from '../calls/records/access.ts'
import { tiedAmong } from '../calls/records/ties.ts'
import type { Guard } from '../people/guard.ts'
import type { CallId } from '../platform/types.ts'
import { readUlidCursor } from '../platform/web/paging.ts'
import type { Web } from '../platform/web/web.ts'
import { type HandoverView, handoverList, handoverQuery, handoversOfCallAnswer } from './api.ts'
import { handoverWords } from './handover.ts'
import { type HandoverRow, handoversOfCall, listHandovers, ticketsOfCalls } from './store.ts'

export interface EmergencyRouteParts extends CallAccessParts {
  guard: Guard
  /** The services have an interface. */
  isTold: boolean
}

const ofCall = z.object({ id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '通话编号无效') })

/** The record of hand-overs to 110, 119, 120 and 122. Who called is not in it. */
export function routeEmergencies(web: Web, parts: EmergencyRouteParts): void {
  const { db, guard, isTold } = parts
  const tags = ['calls']

  const viewOf = ({ handover, agent }: HandoverRow, ticket: string | null): HandoverView => {
    const { id, callId, service, name, askedAt, dialledAt, pickedUpAt, agentLeftAt, endedAt, result } = handover
    return {
      ...{ id, callId, service, name, askedAt, dialledAt, pickedUpAt, agentLeftAt, endedAt, result, ticket },
      agent: agent.number === null ? null : { number: agent.number, name: agent.name ?? '' },
      inWords: handoverWords(handover),
      packet: isTold ? packetView(handover) : null,
    }
  }

  web.get(
    '/api/emergency-handovers',
    {
      onRequest: guard.needs('emergencies.read'),
      schema: {
        operationId: 'listEmergencyHandovers',
        tags,
        summary: 'calls handed over to 110, 119, 120 and 122 with the times that prove it, newest first',
        refusals: ['list.bad-cursor'],
        querystring: handoverQuery,
        response: { 200: handoverList },
      },
    },
    async (request) => {
      const { cursor, limit, service, isTold: told } = request.query
      const filter = { service: service ?? null, isTold: told === undefined ? null : told === 'yes' }
      const rows = await listHandovers(db, filter, { after: readUlidCursor(cursor), limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const callIds = shown.map(({ handover }) => handover.callId)
      // The ticket of a hidden caller's call would tell who reported.
      const [made, tied] = await Promise.all([ticketsOfCalls(db, callIds), tiedAmong(db, callIds)])
      const ticketOf = (id: CallId) => (tied.has(id) ? null : (made.get(id) ?? null))
      return {
        handovers: shown.map((row) => viewOf(row, ticketOf(row.handover.callId))),
        next: rows.length > limit ? (shown.at(-1)?.handover.id ?? null) : null,
      }
    },
  )

  web.get(
    '/api/calls/:id/emergency-handovers',
    {
      onRequest: guard.needs('calls.read'),
      schema: {
        operationId: 'readCallHandovers',
        tags,
        summary: 'the emergency services that were called in one call',
        refusals: [],
        params: ofCall,
        response: { 200: handoversOfCallAnswer },
      },
    },
    async (request) => {
      const id = request.params.id as CallId
      const rows = await handoversOfCall(db, id)
      if (rows.length === 0) return { handovers: [] }
      const [{ isHidden }, made] = await Promise.all([
        callAccess(parts, guard.sessionOf(request), id),
        ticketsOfCalls(db, [id]),
      ])
      return { handovers: rows.map((row) => viewOf(row, isHidden ? null : (made.get(id) ?? null))) }
    },
  )
}

function packetView(row: HandoverRow['handover']): HandoverView['packet'] {
  const { id, packetState: state, packetAt: at, packetTries: tries, packetTrouble: trouble, reply } = row
  const answer = reply && { reply: reply.reply, code: reply.code, text: reply.text }
  return { id, state, at, tries, trouble, answer }
}
