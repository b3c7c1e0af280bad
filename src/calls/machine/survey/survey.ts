import type { AgentId, Instant } from '../../../platform/types.ts'

/**
 * 服务评价: the caller rates the talk by one key, once a call, after the agent has hung up. Pure. Source: domain model 6
 * (一次一评; both scales are kept) and 3.1.
 */

/** How many answers there are: 3 (满意, 一般, 不满意), or 5 as 好差评 has them. Key 1 is the best of either. */
export const surveyScales = [3, 5] as const
export type SurveyScale = (typeof surveyScales)[number]

/** What is asked, as the site wants it when the call enters. */
export interface SurveyRules {
  scale: SurveyScale
  /** A shorter talk is a wrong number or a dead line: nothing of it can be rated. */
  minTalkMs: number
}

/**
 * `RATED`: by a key or by a link; all others are no rating, and never counted as one. `LINK_DUE`, `LINK_SENT`, `NOT_SENT`:
 * who hung up before they could be asked gets a link by message, unless they had one a short while ago.
 */
export const surveyResults = [
  ...(['RATED', 'NO_KEY', 'WRONG_KEY', 'HUNG_UP', 'FAILED'] as const),
  ...(['LINK_DUE', 'LINK_SENT', 'NOT_SENT'] as const),
] as const
export type SurveyResult = (typeof surveyResults)[number]

/** One rating, or what became of the question. */
export interface Survey {
  scale: SurveyScale
  /** The end of the talk. */
  askedAt: Instant
  /** Whom it is about: the last agent of ours who had the caller. */
  agentId: AgentId
  /** 1 is the best; null where no key was pressed. */
  level: number | null
  /** Null while it is asked. */
  result: SurveyResult | null
  answeredAt: Instant | null
}

export const surveyTitles: Record<SurveyScale, readonly string[]> = {
  3: ['满意', '一般', '不满意'],
  5: ['非常满意', '满意', '基本满意', '不满意', '非常不满意'],
}

/** A bad rating (差评): of five levels the last two, of three the last one. */
export function isBadRating(scale: SurveyScale, level: number): boolean {
  return scale === 3 ? level === 3 : level >= 4
}
