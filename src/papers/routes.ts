import type { FastifyRequest } from 'fastify'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { openTicketAccess } from '../tickets/access.ts'
import { isOfHotline } from '../tickets/life/view.ts'
import { type FoundTicket, findTicket, machineIn } from '../tickets/lists/reads.ts'
import { seesPartOnly } from '../tickets/parts/sight.ts'
import { byNumber, byPaper, paperList, printedPaper } from './api.ts'
import type { PaperFacts } from './forms/form.ts'
import { paperForms } from './forms/index.ts'
import type { Paper } from './paper.ts'
import { hasPaperFonts, setPaper } from './pdf.ts'
import { composePaper, digestOf, readFacts } from './store.ts'

/** What is printed of a ticket: as a page, and as a PDF. Each printing is audited. */
export function routePapers(web: Web, { db, guard }: { db: Db; guard: Guard }): void {
  const access = openTicketAccess({ db, guard })
  const reader = { onRequest: guard.needs('tickets.read') }
  const tags = ['papers']

  /** A paper says what the unit in charge reads: a unit that sees its own part only has none. */
  async function requireWhole(request: FastifyRequest, number: string): Promise<FoundTicket> {
    const found = await access.require(request, await findTicket(db, number))
    if (seesPartOnly(access.personOf(request), machineIn(found))) throw new Refusal('paper.not-found')
    return found
  }

  async function factsOf(request: FastifyRequest, number: string): Promise<PaperFacts> {
    const person = access.personOf(request)
    return readFacts(db, await requireWhole(request, number), isOfHotline(person) ? null : person.unitCode)
  }

  async function requirePaper(request: FastifyRequest, number: string, kind: string): Promise<Paper> {
    const paper = composePaper(await factsOf(request, number), kind)
    if (!paper) throw new Refusal('paper.not-found')
    return paper
  }

  web.get(
    '/api/tickets/:number/papers',
    {
      ...reader,
      schema: {
        operationId: 'listPapers',
        tags,
        summary: 'which papers this ticket has',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'paper.not-found'],
        params: byNumber,
        response: { 200: paperList },
      },
    },
    async (request) => {
      const facts = await factsOf(request, request.params.number)
      const papers = paperForms.filter((form) => form.compose(facts) !== null)
      return { papers: papers.map(({ kind, title }) => ({ kind, title })) }
    },
  )

  web.get(
    '/api/tickets/:number/papers/:kind',
    {
      ...reader,
      schema: {
        operationId: 'readPaper',
        tags,
        summary: 'a paper of the ticket, to be shown and printed; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'paper.not-found'],
        params: byPaper,
        response: { 200: printedPaper },
      },
    },
    async (request) => {
      const { number, kind } = request.params
      const paper = await requirePaper(request, number, kind)
      const sha256 = digestOf(paper)
      await access.write(request, 'paper.printed', number, { details: { kind, as: 'page', sha256 } })
      return { ...paper, sha256 }
    },
  )

  web.get(
    '/api/tickets/:number/papers/:kind/pdf',
    {
      ...reader,
      schema: {
        operationId: 'printPaper',
        tags,
        summary: 'a paper of the ticket as a PDF, the same bytes as long as it says the same; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'paper.not-found', 'paper.no-fonts', 'server.busy'],
        params: byPaper,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const { number, kind } = request.params
      const paper = await requirePaper(request, number, kind)
      if (!hasPaperFonts()) throw new Refusal('paper.no-fonts')
      const sha256 = digestOf(paper)
      const set = setPaper(paper, sha256)
      if (set === null) throw new Refusal('server.busy', { retryAfterS: 10 })
      const bytes = await set
      await access.write(request, 'paper.printed', number, { details: { kind, as: 'pdf', sha256 } })
      const name = encodeURIComponent(`${paper.title}${number}.pdf`)
      return reply
        .header('content-disposition', `inline; filename*=UTF-8''${name}`)
        .header('cache-control', 'private, no-store')
        .type('application/pdf')
        .send(bytes)
    },
  )
}
