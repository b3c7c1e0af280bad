import { bigint, index, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { Instant } from '../../platform/types.ts'
import type { ChangeKind, RuleFacts, RuleSource } from './rule.ts'

/** Who changed a row of the catalogue, when and why, with what it said before and after. Only ever added. */
export const catalogueChanges = mysqlTable(
  'catalogue_changes',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    ruleKey: code('rule_key', 64).notNull(),
    kind: code<ChangeKind>('kind', 8).notNull(),
    source: code<RuleSource>('source', 8).notNull(),
    at: instant('at').notNull(),
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    why: varchar('why', { length: 200 }).notNull(),
    before: json('before_it').$type<RuleFacts | null>(),
    after: json('after_it').$type<RuleFacts | null>(),
  },
  (t) => [index('catalogue_changes_rule').on(t.ruleKey, t.id)],
)

export interface Approval {
  id: number
  name: string
  at: Instant
}
export type ProposalState = 'OPEN' | 'ADOPTED' | 'REFUSED'

/** Rules that a ruling proposes; two people approve one. */
export const ruleProposals = mysqlTable(
  'rule_proposals',
  {
    id: ulid('id').primaryKey(),
    /** Of the dispute whose ruling proposes it. */
    sourceId: ulid('source_id').notNull(),
    /** Number of its minutes. */
    sourceWords: varchar('source_words', { length: 64 }).notNull(),
    facts: json('facts').$type<RuleFacts>().notNull(),
    state: code<ProposalState>('state', 8).notNull(),
    approvals: json('approvals').$type<Approval[]>().notNull(),
    proposedAt: instant('proposed_at').notNull(),
    proposedBy: int('proposed_by').references(() => users.id),
    proposedByName: varchar('proposed_by_name', { length: 64 }).notNull(),
    ruleKey: code('rule_key', 64),
    refusedBy: varchar('refused_by', { length: 64 }),
    refusedWhy: varchar('refused_why', { length: 200 }),
    decidedAt: instant('decided_at'),
  },
  (t) => [index('rule_proposals_source').on(t.sourceId)],
)
