import { dayOf } from '../../calendar/days.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import { pinyinOf } from '../../platform/text/pinyin.ts'
import { isSpelled } from '../../platform/text/spelling.ts'
import type { CountyCode, Instant } from '../../platform/types.ts'
import type { Web } from '../../platform/web/web.ts'
import { readCatalogue, readCategories } from '../store.ts'
import { byKey, catalogueReview, reviewQuery, ruleHistory, ruleList, ruleQuery } from './api.ts'
import { conflictsIn, gapsIn } from './review.ts'
import type { RuleFacts } from './rule.ts'
import { readChanges, readKnown, readVersions } from './store.ts'
import { inWords, viewOf } from './view.ts'

export interface RuleRouteParts {
  db: Db
  guard: Guard
  now(): Instant
}

/** The catalogue (权责清单), as all who work with tickets read it. */
export function routeRules(web: Web, { db, guard, now }: RuleRouteParts): void {
  const tags = ['catalogue']
  const reader = { onRequest: guard.needs('catalogue.read') }

  web.get(
    '/api/catalogue/rules',
    {
      ...reader,
      schema: {
        operationId: 'listCatalogueRules',
        tags,
        summary: 'who is in charge of what, where and since when: every version that holds, held or will hold',
        querystring: ruleQuery,
        response: { 200: ruleList },
      },
    },
    async (request) => {
      const { q, standing, county, unit, limit } = request.query
      const today = dayOf(now())
      const [known, versions] = await Promise.all([readKnown(db), readVersions(db)])
      const wanted = q.trim().toLowerCase()
      const rules = versions
        .map((row) => viewOf(row, known, today))
        .filter(
          (rule) =>
            (standing === 'ALL' || rule.standing === standing) &&
            (county === undefined || rule.county?.code === county) &&
            (unit === undefined || [rule.unit, ...rule.coUnits].some((one) => one?.code === unit)) &&
            (wanted === '' || isMeant(rule, wanted)),
        )
      return { rules: rules.slice(0, limit), total: rules.length, today }
    },
  )

  web.get(
    '/api/catalogue/review',
    {
      ...reader,
      schema: {
        operationId: 'reviewCatalogue',
        tags,
        summary: 'matters and counties without a unit, and rules that contradict each other, on a day',
        querystring: reviewQuery,
        response: { 200: catalogueReview },
      },
    },
    async (request) => {
      const today = request.query.day ?? dayOf(now())
      const [{ rules, units }, known, tree] = await Promise.all([readCatalogue(db), readKnown(db), readCategories(db)])
      const leaves = tree.filter(({ level }) => level === 3)
      const places = [...known.counties].map(([code, name]) => ({ code: code as CountyCode, name }))
      const at = Date.parse(`${today}T12:00:00+08:00`)
      const gaps = gapsIn(rules, units, leaves, places, at)
      return { day: today, matters: leaves.length, gaps, conflicts: conflictsIn(rules, { ...known, units }, today) }
    },
  )

  web.get(
    '/api/catalogue/rules/:key/history',
    {
      ...reader,
      schema: {
        operationId: 'readCatalogueRuleHistory',
        tags,
        summary: 'who changed a rule, when and why; what it said before and after',
        params: byKey,
        response: { 200: ruleHistory },
      },
    },
    async (request) => {
      const [known, changes] = await Promise.all([readKnown(db), readChanges(db, request.params.key)])
      const words = (facts: RuleFacts | null) => (facts === null ? null : inWords(facts, known))
      return {
        changes: changes.map(({ id, kind, source, at, byName, why, before, after }) => ({
          ...{ id, kind, source, at, by: byName, why },
          ...{ before: words(before ?? null), after: words(after ?? null) },
        })),
      }
    },
  )
}

/** By words of its title, matter, unit or basis, or by the letters of their pinyin. */
function isMeant({ key, title, category, unit, basis }: ReturnType<typeof viewOf>, wanted: string): boolean {
  const texts = [title, category.name, unit?.name ?? '', basis]
  if (key === wanted || category.code.startsWith(wanted)) return true
  if (texts.some((text) => text.toLowerCase().includes(wanted))) return true
  return /^[a-z]+$/.test(wanted) && [title, unit?.name ?? ''].some((text) => isSpelled(pinyinOf(text), wanted))
}
