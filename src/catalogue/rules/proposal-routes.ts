import { z } from 'zod'
import { reasonLine } from '../../platform/text/text.ts'
import type { Web } from '../../platform/web/web.ts'
import { proposalList } from './api.ts'
import { approveProposal, listProposals, refuseProposal } from './proposals.ts'
import type { RuleRouteParts } from './routes.ts'
import { readKnown } from './store.ts'
import { inWords } from './view.ts'

const byId = z.object({ id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '编号格式不正确') })
const decided = z
  .object({ state: z.enum(['OPEN', 'ADOPTED', 'REFUSED']), ruleKey: z.string().nullable() })
  .meta({ id: 'RuleProposalDecided' })
const refusing = z.object({ why: reasonLine('不采纳理由') }).meta({ id: 'RuleProposalRefusal' })

/** Rules that rulings propose: read by all who read the catalogue, approved by two who edit it; audited. */
export function routeProposals(web: Web, { db, guard, now }: RuleRouteParts): void {
  const tags = ['catalogue']
  const editor = { onRequest: guard.needs('catalogue.edit') }
  const refusals = ['proposal.not-found', 'proposal.decided'] as const

  web.get(
    '/api/catalogue/proposals',
    {
      onRequest: guard.needs('catalogue.read'),
      schema: {
        operationId: 'listRuleProposals',
        tags,
        summary: 'rules that rulings propose, newest first',
        response: { 200: proposalList },
      },
    },
    async () => {
      const [known, rows] = await Promise.all([readKnown(db), listProposals(db)])
      return {
        proposals: rows.map(({ id, state, sourceId, sourceWords, facts, approvals, ...row }) => ({
          ...{ id, state, sourceId, sourceWords, facts: inWords(facts, known) },
          approvals: approvals.map(({ id: by, name, at }) => ({ id: by, name, at })),
          ...{ proposedAt: row.proposedAt, proposedBy: row.proposedByName, ruleKey: row.ruleKey },
          ...{ refusedBy: row.refusedBy, refusedWhy: row.refusedWhy, decidedAt: row.decidedAt },
        })),
      }
    },
  )

  web.post(
    '/api/catalogue/proposals/:id/approve',
    {
      ...editor,
      schema: {
        operationId: 'approveRuleProposal',
        tags,
        summary: 'approve a proposed rule; the second person makes it a rule; audited',
        refusals: [
          ...refusals,
          ...(['proposal.same-person', 'proposal.unsound'] as const),
          ...(['catalogue.not-found', 'catalogue.stale', 'catalogue.key-taken'] as const),
        ],
        params: byId,
        response: { 200: decided },
      },
    },
    async (request) => {
      const { id } = request.params
      const { person } = guard.sessionOf(request)
      const ruleKey = await db.transaction(async (tx) => {
        const key = await approveProposal(tx, id, { id: person.id, name: person.name }, now())
        await guard.audit(tx, request, { action: 'catalogue.approved', subject: id, details: { rule: key } })
        return key
      })
      return { state: ruleKey === null ? ('OPEN' as const) : ('ADOPTED' as const), ruleKey }
    },
  )

  web.post(
    '/api/catalogue/proposals/:id/refuse',
    {
      ...editor,
      schema: {
        operationId: 'refuseRuleProposal',
        tags,
        summary: 'do not take a proposed rule, with a reason; audited',
        refusals,
        params: byId,
        body: refusing,
        response: { 200: decided },
      },
    },
    async (request) => {
      const { id } = request.params
      const { why } = request.body
      const { person } = guard.sessionOf(request)
      await db.transaction(async (tx) => {
        await refuseProposal(tx, id, why, { id: person.id, name: person.name }, now())
        await guard.audit(tx, request, { action: 'catalogue.refused', subject: id, details: { why } })
      })
      return { state: 'REFUSED' as const, ruleKey: null }
    },
  )
}
