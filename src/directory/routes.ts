import { z } from 'zod'
import type { Calendar } from '../calendar/calendar.ts'
import { isWorkedOrWeekday } from '../calendar/weekdays.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { pinyinOf } from '../platform/text/pinyin.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import {
  type DirectoryEntryView,
  directoryEntry,
  directoryList,
  directoryQuery,
  entryFacts,
  entryId,
  newEntry,
} from './api.ts'
import { type DirectoryEntry, dialDigits, findEntries } from './entry.ts'
import { hoursInWords, isOpenAt, readHours } from './hours.ts'
import { addEntry, changeEntry, readDirectory, withdrawEntry } from './store.ts'

export interface DirectoryParts {
  db: Db
  guard: Guard
  areaCode: string
  calendar(): Promise<Calendar>
  now(): Instant
}

/** The directory: found by agents, kept by administrators. Each change is audited in its transaction. */
export function routeDirectory(web: Web, parts: DirectoryParts): void {
  const { db, guard, areaCode, now } = parts
  const tags = ['directory']
  const admin = { onRequest: guard.needs('admin') }

  async function viewer(): Promise<(entry: DirectoryEntry) => DirectoryEntryView> {
    const calendar = await parts.calendar()
    const isWorkingDay = (day: string) => isWorkedOrWeekday(calendar, day)
    const at = now()
    return (entry) => {
      const hours = readHours(entry.hours)
      return {
        ...entry,
        hoursInWords: hours ? hoursInWords(hours) : '',
        isOpen: hours ? isOpenAt(hours, at, isWorkingDay) : null,
      }
    }
  }

  web.get(
    '/api/directory',
    {
      onRequest: guard.needs('directory.read'),
      schema: {
        operationId: 'findInDirectory',
        tags,
        summary: 'whom one may call, consult and transfer to; by name, pinyin or number',
        querystring: directoryQuery,
        response: { 200: directoryList },
      },
    },
    async (request) => {
      const { q, kind, limit } = request.query
      const [all, view] = await Promise.all([readDirectory(db), viewer()])
      const wanted = all.filter((entry) => kind === undefined || entry.kind === kind)
      const found = findEntries(
        wanted.map((entry) => ({ ...entry, pinyin: pinyinOf(entry.name) })),
        q,
      )
      const entries = found.slice(0, limit).map(({ pinyin: _, ...entry }) => view(entry))
      return { entries, total: found.length }
    },
  )

  web.post(
    '/api/admin/directory',
    {
      ...admin,
      schema: {
        operationId: 'addDirectoryEntry',
        tags,
        summary: 'a new entry; one that was taken out comes back',
        refusals: ['directory.number-taken'],
        body: newEntry,
        response: { 201: directoryEntry },
      },
    },
    async (request, reply) => {
      const { number: written, ...facts } = request.body
      const number = dialDigits(written, areaCode)
      if (number === null) {
        const message = '号码无法识别，请按拨打的写法填写，固定电话带区号'
        throw new Refusal('request.invalid', { detail: message, faults: [{ path: 'body.number', message }] })
      }
      const entry = await db.transaction(async (tx) => {
        const added = await addEntry(tx, { ...facts, number }, now())
        await guard.audit(tx, request, { action: 'directory.added', subject: added.number, details: facts })
        return added
      })
      return reply.code(201).send((await viewer())(entry))
    },
  )

  web.put(
    '/api/admin/directory/:id',
    {
      ...admin,
      schema: {
        operationId: 'changeDirectoryEntry',
        tags,
        summary: 'name, kind, hours and remark; the number stays: remove the entry and add another one',
        refusals: ['directory.not-found', 'directory.emergency-fixed'],
        params: entryId,
        body: entryFacts,
        response: { 200: directoryEntry },
      },
    },
    async (request) => {
      const entry = await db.transaction(async (tx) => {
        const before = await changeEntry(tx, request.params.id, request.body, now())
        await guard.audit(tx, request, {
          action: 'directory.changed',
          subject: before.number,
          details: { before, after: request.body },
        })
        return { ...before, ...request.body }
      })
      return (await viewer())(entry)
    },
  )

  web.delete(
    '/api/admin/directory/:id',
    {
      ...admin,
      schema: {
        operationId: 'withdrawDirectoryEntry',
        tags,
        summary: 'takes an entry out; its number is no longer dialled',
        refusals: ['directory.not-found', 'directory.emergency-fixed'],
        params: entryId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await db.transaction(async (tx) => {
        const entry = await withdrawEntry(tx, request.params.id, now())
        await guard.audit(tx, request, { action: 'directory.withdrawn', subject: entry.number, details: { entry } })
      })
      return reply.code(204).send(null)
    },
  )
}
