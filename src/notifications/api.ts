import { z } from 'zod'
import { refusals } from '../exchange/packet.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'
import { clockKinds } from '../tickets/life/ticket.ts'
import { noticeTopics } from './notification.ts'

/** Requests and answers of `/api/notifications`. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')

export const noticeQuery = z.object({
  ...pageQuery(20),
})

const notice = z.object({
  id: z.number(),
  topic: z.enum(noticeTopics),
  number: z.string().nullable().describe('of the ticket'),
  title: z.string().nullable(),
  clock: z.enum(clockKinds).nullable(),
  dueAt: instant.nullable(),
  unit: z.string().nullable().describe('short name of the unit that it is about'),
  year: z.number().nullable(),
  by: z.string().nullable().describe('administrator who made the link to a password'),
  who: z.string().nullable().describe('of a person who had too many records shown'),
  records: z.number().nullable(),
  packet: z
    .object({ to: z.string(), why: z.enum(refusals), setting: z.string() })
    .nullable()
    .describe('a message that the other side did not take'),
  at: instant,
  readAt: instant.nullable(),
  settledAt: instant.nullable().describe('since when it asks for nothing any more'),
})

export const noticeList = z
  .object({
    notifications: z.array(notice).describe('unread first, newest first'),
    next: nextCursor,
    unread: z.number().describe('100 stands for that and more'),
  })
  .meta({ id: 'NotificationList' })

const noticeId = z.number({ error: '通知编号应为数字' }).int().min(1)
export const noticesRead = z
  .union(
    [
      z.strictObject({ ids: z.array(noticeId).min(1).max(100, '一次最多 100 条') }),
      z.strictObject({ upTo: noticeId.describe('all up to this one, as the page saw them') }),
    ],
    { error: '请指明哪些通知已读' },
  )
  .meta({ id: 'NotificationsRead' })
export const unreadLeft = z.object({ unread: z.number() }).meta({ id: 'UnreadLeft' })

export type NoticeView = z.infer<typeof notice>
export type NoticeList = z.infer<typeof noticeList>
