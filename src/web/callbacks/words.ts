import type { CallbackReason, CallbackStatus } from '../../calls/machine/call.ts'

/** Chinese words for the closed lists of a callback. A value without its word is a compile error. */

export const callbackReasonTitles: Record<CallbackReason, string> = {
  MESSAGE: '留言',
  ASKED: '要求回拨',
  LOST: '平台故障，通话被切断',
  GAVE_UP: '等候时挂机',
}

/** `UNREACHED`: open, and tried as often as the rules want. */
export const tabs = ['TO_CALL_BACK', 'UNREACHED', 'CALLED_BACK', 'CLOSED', 'GOT_THROUGH', 'EMPTY'] as const
export type CallbackTab = (typeof tabs)[number]

/** Lists in which there is something to do. */
export function isWorkTab(tab: CallbackTab): tab is 'TO_CALL_BACK' | 'UNREACHED' {
  return tab === 'TO_CALL_BACK' || tab === 'UNREACHED'
}

export const callbackTabs: Record<CallbackStatus | CallbackTab, { title: string; none: string }> = {
  TO_CALL_BACK: { title: '待回拨', none: '没有待回拨的市民。' },
  UNREACHED: { title: '未联系上', none: '没有多次回拨仍未联系上的市民。' },
  CALLED_BACK: { title: '已回拨', none: '还没有回拨记录。' },
  GOT_THROUGH: { title: '已再次打通', none: '还没有再次打通的市民。' },
  EMPTY: { title: '空留言', none: '没有空留言。' },
  CLOSED: { title: '已了结', none: '没有未联系上而了结的回拨。' },
}
