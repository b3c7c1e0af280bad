import { index, int, mysqlTable, tinyint, uniqueIndex } from 'drizzle-orm/mysql-core'
import { agents } from '../../floor/agents/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId } from '../../platform/types.ts'
import type { SurveyResult, SurveyScale } from '../machine/survey/survey.ts'
import { calls } from '../records/schema.ts'

/**
 * 服务评价: what callers said of a talk when it was over, a row for each that was asked. Apart from `calls`, which agents
 * read: a rating is for those who watch over the service.
 */
export const callSurveys = mysqlTable(
  'call_surveys',
  {
    /** One rating a call. */
    callId: ulid<CallId>('call_id')
      .primaryKey()
      .references(() => calls.id),
    /** Whose talk it was. */
    agentId: int('agent_id').references(() => agents.userId),
    scale: tinyint('scale').$type<SurveyScale>().notNull(),
    /** 1 is the best; NULL: no rating, see `result`. */
    level: tinyint('level'),
    result: code<SurveyResult>('result', 12).notNull(),
    askedAt: instant('asked_at').notNull(),
    answeredAt: instant('answered_at'),
  },
  (t) => [
    index('call_surveys_agent').on(t.agentId, t.askedAt),
    // Links that are to be sent.
    index('call_surveys_result').on(t.result, t.askedAt),
  ],
)

/** A link by which one talk is rated. Of the token only its digest is stored. */
export const callRatingLinks = mysqlTable(
  'call_rating_links',
  {
    callId: ulid<CallId>('call_id')
      .primaryKey()
      .references(() => calls.id),
    /** E.164: a number does not get one at every call. */
    number: code('number', 24).notNull(),
    tokenHash: code('token_hash', 64).notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    openedAt: instant('opened_at'),
  },
  (t) => [
    uniqueIndex('call_rating_links_token').on(t.tokenHash),
    index('call_rating_links_number').on(t.number, t.createdAt),
  ],
)
