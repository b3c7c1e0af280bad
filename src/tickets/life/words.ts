import type { TaskStep } from './tasks.ts'

/** The closed lists of a ticket with their Chinese words. Pure: the web page imports this file too. */

export const ticketStates = [
  'DRAFT',
  'PENDING_REVIEW',
  'REGISTERED',
  'DISPATCHED',
  'SIGNED',
  'REPLIED',
  'CLOSED',
  'ARCHIVED',
  'DIRECT_CLOSED',
  'CLASSIFIED',
  'AT_PROVINCE',
  'HANDED_OVER',
  'MERGED',
  'VOIDED',
] as const
export type TicketState = (typeof ticketStates)[number]

export const stateTitles: Record<TicketState, string> = {
  DRAFT: '草稿',
  PENDING_REVIEW: '待预审',
  REGISTERED: '待派单',
  DISPATCHED: '待签收',
  SIGNED: '办理中',
  REPLIED: '待审核答复',
  CLOSED: '已办结',
  ARCHIVED: '已归档',
  DIRECT_CLOSED: '直接办结',
  CLASSIFIED: '分类处理',
  AT_PROVINCE: '已上转省平台',
  HANDED_OVER: '已移交紧急救助',
  MERGED: '已并单',
  VOIDED: '作废',
}

/** States with work still to do. */
export const openStates = [
  'PENDING_REVIEW',
  'REGISTERED',
  'DISPATCHED',
  'SIGNED',
  'REPLIED',
] as const satisfies TicketState[]

/** Histories also tell of a state that was given up: a return is asked for beside the state now, see `requests.ts`. */
export const historyStates = [...ticketStates, 'RETURNED'] as const
export type HistoryState = (typeof historyStates)[number]
export const historyStateTitles: Record<HistoryState, string> = { ...stateTitles, RETURNED: '退单待审' }

export const ticketTypes = ['CONSULT', 'HELP', 'COMPLAINT', 'REPORT', 'SUGGEST', 'PRAISE', 'OTHER'] as const
export type TicketType = (typeof ticketTypes)[number]
export const typeTitles: Record<TicketType, string> = {
  CONSULT: '咨询',
  HELP: '求助',
  COMPLAINT: '投诉',
  REPORT: '举报',
  SUGGEST: '建议',
  PRAISE: '表扬',
  OTHER: '其他',
}

/** P1 danger to life or property; P2 water, power, gas, heat, many people; P3 all else. Source: domain model 3.5. */
export const urgencies = ['P1', 'P2', 'P3'] as const
export type Urgency = (typeof urgencies)[number]
export const urgencyTitles: Record<Urgency, string> = { P1: '特急', P2: '紧急', P3: '一般' }

export const channels = [
  'PHONE',
  'WEB',
  'WECHAT',
  'APP',
  'SMS',
  'MAILBOX',
  'LETTER',
  'WALK_IN',
  'OUTBOUND',
  'PROVINCE',
  'NATIONAL',
  'POLICE_110',
  'OTHER_CITY',
] as const
export type Channel = (typeof channels)[number]
export const channelTitles: Record<Channel, string> = {
  PHONE: '电话',
  WEB: '网站',
  WECHAT: '微信',
  APP: '手机应用',
  SMS: '短信',
  MAILBOX: '信箱',
  LETTER: '来信',
  WALK_IN: '来访',
  OUTBOUND: '外呼',
  PROVINCE: '省平台',
  NATIONAL: '国家平台',
  POLICE_110: '110',
  OTHER_CITY: '外市',
}

/** Why a unit returns a ticket. The legal basis is in the note. Source: domain model 8.1 of its second part. */
export const returnReasons = {
  U1: 'U1 不属于本辖区',
  U2: 'U2 不属于本单位职责',
  U3: 'U3 不属于本级事权',
  U4: 'U4 依法由其他部门主管',
  U5: 'U5 同一事项已办理',
  U6: 'U6 不属于政府职责',
  U7: 'U7 不属于乡镇（街道）职责',
  U8: 'U8 主要事实缺失，无法办理',
} as const
export type ReturnReason = keyof typeof returnReasons
export const returnReasonCodes = Object.keys(returnReasons) as [ReturnReason, ...ReturnReason[]]

/** Why the handling stands still for a while. */
export const suspensionReasons = {
  LITIGATION: '正在诉讼、仲裁或复议',
  TESTING: '等待检测、鉴定结果',
  SEASON: '受季节、天气限制',
  AWAITS_OTHERS: '等待其他单位或来电人配合',
  HELD_OTHERWISE: '其他客观原因',
} as const
export type SuspensionReason = keyof typeof suspensionReasons
export const suspensionReasonCodes = Object.keys(suspensionReasons) as [SuspensionReason, ...SuspensionReason[]]

/** Why a matter is promised for a later day. */
export const promiseReasons = {
  LEGACY: '历史遗留问题',
  FUNDS: '需落实资金',
  STATUTORY_TEST: '需法定检测、评估',
  WORKS: '需工程施工',
} as const
export type PromiseReason = keyof typeof promiseReasons
export const promiseReasonCodes = Object.keys(promiseReasons) as [PromiseReason, ...PromiseReason[]]

/** Why there is nothing more to say. */
export const finalReasons = {
  LAWFUL: '依法依规不能支持，已解释',
  SETTLED: '已依法办结，无新事实',
} as const
export type FinalReason = keyof typeof finalReasons
export const finalReasonCodes = Object.keys(finalReasons) as [FinalReason, ...FinalReason[]]

/** Why the handling ends without a result. */
export const endReasons = {
  WITHHELD: '来电人不提供必要信息',
  NOT_REACHED: '三次以上联系不上来电人',
  WITHDRAWN: '来电人撤回诉求',
} as const
export type EndReason = keyof typeof endReasons
export const endReasonCodes = Object.keys(endReasons) as [EndReason, ...EndReason[]]

/** Returns of before the codes U1 to U8 can still be read. */
const formerReturnReasons = {
  NOT_OUR_DUTY: '不属于本单位职责',
  NOT_OUR_TERRITORY: '不属于本辖区',
  WRONG_CATEGORY: '事项分类有误',
  UNCLEAR: '诉求内容不清，无法办理',
  DUPLICATE: '与在办工单重复',
  OUT_OF_SCOPE: '不属于热线受理范围',
  OTHER: '其他原因',
} as const

/** Every reason that a request may have. */
export const requestReasons = {
  ...returnReasons,
  ...suspensionReasons,
  ...promiseReasons,
  ...finalReasons,
  ...endReasons,
  ...formerReturnReasons,
} as const
export type RequestReason = keyof typeof requestReasons
export const requestReasonCodes = Object.keys(requestReasons) as [RequestReason, ...RequestReason[]]

/** Why a ticket is void: it should not be there. What another body handles is classified, see `exits/classified.ts`. */
export const voidReasons = {
  DUPLICATE: '重复登记',
  MISTAKE: '误登记',
} as const
export type VoidReason = keyof typeof voidReasons
export const voidReasonCodes = Object.keys(voidReasons) as [VoidReason, ...VoidReason[]]

/** Why a dispatcher has to decide. */
export const inboxMarks = ['NO_RULE', 'NO_UNIT', 'AGENT_ASKS', 'REPEATED', 'FROM_PROVINCE', 'UNMERGED'] as const
export type InboxMark = (typeof inboxMarks)[number]
/** How it ended. FINAL: by a final answer (最终答复). ENDED: without a result (终止办理). A void ticket did not end. */
export type CloseKind = 'DIRECT' | 'HANDLED' | 'FINAL' | 'ENDED' | 'CLASSIFIED' | 'HANDED_OVER' | 'PROVINCE' | 'MERGED'

/** Of a part of a ticket: what a co-unit or a unit below has come to. */
export const partStepTitles: Record<TaskStep, string> = {
  SENT: '待签收',
  SIGNED: '办理中',
  ANSWERED: '已答复',
  DECLINED: '退回待定',
  LAPSED: '未答复',
}
