import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { CallId } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import type { CallRating } from './api.ts'
import { surveyByLink } from './owed.ts'
import { callSurveys } from './schema.ts'

/** With the closed records of these calls; written again it stays as it was. */
export async function writeSurveys(tx: Tx, calls: readonly Call[]): Promise<void> {
  const rows = calls.flatMap((call) => {
    const { id: callId, stage } = call
    const survey = call.survey ?? surveyByLink(call)
    if (!survey || stage.phase !== 'ended') return []
    const { agentId, result, ...asked } = survey
    // The platform was lost in the middle of the question.
    return [{ ...asked, callId, agentId: Number(agentId), result: result ?? ('FAILED' as const) }]
  })
  if (rows.length > 0) await tx.insert(callSurveys).ignore().values(rows)
}

/** @returns null: the caller was not asked */
export async function readRating(db: Db, callId: CallId): Promise<CallRating | null> {
  const { scale, level, result, askedAt } = callSurveys
  const [row] = await db
    .select({ scale, level, result, askedAt })
    .from(callSurveys)
    .where(eq(callSurveys.callId, callId))
  return row ?? null
}
