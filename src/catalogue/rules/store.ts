import { asc, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { counties, units } from '../../units/schema.ts'
import { catalogueRules, categories } from '../schema.ts'
import { dayBefore, type Known, madeRoom, type RuleFacts, type RuleSource } from './rule.ts'
import { catalogueChanges } from './schema.ts'

/**
 * Rows of the catalogue and their versions. A change begins on a day: the version before ends the day before, and the
 * dispatch takes the one that holds on the day. `seen` is the id of the last change that the person saw: of two who
 * edit the same row at once, the second one is refused.
 */

export type RuleRow = typeof catalogueRules.$inferSelect

/** Who writes, why, and by which way. */
export interface Writing {
  by: { id: number; name: string }
  why: string
  source: RuleSource
  now: Instant
}

/** All that rules may name, and what people call it. */
export async function readKnown(db: Db | Tx): Promise<Known & { short: ReadonlyMap<string, string> }> {
  const [matters, places, takers] = await Promise.all([
    db
      .select({ code: categories.code, parentCode: categories.parentCode, name: categories.name })
      .from(categories)
      .where(isNull(categories.withdrawnAt))
      .orderBy(asc(categories.level), asc(categories.code)),
    db.select({ code: counties.code, name: counties.name }).from(counties).orderBy(asc(counties.sortOrder)),
    db
      .select({ code: units.code, name: units.name, shortName: units.shortName })
      .from(units)
      .where(isNull(units.withdrawnAt))
      .orderBy(asc(units.sortOrder), asc(units.code)),
  ])
  const paths = new Map<string, string>()
  for (const { code, parentCode, name } of matters) {
    const above = parentCode === null ? undefined : paths.get(parentCode)
    paths.set(code, above === undefined ? name : `${above} › ${name}`)
  }
  return {
    categories: paths,
    counties: new Map<string, string>(places.map(({ code, name }) => [code, name])),
    units: new Map<string, string>(takers.map(({ code, name }) => [code, name])),
    short: new Map<string, string>(takers.map(({ code, shortName }) => [code, shortName])),
  }
}

/** Every version that holds, held or will hold, with the id of the last change of its rule. */
export async function readVersions(db: Db | Tx): Promise<(RuleRow & { seen: number })[]> {
  const last = db
    .select({
      key: catalogueChanges.ruleKey,
      id: sql<number>`MAX(${catalogueChanges.id})`.mapWith(Number).as('last_id'),
    })
    .from(catalogueChanges)
    .groupBy(catalogueChanges.ruleKey)
    .as('last_change')
  const rows = await db
    .select({ rule: catalogueRules, seen: last.id })
    .from(catalogueRules)
    .leftJoin(last, eq(last.key, catalogueRules.key))
    .where(isNull(catalogueRules.withdrawnAt))
    .orderBy(asc(catalogueRules.categoryCode), asc(catalogueRules.key), asc(catalogueRules.version))
  return rows.map(({ rule, seen }) => ({ ...rule, seen: seen ?? 0 }))
}

/** The last changes of a rule, newest first. */
export function readChanges(db: Db, key: string): Promise<(typeof catalogueChanges.$inferSelect)[]> {
  return db
    .select()
    .from(catalogueChanges)
    .where(eq(catalogueChanges.ruleKey, key))
    .orderBy(desc(catalogueChanges.id))
    .limit(100)
}

/** @throws Refusal when the key is in use */
export async function addRule(tx: Tx, key: string, facts: RuleFacts, writing: Writing): Promise<void> {
  const versions = await lockVersions(tx, key)
  if (versions.length > 0) throw new Refusal('catalogue.key-taken')
  await addVersion(tx, key, 1, facts, writing.now)
  await writeDown(tx, key, { kind: 'ADDED', before: null, after: facts }, writing)
}

/** @throws Refusal when the rule is not there, or was changed since it was seen */
export async function changeRule(
  tx: Tx,
  key: string,
  facts: RuleFacts,
  seen: number | null,
  writing: Writing,
): Promise<void> {
  const versions = await requireSeen(tx, key, seen)
  const before = await makeRoom(tx, versions, facts.effectiveFrom, writing.now)
  await addVersion(tx, key, Math.max(...versions.map(({ version }) => version)) + 1, facts, writing.now)
  await writeDown(tx, key, { kind: 'CHANGED', before, after: facts }, writing)
}

/** From this day on it chooses no unit. @throws Refusal as `changeRule` */
export async function endRule(tx: Tx, key: string, from: string, seen: number, writing: Writing): Promise<void> {
  const versions = await requireSeen(tx, key, seen)
  const before = await makeRoom(tx, versions, from, writing.now)
  if (before === null) throw new Refusal('catalogue.ended')
  const last = dayBefore(from)
  // One that would only have begun then ends before it begins: it never holds.
  const after = before.effectiveFrom > last ? null : { ...before, effectiveTo: last }
  await writeDown(tx, key, { kind: 'ENDED', before, after }, writing)
}

/** All versions, also withdrawn ones: their numbers are not used again. */
function lockVersions(tx: Tx, key: string): Promise<RuleRow[]> {
  return tx
    .select()
    .from(catalogueRules)
    .where(eq(catalogueRules.key, key))
    .orderBy(asc(catalogueRules.version))
    .for('update')
}

async function requireSeen(tx: Tx, key: string, seen: number | null): Promise<RuleRow[]> {
  const versions = await lockVersions(tx, key)
  if (versions.every(({ withdrawnAt }) => withdrawnAt !== null)) throw new Refusal('catalogue.not-found')
  if (seen === null) return versions
  const [last] = await tx
    .select({ id: catalogueChanges.id })
    .from(catalogueChanges)
    .where(eq(catalogueChanges.ruleKey, key))
    .orderBy(desc(catalogueChanges.id))
    .limit(1)
  if ((last?.id ?? 0) !== seen) throw new Refusal('catalogue.stale')
  return versions
}

/** @returns what held, or would have held, on the day; null when nothing did */
async function makeRoom(tx: Tx, versions: RuleRow[], from: string, now: Instant): Promise<RuleFacts | null> {
  const { withdrawn, ended } = madeRoom(
    versions.filter(({ withdrawnAt }) => withdrawnAt === null),
    from,
  )
  for (const { id } of withdrawn) {
    await tx
      .update(catalogueRules)
      .set({ withdrawnAt: now, changedAt: now, editedAt: now })
      .where(eq(catalogueRules.id, id))
  }
  for (const { id } of ended) {
    await tx
      .update(catalogueRules)
      .set({ effectiveTo: dayBefore(from), changedAt: now, editedAt: now })
      .where(eq(catalogueRules.id, id))
  }
  const held = ended.at(-1) ?? withdrawn.at(-1)
  return held ? factsIn(held) : null
}

/** A row as people edit it; one that has held for ever has the first of all days. */
export function factsIn(row: RuleRow): RuleFacts {
  const { title, categoryCode, countyCode, target, unitCode, coUnitCodes, priority, effectiveTo, basis } = row
  const effectiveFrom = row.effectiveFrom ?? ''
  return { title, categoryCode, countyCode, target, unitCode, coUnitCodes, priority, effectiveFrom, effectiveTo, basis }
}

async function addVersion(tx: Tx, key: string, version: number, facts: RuleFacts, now: Instant): Promise<void> {
  const [made] = await tx
    .insert(catalogueRules)
    .ignore()
    .values({ ...facts, key, version, isSample: false, isSeeded: false, changedAt: now, editedAt: now })
  // Somebody else was faster with the same new key.
  if (made.affectedRows === 0) throw new Refusal('catalogue.key-taken')
}

async function writeDown(
  tx: Tx,
  ruleKey: string,
  change: Pick<typeof catalogueChanges.$inferInsert, 'kind' | 'before' | 'after'>,
  { by, why, source, now }: Writing,
): Promise<void> {
  await tx.insert(catalogueChanges).values({ ruleKey, ...change, source, at: now, byId: by.id, byName: by.name, why })
}
