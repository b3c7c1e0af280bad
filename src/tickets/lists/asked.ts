import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import { ownNumber } from '../../lines/dialled.ts'
import { openLineIds } from '../../lines/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { ticketFilter } from '../api.ts'
import type { TicketFilter } from './walk.ts'

/** @returns reads what a list is narrowed by; null for an unknown line, of which there are no tickets */
export function openTicketFilter({ db, numbersAsked }: { db: Db; numbersAsked: NumbersAsked }) {
  const lineIdOf = openLineIds(db)

  return async (
    request: FastifyRequest,
    { caller, line: number, ...filter }: z.output<typeof ticketFilter>,
  ): Promise<TicketFilter | null> => {
    const phone = await numbersAsked.searched(request, caller)
    await numbersAsked.countSearchedIn(request, filter.search)
    if (number === undefined) return { ...filter, caller: phone }
    const id = await lineIdOf(number)
    return id === null ? null : { ...filter, caller: phone, line: { id, isOld: number !== ownNumber } }
  }
}
