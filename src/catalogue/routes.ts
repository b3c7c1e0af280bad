import { asc, isNull } from 'drizzle-orm'
import { dayOf } from '../calendar/days.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { pinyinOf } from '../platform/text/pinyin.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import type { Web } from '../platform/web/web.ts'
import { units } from '../units/schema.ts'
import { readCounties } from '../units/store.ts'
import { categoryList, categoryQuery, choice, choiceQuery, unitList } from './api.ts'
import { chooseUnit } from './catalogue.ts'
import { findCategories } from './category.ts'
import { openMatterTerms } from './matter-terms.ts'
import { riskOf } from './risk.ts'
import { openRiskReads } from './risk-reads.ts'
import { standingOf } from './rules/rule.ts'
import { readCatalogue, readCategories } from './store.ts'

/** The choices of the form, and the unit that the catalogue would choose. */
export function routeCatalogue(web: Web, parts: { db: Db; guard: Guard; now(): Instant; log: Log }): void {
  const { db, guard, now, log } = parts
  const matterTerms = openMatterTerms(log)
  const riskFacts = openRiskReads(db, now)
  // Before the first page asks; if the database is unreachable, that page tries again.
  void readCategories(db).then(matterTerms, () => undefined)
  const tags = ['catalogue']
  const reader = { onRequest: guard.needs('tickets.read') }

  web.get(
    '/api/categories',
    {
      ...reader,
      schema: {
        operationId: 'listCategories',
        tags,
        summary: 'matters of the third level, best first; without search the whole tree',
        querystring: categoryQuery,
        response: { 200: categoryList },
      },
    },
    async (request) => {
      const { search, limit } = request.query
      const rows = await readCategories(db)
      const terms = await matterTerms(rows)
      const tree = rows.map(({ hints: _, ...row }) => ({ ...row, terms: terms.get(row.code) ?? {} }))
      return { categories: search === undefined ? tree : findCategories(tree, search, limit) }
    },
  )

  web.get(
    '/api/units',
    {
      // All people may know the units: administrators, who read no tickets, assign people to them.
      onRequest: guard.needs(),
      schema: {
        operationId: 'listUnits',
        tags,
        summary: 'units that take tickets, and counties',
        response: { 200: unitList },
      },
    },
    async () => {
      const { code, name, shortName, initials, kind, countyCode, parentCode } = units
      const [takers, places] = await Promise.all([
        db
          .select({ code, name, shortName, initials, kind, countyCode, parentCode })
          .from(units)
          .where(isNull(units.withdrawnAt))
          .orderBy(asc(units.sortOrder), asc(units.code)),
        readCounties(db),
      ])
      return {
        units: takers.map((unit) => ({ ...unit, pinyin: pinyinOf(unit.shortName) })),
        counties: places.map((place) => ({ ...place, pinyin: pinyinOf(place.name) })),
      }
    },
  )

  web.get(
    '/api/catalogue/choice',
    {
      ...reader,
      schema: {
        operationId: 'chooseUnit',
        tags,
        summary: 'the unit that the catalogue chooses, and why',
        querystring: choiceQuery,
        response: { 200: choice },
      },
    },
    async (request) => {
      const { type, category, county, crossCity, accused } = request.query
      const { rules, units: takers } = await readCatalogue(db)
      const matter = {
        type,
        categoryCode: category,
        countyCode: county ?? null,
        isCrossCity: crossCity === 'true',
        accusedUnit: accused ?? null,
      }
      const at = now()
      const chosen = chooseUnit(matter, rules, takers, at)
      const named = (code: UnitCode) => ({ code, name: takers.find((unit) => unit.code === code)?.name ?? code })
      if (chosen.lead === null) {
        return { lead: null, coUnits: [], ruleKey: null, reason: chosen.reason, risk: null }
      }
      const { ruleKey, reason } = chosen
      const counted = await riskFacts(chosen.lead, category)
      const day = dayOf(at)
      const held = rules.find((rule) => rule.key === ruleKey && standingOf(rule, day) === 'NOW')
      const risk = riskOf({ ...counted, ruleFrom: held?.effectiveFrom ?? null }, at)
      return { lead: named(chosen.lead), coUnits: chosen.coUnits.map(named), ruleKey, reason, risk }
    },
  )
}
