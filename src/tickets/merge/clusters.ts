import { and, asc, desc, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { CategoryCode, Instant } from '../../platform/types.ts'
import { counties, units } from '../../units/schema.ts'
import { isSamePlace, type Place } from '../life/duplicate.ts'
import { tickets } from '../records/schema.ts'
import type { Cluster } from './api.ts'
import { mayLead } from './merging.ts'
import { ticketClusters } from './schema.ts'

/** Events in the database: one ticket leads, many callers follow it. */

const most = 100
const followersOf = sql<number>`(SELECT COUNT(*) FROM ${tickets} AS follower WHERE follower.merged_into = ${ticketClusters.leadId})`

async function readClusters(db: Db, where: SQL | undefined): Promise<Cluster[]> {
  const rows = await db
    .select({
      cluster: ticketClusters,
      lead: { number: tickets.number, state: tickets.state, mergedInto: tickets.mergedInto },
      category: { code: categories.code, name: categories.name },
      county: { code: counties.code, name: counties.name },
      leadUnit: { code: units.code, name: units.shortName },
      followers: followersOf,
    })
    .from(ticketClusters)
    .innerJoin(tickets, eq(tickets.id, ticketClusters.leadId))
    .leftJoin(categories, eq(categories.code, ticketClusters.categoryCode))
    .leftJoin(counties, eq(counties.code, ticketClusters.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .where(where)
    .orderBy(asc(sql`${ticketClusters.endedAt} IS NOT NULL`), desc(ticketClusters.id))
    .limit(most)
  return rows.map(({ cluster, lead, category, county, leadUnit, followers }) => ({
    ...{ id: cluster.id, title: cluster.title, announcement: cluster.announcement, place: cluster.place, county },
    category: category ?? { code: cluster.categoryCode, name: cluster.categoryCode },
    lead: { number: lead.number, state: lead.state, leadUnit },
    callers: Number(followers) + 1,
    ...{ createdAt: cluster.createdAt, changedAt: cluster.changedAt },
    isOffered: cluster.endedAt === null && mayLead(lead),
  }))
}

/** Those that are offered first, the last ones first. */
export const listClusters = (db: Db): Promise<Cluster[]> => readClusters(db, undefined)

export async function findCluster(db: Db, id: string): Promise<Cluster | null> {
  return (await readClusters(db, eq(ticketClusters.id, id)))[0] ?? null
}

/** The events that a caller with this matter and place may mean. */
export async function clustersFor(db: Db, typed: Place & { categoryCode: CategoryCode }): Promise<Cluster[]> {
  const { categoryCode, countyCode } = typed
  const found = await readClusters(
    db,
    and(
      ...[isNull(ticketClusters.endedAt), eq(ticketClusters.categoryCode, categoryCode)],
      countyCode === null
        ? undefined
        : or(isNull(ticketClusters.countyCode), eq(ticketClusters.countyCode, countyCode)),
    ),
  )
  const isMeant = ({ place, county }: Cluster) =>
    place === '' || isSamePlace(typed, { place, countyCode: county?.code ?? null, longitude: null, latitude: null })
  return found.filter((one) => one.isOffered && isMeant(one))
}

export interface NewCluster {
  lead: typeof tickets.$inferSelect
  title: string
  announcement: string
  place: string
  isWholeCounty: boolean
}

/** @returns its id; null where the ticket leads an event already */
export async function addCluster(
  db: Db,
  { lead, title, announcement, place, isWholeCounty }: NewCluster,
  by: number,
  now: Instant,
): Promise<string | null> {
  const id = newId(now)
  const { id: leadId, categoryCode, countyCode } = lead
  const [made] = await db
    .insert(ticketClusters)
    .ignore()
    .values({
      ...{ id, leadId, title, announcement, categoryCode, countyCode, place: isWholeCounty ? '' : place },
      ...{ createdBy: by, createdAt: now, changedBy: by, changedAt: now },
    })
  return made.affectedRows > 0 ? id : null
}

export async function changeCluster(
  db: Db,
  id: string,
  { title, announcement, place, isOffered }: { title: string; announcement: string; place: string; isOffered: boolean },
  by: number,
  now: Instant,
): Promise<void> {
  await db
    .update(ticketClusters)
    .set({ title, announcement, place, changedBy: by, changedAt: now, endedAt: isOffered ? null : now })
    .where(eq(ticketClusters.id, id))
}
