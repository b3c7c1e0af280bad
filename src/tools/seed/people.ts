import { and, eq, inArray } from 'drizzle-orm'
import { agents } from '../../floor/agents/schema.ts'
import type { RoleName } from '../../people/person.ts'
import { userRoles, users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { By } from '../../tickets/records/rows.ts'
import { nameOf } from './city.ts'
import { type Random, randomOf } from './random.ts'

/** Who acts in the generated tickets. A missing kind of person is added, and cannot log in. */

type Someone = NonNullable<By>

export interface Cast {
  agent(random: Random): Someone
  dispatcher(random: Random): Someone
  clerkOf(unit: UnitCode, random: Random): Someone
}

const fewestAgents = 24
const fewestDispatchers = 4

export async function castOf(db: Db, unitCodes: readonly UnitCode[], now: Instant): Promise<Cast> {
  await addMissing(db, unitCodes, now)
  const people = await readPeople(db)
  const of = (role: RoleName) => people.filter((person) => person.roles.includes(role)) as [Someone, ...Someone[]]
  const [agentsOfCity, dispatchers] = [of('AGENT'), of('DISPATCHER')]
  const clerks = Map.groupBy([...of('CLERK'), ...of('WORKSTATION')], (person) => person.unitCode)
  return {
    agent: (random) => random.pick(agentsOfCity),
    dispatcher: (random) => random.pick(dispatchers),
    clerkOf(unit, random) {
      const [one, ...more] = clerks.get(unit) ?? []
      if (!one) throw new Error(`no person of unit ${unit}`)
      return random.pick([one, ...more])
    },
  }
}

async function readPeople(db: Db): Promise<Someone[]> {
  const rows = await db
    .select({ id: users.id, name: users.name, unitCode: users.unitCode, role: userRoles.role })
    .from(users)
    .innerJoin(userRoles, eq(userRoles.userId, users.id))
    .orderBy(users.id)
  const people = new Map<number, Someone>()
  for (const { id, name, unitCode, role } of rows) {
    const person = people.get(id) ?? { id, name, unitCode: unitCode as UnitCode | null, roles: [] }
    person.roles.push(role)
    people.set(id, person)
  }
  return [...people.values()]
}

async function addMissing(db: Db, unitCodes: readonly UnitCode[], now: Instant): Promise<void> {
  const known = await readPeople(db)
  const countOf = (role: RoleName) => known.filter((person) => person.roles.includes(role)).length
  const manned = new Set(known.map((person) => person.unitCode))
  const wanted: [username: string, role: RoleName, unitCode: UnitCode | null][] = [
    ...several('seed-agent', 'AGENT', fewestAgents - countOf('AGENT')),
    ...several('seed-dispatcher', 'DISPATCHER', fewestDispatchers - countOf('DISPATCHER')),
    ...unitCodes
      .filter((code) => !manned.has(code))
      .map((code): [string, RoleName, UnitCode] => [`seed-${code}`, 'CLERK', code]),
  ]
  if (wanted.length === 0) return
  await db.transaction(async (tx) => {
    await tx.insert(users).values(
      wanted.map(([username, , unitCode], at) => ({
        username,
        name: nameOf(randomOf(at)),
        // No password has this hash.
        passwordHash: '-',
        isActive: false,
        unitCode,
        createdAt: now,
        passwordChangedAt: now,
      })),
    )
    const names = wanted.map(([username]) => username)
    const made = await tx
      .select()
      .from(users)
      .where(and(inArray(users.username, names), eq(users.isActive, false)))
    const idOf = new Map(made.map((user) => [user.username, user.id]))
    const rows = wanted.map(([username, role]) => ({ userId: idOf.get(username) ?? 0, role }))
    await tx.insert(userRoles).values(rows)
    const newAgents = rows.filter((row) => row.role === 'AGENT')
    if (newAgents.length === 0) return
    await tx.insert(agents).values(newAgents.map(({ userId }) => ({ userId, number: `s${userId}`, stateSince: now })))
  })
}

function several(stem: string, role: RoleName, count: number): [string, RoleName, null][] {
  return Array.from({ length: Math.max(0, count) }, (_, at) => [`${stem}-${at + 1}`, role, null])
}
