import type { RedoReason } from '../tickets/rounds/words.ts'

/** The closed lists of follow-up (评价反馈) with their Chinese words. Pure: the web page imports this file too. */

/**
 * PLANNED: nobody was asked yet. WAITING: asked by link or tried in vain, the next try is due at `nextAt`. CALLING: a
 * call is under way. REVIEW: answered, a person decides what follows. DONE, EXEMPT, CANCELLED: over.
 */
export const followUpStates = ['PLANNED', 'WAITING', 'CALLING', 'REVIEW', 'DONE', 'EXEMPT', 'CANCELLED'] as const
export type FollowUpState = (typeof followUpStates)[number]
export const followUpStateTitles: Record<FollowUpState, string> = {
  PLANNED: '待回访',
  WAITING: '等待评价',
  CALLING: '回访中',
  REVIEW: '待研判',
  DONE: '已完成',
  EXEMPT: '免回访',
  CANCELLED: '已取消',
}

/** UNIT: the unit's own round (两次回访, the first of the two), which counts towards the same limits. */
export const meansKinds = ['LINK', 'KEYPAD', 'AGENT', 'UNIT'] as const
export type Means = (typeof meansKinds)[number]
export const meansTitles: Record<Means, string> = {
  LINK: '短信链接',
  KEYPAD: '按键回访',
  AGENT: '人工回访',
  UNIT: '承办单位回访',
}
export const voiceMeans = ['KEYPAD', 'AGENT', 'UNIT'] as const satisfies Means[]
export type VoiceMeans = (typeof voiceMeans)[number]

/**
 * What came of one attempt. ANSWERED: they rated. WANTS_AGENT: they pressed 0 and no agent was free. NOT_PLACED: the
 * call never left the hotline, so it was no try.
 */
export const attemptResults = [
  'SENT',
  'ANSWERED',
  'NO_ANSWER',
  'BUSY',
  'UNREACHABLE',
  'VOICEMAIL',
  'OTHER_PERSON',
  'WRONG_NUMBER',
  'REFUSED',
  'BROKEN_OFF',
  'WANTS_AGENT',
  'NOT_PLACED',
] as const
export type AttemptResult = (typeof attemptResults)[number]
export const attemptResultTitles: Record<AttemptResult, string> = {
  SENT: '已发出',
  ANSWERED: '已评价',
  NO_ANSWER: '无人接听',
  BUSY: '占线',
  UNREACHABLE: '关机或停机',
  VOICEMAIL: '语音信箱',
  OTHER_PERSON: '非本人接听',
  WRONG_NUMBER: '号码有误',
  REFUSED: '拒绝评价',
  BROKEN_OFF: '中途挂断',
  WANTS_AGENT: '要求人工',
  NOT_PLACED: '未拨出',
}

/** Kept apart: a person who was not reached, or who refused, never counts as content. Source: domain model 2, 3.5. */
export const outcomes = [
  'SATISFIED',
  'BASIC',
  'DISSATISFIED_REASONABLE',
  'DISSATISFIED_NOT',
  'PARTLY',
  'NOT_REACHED',
  'REFUSED',
  'WRONG_NUMBER',
  'OTHER_PERSON',
  'BROKEN_OFF',
  'EXEMPT',
] as const
export type Outcome = (typeof outcomes)[number]
export const outcomeTitles: Record<Outcome, string> = {
  SATISFIED: '满意',
  BASIC: '基本满意',
  DISSATISFIED_REASONABLE: '不满意（合理）',
  DISSATISFIED_NOT: '不满意（不合理）',
  PARTLY: '部分解决',
  NOT_REACHED: '未联系上',
  REFUSED: '拒绝评价',
  WRONG_NUMBER: '号码有误',
  OTHER_PERSON: '非本人',
  BROKEN_OFF: '中途挂断',
  EXEMPT: '免回访',
}

/** Q1: did the unit contact the citizen? */
export const contactAnswers = { YES: '联系过', NO: '没有联系', UNSURE: '记不清' } as const
export type ContactAnswer = keyof typeof contactAnswers
/** Q2: is it solved? EXPLAINED: not solved, but explained. */
export const solvedAnswers = {
  SOLVED: '已解决',
  PARTLY: '部分解决',
  EXPLAINED: '未解决，已解释说明',
  UNSOLVED: '未解决',
} as const
export type SolvedAnswer = keyof typeof solvedAnswers
/** Q3 and Q4, the five levels of 好差评. Source: 国办发〔2019〕51号. */
export const levels = {
  VERY_SATISFIED: '非常满意',
  SATISFIED: '满意',
  BASICALLY: '基本满意',
  DISSATISFIED: '不满意',
  VERY_DISSATISFIED: '非常不满意',
} as const
export type Level = keyof typeof levels

const codesOf = <Of extends object>(of: Of) => Object.keys(of) as [keyof Of & string, ...(keyof Of & string)[]]
export const contactCodes = codesOf(contactAnswers)
export const solvedCodes = codesOf(solvedAnswers)
export const levelCodes = codesOf(levels)

/** What a judge may decide about an answer. */
export const verdicts = ['REDO', 'REOPEN', 'EXPLAIN', 'LETTER', 'NEW_TICKET', 'SUPERVISE'] as const
export type Verdict = (typeof verdicts)[number]
export const verdictTitles: Record<Verdict, string> = {
  REDO: '合理，退回重办',
  REOPEN: '有新情况，重新受理',
  EXPLAIN: '不合理，解释说明',
  LETTER: '反馈承办单位改进',
  NEW_TICKET: '另立新工单',
  SUPERVISE: '转督办',
}

interface Reason {
  title: string
  /** What the table suggests; a person decides. */
  leadsTo: Verdict
  /** Whether the matter is to be handled again, once its proof was checked. */
  reopens: boolean
  redo: RedoReason
  /** Code under which it may be left out of the unit's score, see domain model 2, 2.5. */
  exclusion: 'E01' | 'E02' | 'E03' | 'E07' | null
}

const reopening = (title: string, redo: RedoReason): Reason => ({
  ...{ title, redo, leadsTo: 'REDO', reopens: true, exclusion: null },
})
const other = (title: string, leadsTo: Verdict, exclusion: Reason['exclusion'] = null): Reason => ({
  ...{ title, leadsTo, exclusion, reopens: false, redo: 'OTHER' },
})

/** Q5: why not content. Source: domain model 2, 3.4. */
export const reasons = {
  R1: reopening('没有人联系我', 'NOT_CONTACTED'),
  R2: reopening('没有到现场', 'NOT_ON_SITE'),
  R3: reopening('答复与事实不符', 'UNTRUE'),
  R4: reopening('承诺没有兑现', 'PROMISE_BROKEN'),
  R5: reopening('问题又出现了', 'CAME_BACK'),
  R6: reopening('只解决了一部分', 'PARTLY'),
  R7: other('办理人员态度不好', 'LETTER'),
  R8: other('办理太慢', 'LETTER'),
  R9: other('对政策规定不满意', 'EXPLAIN', 'E03'),
  R10: other('诉求超出职责范围', 'EXPLAIN', 'E01'),
  R11: other('须走司法途径', 'EXPLAIN', 'E02'),
  R12: other('对其他单位或热线不满意', 'NEW_TICKET', 'E07'),
} as const satisfies Record<string, Reason>
export type ReasonCode = keyof typeof reasons
export const reasonCodes = codesOf(reasons)
export const reasonTitles = Object.fromEntries(reasonCodes.map((code) => [code, reasons[code].title])) as Record<
  ReasonCode,
  string
>

/** Why nobody is asked. */
export const exemptions = {
  ANONYMOUS: '匿名来电，不回访',
  NO_NUMBER: '没有可以联系的号码',
  ENDED: '终止办理，无办理结果',
  BY_LEADER: '经批准免回访',
} as const
export type Exemption = keyof typeof exemptions
