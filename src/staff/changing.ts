import type { FastifyRequest } from 'fastify'
import type { Agents } from '../floor/agents/store.ts'
import type { Guard } from '../people/guard.ts'
import type { Sessions } from '../people/sessions/sessions.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { type Fault, Refusal } from '../platform/web/problem.ts'
import type { Site } from '../site/site.ts'
import { isUnit } from '../units/store.ts'
import type { StaffInput } from './api.ts'
import { refusalOfChange, type StaffFacts, staffFaults } from './staff.ts'
import { factsOf, lockAdmins, requireStaff } from './store.ts'

/** What every change of a person keeps to. */

export interface StaffParts {
  db: Db
  guard: Guard
  sessions: Sessions
  agents: Pick<Agents, 'loadProfiles'>
  site: Pick<Site, 'skills'>
  now(): Instant
  log: Log
}

/** @throws Refusal with a fault for each field that does not fit */
export async function factsFrom({ db, site }: Pick<StaffParts, 'db' | 'site'>, input: StaffInput): Promise<StaffFacts> {
  const facts: StaffFacts = input
  const faults: Fault[] = staffFaults(facts).map(({ field, message }) => ({ path: `body.${field}`, message }))
  const known = site.skills.map((skill) => String(skill.id))
  const names = facts.skills.map(({ skill }) => skill)
  if (names.some((name) => !known.includes(name)) || new Set(names).size < names.length) {
    faults.push({ path: 'body.skills', message: '技能组不存在或重复，请重新选择' })
  }
  if (facts.unitCode !== null && !(await isUnit(db, facts.unitCode))) {
    faults.push({ path: 'body.unitCode', message: '没有这个单位，或它已停用，请重新选择' })
  }
  const [first] = faults
  if (first) throw new Refusal('request.invalid', { detail: first.message, faults })
  return facts
}

/** The floor follows at once; where that fails, the next sign-in reads it. */
export async function tellFloor({ agents, log, now }: StaffParts): Promise<void> {
  try {
    await agents.loadProfiles(now())
  } catch (error) {
    log.warn({ err: error }, 'floor profiles not reloaded: read at the next sign-in')
  }
}

/** @throws Refusal when it would lock the actor out, or the last administrator */
export async function allow(
  { guard, now }: StaffParts,
  tx: Tx,
  request: FastifyRequest,
  id: number,
  next: (before: StaffFacts & { isActive: boolean }) => Pick<StaffFacts, 'roles'> & { isActive: boolean },
) {
  const admins = await lockAdmins(tx)
  const before = await requireStaff(tx, id, now())
  const others = admins.filter((admin) => admin !== id).length
  const facts = { ...factsOf(before), isActive: before.isActive }
  const refusal = refusalOfChange(guard.sessionOf(request).person.id, before, next(facts), others)
  if (refusal) throw new Refusal(refusal)
  return before
}
