import { z } from 'zod'
import { categoryCode, countyCode, ulid } from '../../platform/text/codes.ts'
import { manyLines, oneLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { ticketNumber, ticketSummary } from '../api.ts'
import { ticketStates } from '../life/words.ts'

/** What the API takes and gives of merged tickets and events. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })

export const mergeInput = z
  .object({ numbers: z.array(ticketNumber).min(1, '请选择要并入的工单').max(50, '一次最多并入 50 张') })
  .meta({ id: 'TicketsToMerge' })
export const mergeResults = z
  .object({
    results: z.array(
      z.object({
        number: z.string(),
        isMerged: z.boolean(),
        code: z.string().nullable().describe('why not'),
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'MergeResults' })
export type MergeResults = z.infer<typeof mergeResults>

export const followerQuery = z.object(pageQuery())
export const followers = z
  .object({ tickets: z.array(ticketSummary).describe('in the order in which they came'), next: nextCursor })
  .meta({ id: 'MergedTickets' })
export type Followers = z.infer<typeof followers>

const clusterFields = {
  title: oneLine(64, '事件名称'),
  announcement: manyLines(1_000, '告知话术').refine((text) => text.trim() !== '', '请填写告知话术'),
  place: z.union([z.literal(''), oneLine(255, '范围')]).default(''),
}
export const clusterInput = z
  .object({ lead: ticketNumber.describe('leads'), ...clusterFields, isWholeCounty: z.boolean().default(true) })
  .meta({ id: 'NewCluster' })
export const clusterChange = z.object({ ...clusterFields, isOffered: z.boolean() }).meta({ id: 'ClusterChange' })
export const clusterId = z.object({ id: ulid })

export const cluster = z
  .object({
    id: z.string(),
    title: z.string(),
    announcement: z.string().describe('read to each caller'),
    category: z.object({ code: categoryCode, name: z.string() }),
    county: z.object({ code: countyCode, name: z.string() }).nullable().describe('null: the whole city'),
    place: z.string().describe('empty: all of the county'),
    lead: z.object({ number: z.string(), state: z.enum(ticketStates), leadUnit: named.nullable() }),
    callers: z.number().describe('with that of the lead'),
    createdAt: instant,
    changedAt: instant,
    isOffered: z.boolean().describe('to agents whose caller says the same'),
  })
  .meta({ id: 'TicketCluster' })
export type Cluster = z.infer<typeof cluster>
export const clusterList = z.object({ clusters: z.array(cluster) }).meta({ id: 'TicketClusterList' })
export type ClusterList = z.infer<typeof clusterList>
