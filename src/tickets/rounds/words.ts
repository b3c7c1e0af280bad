/** The closed lists of a ticket's rounds with their Chinese words. Pure: the web page imports this file too. */

/** FIRST: as it came. REDO: the citizen is not content, with reason. REOPEN: new facts. */
export const roundTitles = { FIRST: '首次办理', REDO: '重办', REOPEN: '重新受理' } as const
export type RoundKind = keyof typeof roundTitles

/** Why it is handled again. Source: domain model 3.4 of the second part, R1 to R6. */
export const redoReasons = {
  NOT_CONTACTED: '没有人联系来电人',
  NOT_ON_SITE: '没有到现场',
  UNTRUE: '答复与事实不符',
  PROMISE_BROKEN: '承诺没有兑现',
  CAME_BACK: '问题反弹',
  PARTLY: '只解决了一部分',
  OTHER: '其他原因',
} as const
export type RedoReason = keyof typeof redoReasons
export const redoReasonCodes = Object.keys(redoReasons) as [RedoReason, ...RedoReason[]]

/** Why a ticket is a problem of the whole city, and no longer of one unit (问题工单). Source: Bayannur 2024. */
export const problemTitles = {
  REDONE: '多次重办仍未解决',
  PASSED_ON: '多个单位推转，没有牵头单位',
} as const
export type Problem = keyof typeof problemTitles
export const problems = Object.keys(problemTitles) as [Problem, ...Problem[]]
