import { and, desc, eq, gte, inArray, lt, or, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import { agents } from '../floor/agents/schema.ts'
import { replaceNumbersIn } from '../lines/in-text.ts'
import { maskNumber } from '../lines/mask.ts'
import { users } from '../people/schema.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { readCursor } from '../platform/web/paging.ts'
import type { AuditEntry, AuditList, auditFilter } from './api.ts'
import { auditEvents } from './schema.ts'

/** The audit as the auditor reads it: newest first, in pages along the index that fits the filter. */

export type AuditFilter = z.output<typeof auditFilter>

export async function listAudit(
  db: Db,
  filter: AuditFilter,
  page: { cursor: string | undefined; limit: number },
): Promise<AuditList> {
  const { actor, subject, action, result, from, to } = filter
  const where = and(
    actor === undefined ? undefined : eq(auditEvents.actor, actor),
    subject === undefined ? undefined : eq(auditEvents.subject, subject),
    action === undefined ? undefined : eq(auditEvents.action, action),
    result === undefined ? undefined : eq(auditEvents.isAllowed, result === 'allowed' ? 1 : 0),
    from === undefined ? undefined : gte(auditEvents.at, from),
    to === undefined ? undefined : lt(auditEvents.at, to),
    afterCursor(page.cursor),
  )
  const rows = await db
    .select({ event: auditEvents, name: users.name })
    .from(auditEvents, { forceIndex: indexFor(filter) })
    .leftJoin(users, eq(users.id, auditEvents.actorId))
    .where(where)
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? shown.at(-1)?.event : undefined
  const named = await personsAmong(db, shown)
  return { entries: shown.map((row) => entryOf(row, named)), next: last ? `${last.at}.${last.id}` : null }
}

interface Row {
  event: typeof auditEvents.$inferSelect
  name: string | null
}

/** The key of the person an entry is about: by id, or by 工号. */
function personKey({ action, subject }: Row['event']): string | null {
  if (subject === null || !/^\d{1,12}$/.test(subject)) return null
  if (/^(person|password)\./.test(action)) return `id ${subject}`
  return action === 'agent.state-set' ? `number ${subject}` : null
}

/** Names of those persons, by key. */
async function personsAmong(db: Db, rows: Row[]): Promise<Map<string, string>> {
  const keys = [...new Set(rows.flatMap(({ event }) => personKey(event) ?? []))]
  const of = (kind: string) => keys.filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length + 1))
  const [ids, numbers] = [of('id').map(Number), of('number')]
  if (keys.length === 0) return new Map()
  const people = await db
    .select({ id: users.id, username: users.username, name: users.name, number: agents.number })
    .from(users)
    .leftJoin(agents, eq(agents.userId, users.id))
    .where(or(inArray(users.id, ids), inArray(agents.number, numbers)))
  return new Map(
    people.flatMap(({ id, username, name, number }) => [
      [`id ${id}`, `${name}（${username}）`] as const,
      [`number ${number}`, `${name}（${number}）`] as const,
    ]),
  )
}

/** Each index continues by time; the most selective filter decides. */
function indexFor({ actor, subject, action }: AuditFilter): string {
  if (subject !== undefined) return 'audit_events_subject'
  if (actor !== undefined) return 'audit_events_actor_name'
  return action === undefined ? 'audit_events_at' : 'audit_events_action'
}

/** @throws Refusal for an invalid cursor */
function afterCursor(cursor: string | undefined): SQL | undefined {
  const last = readCursor(cursor, /^(?<at>\d{1,15})\.(?<id>\d{1,15})$/)
  if (last === null) return undefined
  const at: Instant = Number(last.at)
  return or(lt(auditEvents.at, at), and(eq(auditEvents.at, at), lt(auditEvents.id, Number(last.id))))
}

function entryOf({ event, name }: Row, named: Map<string, string>): AuditEntry {
  const { id, at, actor, action, subject, address, isAllowed, details } = event
  return {
    ...{ id, at, actor, name, action, address },
    subject: subject && masked(subject),
    subjectName: named.get(personKey(event) ?? '') ?? null,
    isAllowed: isAllowed === 1,
    details: details && masked(details),
  }
}

/** The auditor sees that a number was searched, not the citizen's number itself, wherever it was typed. */
function masked<T>(value: T): T
function masked(value: unknown): unknown {
  if (typeof value === 'string') return replaceNumbersIn(value, (digits) => maskNumber(digits) ?? '')
  if (Array.isArray(value)) return value.map((one) => masked(one))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one)]))
}
