import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf } from '../../calendar/days.ts'
import { newId } from '../../platform/database/ids.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { byKey, newRule, ruleChange, ruleEnd } from './api.ts'
import type { RuleRouteParts } from './routes.ts'
import { faultsOf, type RuleFacts } from './rule.ts'
import { addRule, changeRule, endRule, readKnown, type Writing } from './store.ts'

/** Rows of the catalogue are written with a reason and from a day on; each change is audited in its transaction. */
export function routeRuleEdits(web: Web, { db, guard, now }: RuleRouteParts): void {
  const tags = ['catalogue']
  const editor = { onRequest: guard.needs('catalogue.edit') }
  const refusals = ['catalogue.not-found', 'catalogue.stale', 'catalogue.key-taken'] as const

  web.post(
    '/api/catalogue/rules',
    {
      ...editor,
      schema: {
        operationId: 'addCatalogueRule',
        tags,
        summary: 'one more rule, from a day on; audited',
        refusals,
        body: newRule,
        response: { 201: ruleKeyMade },
      },
    },
    async (request, reply) => {
      const { why, ...facts } = request.body
      await requireSound(facts)
      const key = `r-${newId(now()).toLowerCase()}`
      await db.transaction(async (tx) => {
        await addRule(tx, key, facts, writing(request, why))
        await guard.audit(tx, request, { action: 'catalogue.added', subject: key, details: { why, after: facts } })
      })
      return reply.code(201).send({ key })
    },
  )

  web.put(
    '/api/catalogue/rules/:key',
    {
      ...editor,
      schema: {
        operationId: 'changeCatalogueRule',
        tags,
        summary: 'its next version, from a day on; the one before ends the day before; audited',
        refusals,
        params: byKey,
        body: ruleChange,
        response: { 200: ruleKeyMade },
      },
    },
    async (request) => {
      const { why, seen, ...facts } = request.body
      const { key } = request.params
      await requireSound(facts)
      await db.transaction(async (tx) => {
        await changeRule(tx, key, facts, seen, writing(request, why))
        await guard.audit(tx, request, { action: 'catalogue.changed', subject: key, details: { why, after: facts } })
      })
      return { key }
    },
  )

  web.post(
    '/api/catalogue/rules/:key/end',
    {
      ...editor,
      schema: {
        operationId: 'endCatalogueRule',
        tags,
        summary: 'from a day on it chooses no unit; audited',
        refusals: [...refusals, 'catalogue.ended'],
        params: byKey,
        body: ruleEnd,
        response: { 200: ruleKeyMade },
      },
    },
    async (request) => {
      const { from, why, seen } = request.body
      const { key } = request.params
      if (from < dayOf(now())) throw invalid([{ field: 'from', message: '停用日期不能早于今天' }])
      await db.transaction(async (tx) => {
        await endRule(tx, key, from, seen, writing(request, why))
        await guard.audit(tx, request, { action: 'catalogue.ended', subject: key, details: { why, from } })
      })
      return { key }
    },
  )

  function writing(request: FastifyRequest, why: string): Writing {
    const { id, name } = guard.sessionOf(request).person
    return { by: { id, name }, why, source: 'PAGE', now: now() }
  }

  /** @throws Refusal with the fault of each field */
  async function requireSound(facts: RuleFacts): Promise<void> {
    const faults = faultsOf(facts, await readKnown(db), dayOf(now()))
    if (faults.length > 0) throw invalid(faults)
  }
}

const ruleKeyMade = z.object({ key: z.string() }).meta({ id: 'CatalogueRuleKey' })

function invalid(faults: { field: string; message: string }[]): Refusal {
  return new Refusal('request.invalid', {
    detail: faults[0]?.message ?? '',
    faults: faults.map(({ field, message }) => ({ path: `body.${field}`, message })),
  })
}
