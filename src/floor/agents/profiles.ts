import { and, desc, eq, gt, isNull, ne, or } from 'drizzle-orm'
import { sessions, users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { AgentId, Instant } from '../../platform/types.ts'
import type { KeptAgent } from '../queue/store.ts'
import type { Profile } from './agent.ts'
import { agentSkills, agents, devices } from './schema.ts'

/** People who answer calls, from the database. */

export async function readProfiles(db: Db, only?: AgentId): Promise<Profile[]> {
  const rows = await db
    .select({
      id: agents.userId,
      number: agents.number,
      name: users.name,
      version: agents.version,
      skill: agentSkills.skill,
    })
    .from(agents)
    .innerJoin(users, eq(users.id, agents.userId))
    .leftJoin(agentSkills, eq(agentSkills.userId, agents.userId))
    .where(and(eq(users.isActive, true), only === undefined ? undefined : eq(agents.userId, Number(only))))
    .orderBy(agents.userId, agentSkills.skill)
  const found = new Map<number, Profile>()
  for (const row of rows) {
    const profile = found.get(row.id) ?? {
      id: String(row.id) as AgentId,
      number: row.number,
      name: row.name,
      skills: [],
      version: row.version,
    }
    if (row.skill !== null) profile.skills.push(row.skill)
    found.set(row.id, profile)
  }
  return [...found.values()]
}

/**
 * Agents as the database last saw them on the floor, with the log-in and the phone that are still valid. A reserved or
 * rung agent is READY again; a talking one is in wrap-up, unless the calls say that the talk goes on.
 */
export async function readKeptAgents(db: Db, now: Instant, wrapUpMs: number): Promise<KeptAgent[]> {
  const [profiles, rows, logins, phones] = await Promise.all([
    readProfiles(db),
    db.select().from(agents).where(ne(agents.state, 'OFFLINE')),
    db
      .select({ id: sessions.id, userId: sessions.userId })
      .from(sessions)
      .innerJoin(agents, eq(agents.userId, sessions.userId))
      .where(and(isNull(sessions.endedAt), gt(sessions.expiresAt, now)))
      .orderBy(desc(sessions.createdAt)),
    db
      .select()
      .from(devices)
      .where(and(isNull(devices.withdrawnAt), or(isNull(devices.expiresAt), gt(devices.expiresAt, now)))),
  ])
  const profileOf = new Map(profiles.map((profile) => [profile.id, profile]))
  return rows.flatMap((row): KeptAgent[] => {
    const profile = profileOf.get(String(row.userId) as AgentId)
    const login = logins.find((session) => session.userId === row.userId)
    if (!profile || !login) return []
    const own = phones.filter((device) => device.userId === row.userId)
    const phone =
      own.find((device) => device.kind === 'DESK' && device.isChosen) ??
      own.find((device) => device.kind === 'BROWSER' && device.sessionId === login.id)
    return [
      {
        ...profile,
        ...stateAfterLoss(row.state, row.reason, row.stateSince, now, wrapUpMs),
        sessionId: login.id,
        endpoint: phone?.id ?? null,
        idleSince: row.stateSince,
      },
    ]
  })
}

function stateAfterLoss(
  state: (typeof agents.$inferSelect)['state'],
  reason: string | null,
  since: Instant,
  now: Instant,
  wrapUpMs: number,
): Pick<KeptAgent, 'state' | 'reason' | 'wrapUpUntil'> {
  switch (state) {
    case 'NOT_READY':
    case 'BREAK':
      return { state, reason, wrapUpUntil: null }
    case 'TALKING':
    case 'HOLD':
    case 'OUTBOUND':
      return { state: 'WRAP_UP', reason: null, wrapUpUntil: now + wrapUpMs }
    case 'WRAP_UP':
      return { state: 'WRAP_UP', reason: null, wrapUpUntil: Math.max(now, since + wrapUpMs) }
    default:
      return { state: 'READY', reason: null, wrapUpUntil: null }
  }
}
