import { type Call, callableNumber } from '../machine/call.ts'
import type { Survey } from '../machine/survey/survey.ts'

/** Who hung up before they could be asked: a link goes to their mobile phone instead. Pure. */

const mobile = /^\+86(1[3-9]\d{9})$/

/** @returns number as a message is sent to it; null where no link can be opened */
export function mobileOf(number: string | null): string | null {
  return mobile.exec(number ?? '')?.[1] ?? null
}

/** @returns what is asked by link; null where nothing is: the same rules as for the question by keys */
export function surveyByLink(call: Call): Survey | null {
  const { stage, surveyRules: rules, survey, outgoing, answeredAt, endedAt, agent, segments } = call
  if (stage.phase !== 'ended' || stage.outcome !== 'ANSWERED' || stage.endedBy !== 'CALLER') return null
  if (!rules || survey || outgoing || answeredAt === null || endedAt === null || agent === null) return null
  if (endedAt - answeredAt < rules.minTalkMs || mobileOf(callableNumber(call)) === null) return null
  if (segments.some(({ party }) => party?.emergencyBy !== undefined)) return null
  // Whom the agent has handed on to somebody outside would rate both.
  const last = segments.findLast(({ party }) => party === undefined)
  if (last?.agentId !== agent.id) return null
  const asked = { scale: rules.scale, askedAt: endedAt, agentId: agent.id }
  return { ...asked, level: null, result: 'LINK_DUE', answeredAt: null }
}
