import { boolean, index, int, mysqlTable, primaryKey, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId, SessionId, SkillId } from '../../platform/types.ts'
import type { AgentState } from './agent.ts'

/** A user who answers calls. The state columns follow Redis, so that a floor lost there can be rebuilt. */
export const agents = mysqlTable(
  'agents',
  {
    userId: int('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** 工号, spoken to the caller digit by digit. */
    number: code('number', 12).notNull(),
    state: code<AgentState>('state', 16).notNull().default('OFFLINE'),
    reason: varchar('reason', { length: 64 }),
    stateSince: instant('state_since').notNull(),
    callId: ulid<CallId>('call_id'),
    /** Increases with every change, so that a late write never wins. */
    version: int('version').notNull().default(0),
  },
  (t) => [uniqueIndex('agents_number').on(t.number)],
)

export const agentSkills = mysqlTable(
  'agent_skills',
  {
    userId: int('user_id')
      .notNull()
      .references(() => agents.userId, { onDelete: 'cascade' }),
    skill: code<SkillId>('skill').notNull(),
    /** 1 is the most able; offered first among equals in a later version of the rules. */
    level: int('level').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.userId, t.skill] })],
)

/** One row for each stay in one state: the basis of occupancy and adherence. */
export const agentSpans = mysqlTable(
  'agent_spans',
  {
    id: ulid('id').primaryKey(),
    userId: int('user_id')
      .notNull()
      .references(() => agents.userId),
    state: code<AgentState>('state', 16).notNull(),
    reason: varchar('reason', { length: 64 }),
    callId: ulid<CallId>('call_id'),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (t) => [index('agent_spans_user').on(t.userId, t.startedAt), index('agent_spans_start').on(t.startedAt)],
)

/**
 * A phone that an agent may answer on. BROWSER lives as long as a log-in, DESK until it is withdrawn.
 * Only the SIP digest (MD5 of user:realm:password) is kept.
 */
export const devices = mysqlTable(
  'devices',
  {
    /** Name of the SIP endpoint, e.g. `b-01JD…` or `d-1001-1`. */
    id: code('id', 64).primaryKey(),
    kind: code<'BROWSER' | 'DESK' | 'GUEST'>('kind', 12).notNull(),
    userId: int('user_id').references(() => agents.userId, { onDelete: 'cascade' }),
    sessionId: ulid<SessionId>('session_id'),
    label: varchar('label', { length: 64 }),
    digest: code('digest', 64).notNull(),
    /** Number shown as the caller's for a GUEST phone. */
    callerNumber: code('caller_number', 24),
    isChosen: boolean('is_chosen').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [
    index('devices_user').on(t.userId, t.withdrawnAt),
    index('devices_session').on(t.sessionId),
    index('devices_live').on(t.withdrawnAt, t.expiresAt),
  ],
)
