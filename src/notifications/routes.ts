import type { FastifyRequest } from 'fastify'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { readCursor } from '../platform/web/paging.ts'
import type { Web } from '../platform/web/web.ts'
import { type NoticeView, noticeList, noticeQuery, noticesRead, unreadLeft } from './api.ts'
import type { NoticeFacts, NoticeTopic } from './notification.ts'
import { countUnread, listNotices, markRead, type NoticeCursor, type NoticeRow, type Reader } from './store.ts'

export function routeNotifications(web: Web, { db, guard, now }: { db: Db; guard: Guard; now(): Instant }): void {
  const tags = ['notifications']
  const anyLogIn = { onRequest: guard.needs() }

  const readerOf = (request: FastifyRequest): Reader => {
    const { person } = guard.sessionOf(request)
    return { userId: person.id, unitCode: person.unitCode ?? null }
  }

  web.get(
    '/api/notifications',
    {
      ...anyLogIn,
      schema: {
        operationId: 'listNotifications',
        tags,
        summary: "one's own and one's unit's, unread first",
        refusals: ['list.bad-cursor'],
        querystring: noticeQuery,
        response: { 200: noticeList },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query
      const reader = readerOf(request)
      const [rows, unread] = await Promise.all([
        listNotices(db, reader, positionOf(cursor), limit + 1),
        countUnread(db, reader),
      ])
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { notifications: shown.map(viewOf), next: last === undefined ? null : cursorOf(last), unread }
    },
  )

  web.post(
    '/api/notifications/read',
    {
      ...anyLogIn,
      schema: {
        operationId: 'markNotificationsRead',
        tags,
        summary: 'these have been read',
        body: noticesRead,
        response: { 200: unreadLeft },
      },
    },
    async (request) => {
      const reader = readerOf(request)
      await markRead(db, reader, request.body, now())
      return { unread: await countUnread(db, reader) }
    },
  )
}

function viewOf(row: NoticeRow): NoticeView {
  const { number, title, clock, dueAt, unit, year, by, who, records, packet, settledAt }: NoticeFacts = row.payload
  return {
    ...{ id: row.id, topic: row.topic as NoticeTopic, at: row.createdAt, readAt: row.readAt },
    ...{ number: number ?? null, title: title ?? null, clock: clock ?? null, dueAt: dueAt ?? null },
    ...{
      unit: unit ?? null,
      year: year ?? null,
      by: by ?? null,
      who: who ?? null,
      records: records ?? null,
      packet: packet ?? null,
      settledAt: settledAt ?? null,
    },
  }
}

function cursorOf({ id, readAt }: NoticeRow): string {
  return readAt === null ? `u.${id}` : `r.${readAt}.${id}`
}

function positionOf(cursor: string | undefined): NoticeCursor | null {
  const at = readCursor(cursor, /^(?:u\.(?<unreadId>\d{1,15})|r\.(?<readAt>\d{1,15})\.(?<readId>\d{1,15}))$/)
  if (at === null) return null
  if (at.unreadId !== undefined) return { part: 'unread', id: Number(at.unreadId) }
  return { part: 'read', readAt: Number(at.readAt), id: Number(at.readId) }
}
