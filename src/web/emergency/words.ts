import type { HandoverView } from '../../emergency/api.ts'
import { resultTitle } from '../calls/words.ts'
import { formatSpan } from '../ui/format.ts'

/** Words for a hand-over to 110, 119, 120 or 122. Pure. */

/** What the service was told of the caller, and whether it has confirmed that. */
export function receiptOf(packet: HandoverView['packet']): { title: string; tone: string } {
  if (packet === null) return { title: '没有接口，未发送', tone: '' }
  if (packet.state === 'ACKED') return { title: '对方已收到', tone: 'tone-ready' }
  if (packet.state === 'NACKED') return { title: '对方拒收', tone: 'tone-trouble' }
  if (packet.trouble === 'NOT_OURS') return { title: '密钥不一致', tone: 'tone-trouble' }
  return packet.state === 'GIVEN_UP'
    ? { title: '没有送达', tone: 'tone-trouble' }
    : { title: '正在发送', tone: 'tone-wrap-up' }
}

/** By what way the service learned of it. */
export function wayOf({ packet }: Pick<HandoverView, 'packet'>): string {
  return packet === null ? '电话' : '电话、信息推送'
}

/** `3 秒后接听`, or why it was not picked up. */
export function pickUpWords({ askedAt, pickedUpAt, result }: HandoverView): string {
  if (pickedUpAt !== null) return `${formatSpan(pickedUpAt - askedAt)} 后接听`
  return result === null ? '正在呼叫' : `未接听：${resultTitle(result)}`
}

/** Times that prove the hand-over, in their order. */
export const proofs = [
  ['askedAt', '按键'],
  ['dialledAt', '拨出'],
  ['pickedUpAt', '对方接听'],
  ['agentLeftAt', '话务员退出'],
  ['endedAt', '对方挂机'],
] as const
