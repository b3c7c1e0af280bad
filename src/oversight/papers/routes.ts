import { eq, or } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { printedPaper } from '../../papers/api.ts'
import type { Paper } from '../../papers/paper.ts'
import { hasPaperFonts, setPaper } from '../../papers/pdf.ts'
import { digestOf } from '../../papers/store.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { units } from '../../units/schema.ts'
import { casePaper } from '../cases/api.ts'
import { caseActorOf, requireCase } from '../cases/routes.ts'
import { detailOf } from '../cases/view.ts'
import type { OversightParts } from '../parts.ts'
import { printedForms } from './index.ts'

/** Papers of supervision as they are printed: as a page, and as a PDF. Each printing is audited. */
export function routeCasePapers(web: Web, parts: OversightParts): void {
  const { db, guard, now } = parts
  const reader = { onRequest: guard.needs('oversight.cases') }
  const tags = ['oversight']

  async function requirePaper(
    request: FastifyRequest & { params: { number: string; kind: string } },
  ): Promise<{ paper: Paper; id: string }> {
    const { number, kind } = request.params
    const row = await requireCase(parts, request, number)
    // Printed for all alike: what only the hotline reads is on no paper.
    const paper = await detailOf(db, row, caseActorOf(parts, request), now())
    const wanted =
      row.unitCode === null ? eq(units.kind, 'HOTLINE') : or(eq(units.kind, 'HOTLINE'), eq(units.code, row.unitCode))
    const named = await db.select({ code: units.code, kind: units.kind, name: units.name }).from(units).where(wanted)
    const centre = named.find((one) => one.kind === 'HOTLINE')?.name ?? '12345政务服务便民热线'
    const unit = row.unitCode === null ? null : (named.find(({ code }) => code === row.unitCode)?.name ?? row.unitCode)
    const facts = { paper, unit, centre }
    const composed = printedForms.find((form) => form.kind === kind)?.compose(facts) ?? null
    if (!composed) throw new Refusal('paper.not-found')
    return { paper: composed, id: row.id }
  }

  web.get(
    '/api/oversight/cases/:number/papers/:kind',
    {
      ...reader,
      schema: {
        operationId: 'readOversightPaper',
        tags,
        summary: 'a paper of supervision, to be shown and printed; audited',
        refusals: ['oversight.case-not-found', 'paper.not-found'],
        params: casePaper,
        response: { 200: printedPaper },
      },
    },
    async (request) => {
      const { paper, id } = await requirePaper(request)
      const sha256 = digestOf(paper)
      const details = { kind: request.params.kind, as: 'page', sha256 }
      await guard.audit(db, request, { action: 'oversight.paper-printed', subject: id, details })
      return { ...paper, sha256 }
    },
  )

  web.get(
    '/api/oversight/cases/:number/papers/:kind/pdf',
    {
      ...reader,
      schema: {
        operationId: 'printOversightPaper',
        tags,
        summary: 'a paper of supervision as a PDF, the same bytes as long as it says the same; audited',
        refusals: ['oversight.case-not-found', 'paper.not-found', 'paper.no-fonts', 'server.busy'],
        params: casePaper,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const { paper, id } = await requirePaper(request)
      if (!hasPaperFonts()) throw new Refusal('paper.no-fonts')
      const sha256 = digestOf(paper)
      const set = setPaper(paper, sha256)
      if (set === null) throw new Refusal('server.busy', { retryAfterS: 10 })
      const bytes = await set
      const details = { kind: request.params.kind, as: 'pdf', sha256 }
      await guard.audit(db, request, { action: 'oversight.paper-printed', subject: id, details })
      const name = encodeURIComponent(`${paper.title}${paper.number}.pdf`)
      return reply
        .header('content-disposition', `inline; filename*=UTF-8''${name}`)
        .header('cache-control', 'private, no-store')
        .type('application/pdf')
        .send(bytes)
    },
  )
}
