import { dueInWords } from '../calendar/time-left.ts'
import type { Instant } from '../platform/types.ts'
import { type NoticeFacts, type NoticeTopic, noticeHeadline } from './notification.ts'

/** The text of an e-mail to a unit. It may be read on its way: nothing about the caller, nothing of what they said. */
export interface LetterHead {
  /** Of the hotline, e.g. 长治12345. */
  siteName: string
  /** Of the pages, without a slash at its end. */
  publicUrl: string
}

export interface Letter {
  subject: string
  text: string
}

export function letterOf(topic: NoticeTopic, facts: NoticeFacts, head: LetterHead, now: Instant): Letter {
  const { number = '', title, isCallerHidden, dueAt } = facts
  const headline = noticeHeadline(topic, facts)
  const isTitleSaid = title !== undefined && title !== '' && isCallerHidden !== true
  const lines = [
    `${headline}。`,
    '',
    `工单编号：${number}`,
    isTitleSaid ? `标题：${title}` : '标题：不在邮件中显示，请登录系统查看',
    ...(dueAt == null ? [] : [`期限：${dueInWords(dueAt, now)}`]),
    '',
    `办理：${head.publicUrl}/tickets/${number}`,
    '',
    '本邮件由系统自动发出，请勿回复。',
  ]
  return { subject: `【${head.siteName}】${headline} ${number}`, text: lines.join('\n') }
}
