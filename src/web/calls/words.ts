import {
  endedByTitles,
  type Outcome,
  outcomes,
  outcomeTitles,
  partyResultTitles,
  type SegmentKind,
} from '../../calls/machine/call.ts'
import type { InquiryResult } from '../../calls/machine/inquiry.ts'
import { surveyTitles } from '../../calls/machine/survey/survey.ts'
import type { CallView } from '../../calls/machine/view.ts'
import type { CallRating } from '../../calls/survey/api.ts'
import type { LineConfidence, LineSource } from '../../lines/dialled.ts'

/** Chinese words for the closed lists of a call. A value without its word is a compile error. */

export { endedByTitles, outcomes, outcomeTitles }

export const inquiryTitles: Record<InquiryResult, string> = {
  FOUND: '已核验，已播报进度',
  NOT_FOUND: '编号或查询码不符',
  LOCKED: '查询次数过多',
  FAILED: '未能查询',
}

/** The text shown in place of a hidden number. */
export function numberWords({
  isCallerHidden,
  caller,
}: Pick<CallView, 'isCallerHidden'> & { caller: { number: string | null } }): string {
  return isCallerHidden ? '来电人信息保密' : (caller.number ?? '未显示号码')
}

export function isOutcome(text: string | null): text is Outcome {
  return text !== null && (outcomes as readonly string[]).includes(text)
}

export const phaseTitles: Record<CallView['phase'], string> = {
  greeting: '播报问候语',
  inquiring: '自助查询',
  waiting: '排队',
  messaging: '留言',
  arranging: '登记回拨',
  dialling: '外呼拨号',
  asking: '按键回访',
  offering: '派给话务员',
  talking: '通话',
  transferring: '转接中',
  fallback: '应急接听',
  surveying: '服务评价',
  ending: '结束中',
  ended: '已结束',
}

export const lineSourceTitles: Record<LineSource, string> = {
  DID: '由落地号码判定',
  DIVERSION: '由转接信息（Diversion）判定',
  HISTORY_INFO: '由呼叫历史（History-Info）判定',
  P_CALLED_PARTY: '由被叫信息判定',
  DIALLED: '直接拨打',
  UNKNOWN_DIVERSION: '转接号码未登记',
}

export const lineConfidenceTitles: Record<LineConfidence, string> = {
  CERTAIN: '确定',
  LIKELY: '很可能',
  ASSUMED: '推定',
}

export const segmentTitles: Record<SegmentKind, string> = {
  GREETING: '问候语',
  INQUIRY: '自助查询',
  WAITING: '排队',
  OFFER: '派给话务员',
  TALKING: '通话',
  HOLD: '保持',
  MESSAGE: '留言',
  CALLBACK: '登记回拨',
  FALLBACK: '应急接听',
  TRANSFER: '转接等待',
  DIAL: '呼叫第三方',
  CONSULT: '咨询',
  THREE_WAY: '三方通话',
  CALLING: '外呼拨号',
  RINGING: '对方振铃',
  SURVEY: '服务评价',
  ASKING: '按键回访',
}

/** `满意（3 级中的第 1 级）`, or why there is no rating. */
export function ratingWords({ scale, level, result }: CallRating): string {
  if (level === null) return `未评价（${unratedTitles[result]}）`
  return `${surveyTitles[scale][level - 1] ?? level}（${scale} 级中的第 ${level} 级）`
}

const unratedTitles: Record<CallRating['result'], string> = {
  RATED: '',
  NO_KEY: '没有按键',
  WRONG_KEY: '按错键',
  HUNG_UP: '已挂机',
  FAILED: '未能播报',
  LINK_DUE: '短信链接待发',
  LINK_SENT: '已发短信链接',
  NOT_SENT: '近期已邀请，不再发短信',
}

/** `由转接信息（Diversion）判定，确定` */
export function lineJudgement(source: string, confidence: string): string {
  const titles: Record<string, string> = { ...lineSourceTitles, ...lineConfidenceTitles }
  return `${titles[source] ?? source}，${titles[confidence] ?? confidence}`
}

const resultTitles: Record<string, string> = {
  ...outcomeTitles,
  ...partyResultTitles,
  CALLER_LEFT: '市民挂机',
  AGENT_ENDED: '话务员挂机',
  SYSTEM_ENDED: '系统结束',
  ANSWERED: '接听',
  NO_ANSWER: '振铃未接',
  DECLINED: '话务员电话拒接',
  UNREACHABLE: '话务员电话不可达',
  LOST: '中断',
  RUNG: '已振铃',
  NOT_READY: '话务员当时不空闲',
  KEY_PRESSED: '市民按键离开',
  AGENT_LOST: '话务员电话中断',
  TRANSFERRED: '已转接',
  LEFT: '已退出',
  RATED: '已评价',
  NOT_RATED: '未评价',
  BROKEN_OFF: '未答完',
  WANTS_AGENT: '转人工',
  VOICE_BOX: '语音信箱',
}

export function resultTitle(result: string): string {
  return resultTitles[result] ?? result
}
