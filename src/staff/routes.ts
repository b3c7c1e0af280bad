import type { FastifyRequest } from 'fastify'
import type { AuditAction } from '../audit/action.ts'
import { audit } from '../audit/store.ts'
import type { Agents } from '../floor/agents/store.ts'
import { fromOf, type Guard } from '../people/guard.ts'
import type { Sessions } from '../people/sessions/sessions.ts'
import type { EndedSession } from '../people/store.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { type Fault, Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Site } from '../site/site.ts'
import { isUnit } from '../units/store.ts'
import {
  newStaff,
  passwordLink,
  reasoned,
  type StaffInput,
  sessionsEnded,
  staffAdded,
  staffId,
  staffInput,
  staffList,
  staffMember,
  staffQuery,
} from './api.ts'
import { needsNewLogIn, refusalOfChange, type StaffFacts, staffFaults } from './staff.ts'
import {
  addStaff,
  changeStaff,
  factsOf,
  listStaff,
  lockAdmins,
  makeLink,
  requireStaff,
  setActive,
  withdrawLinks,
} from './store.ts'

export interface StaffParts {
  db: Db
  guard: Guard
  sessions: Sessions
  agents: Pick<Agents, 'loadProfiles'>
  site: Pick<Site, 'skills'>
  now(): Instant
  log: Log
}

/** Who may log in, for administrators. Everything that is changed here is audited in the same transaction. */
export function routeStaff(web: Web, parts: StaffParts): void {
  const { db, guard, sessions, agents, site, now, log } = parts
  const tags = ['admin']
  const admin = { onRequest: guard.needs('admin') }
  const actorOf = (request: FastifyRequest) => guard.sessionOf(request).person

  async function write(tx: Tx, request: FastifyRequest, action: AuditAction, id: number, details: object) {
    const { id: actorId, username: actor } = actorOf(request)
    const { address } = fromOf(request)
    await audit(tx, { at: now(), actorId, actor, action, subject: String(id), address, details: { ...details } })
  }

  /** @throws Refusal with a fault for each field that does not fit */
  async function factsFrom(input: StaffInput): Promise<StaffFacts> {
    const facts: StaffFacts = { ...input, unitCode: input.unitCode as UnitCode | null }
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
  async function tellFloor(): Promise<void> {
    try {
      await agents.loadProfiles(now())
    } catch (error) {
      log.warn({ err: error }, 'floor profiles not reloaded: read at the next sign-in')
    }
  }

  /** @throws Refusal when it would lock the actor out, or the last administrator */
  async function allow(
    tx: Tx,
    request: FastifyRequest,
    id: number,
    next: (before: StaffFacts & { isActive: boolean }) => Pick<StaffFacts, 'roles'> & { isActive: boolean },
  ) {
    const admins = await lockAdmins(tx)
    const before = await requireStaff(tx, id, now())
    const others = admins.filter((admin) => admin !== id).length
    const facts = { ...factsOf(before), isActive: before.isActive }
    const refusal = refusalOfChange(actorOf(request).id, before, next(facts), others)
    if (refusal) throw new Refusal(refusal)
    return before
  }

  web.get(
    '/api/admin/people',
    {
      ...admin,
      schema: {
        operationId: 'listPeople',
        tags,
        summary: 'everybody who may log in',
        querystring: staffQuery,
        response: { 200: staffList },
      },
    },
    async (request) => {
      const { cursor = 0, limit, ...filter } = request.query
      const found = await listStaff(db, filter, { after: cursor, limit }, now())
      return { ...found, skills: site.skills.map(({ id, name }) => ({ id, name })) }
    },
  )

  web.get(
    '/api/admin/people/:id',
    {
      ...admin,
      schema: {
        operationId: 'readPerson',
        tags,
        summary: 'one person',
        refusals: ['person.not-found'],
        params: staffId,
        response: { 200: staffMember },
      },
    },
    (request) => requireStaff(db, request.params.id, now()),
  )

  web.post(
    '/api/admin/people',
    {
      ...admin,
      schema: {
        operationId: 'addPerson',
        tags,
        summary: 'a new person, with a link to set the first password; the link is shown once',
        refusals: ['person.username-taken', 'person.number-taken'],
        body: newStaff,
        response: { 201: staffAdded },
      },
    },
    async (request, reply) => {
      const { username, ...input } = request.body
      const facts = await factsFrom(input)
      const added = await db.transaction(async (tx) => {
        const id = await addStaff(tx, username, facts, now())
        const link = await makeLink(tx, id, actorOf(request).id, now())
        await write(tx, request, 'person.added', id, { username, ...facts })
        await write(tx, request, 'password.link-made', id, { username, expiresAt: link.expiresAt })
        return { id, link }
      })
      return reply.code(201).send({ person: await requireStaff(db, added.id, now()), link: added.link })
    },
  )

  web.put(
    '/api/admin/people/:id',
    {
      ...admin,
      schema: {
        operationId: 'changePerson',
        tags,
        summary: 'name, roles, unit, 工号 and skills; they hold at once',
        refusals: ['person.not-found', 'person.number-taken', 'person.own-role', 'person.last-admin'],
        params: staffId,
        body: staffInput,
        response: { 200: staffMember },
      },
    },
    async (request) => {
      const { id } = request.params
      const facts = await factsFrom(request.body)
      const ended = await db.transaction(async (tx) => {
        const was = await allow(tx, request, id, ({ isActive }) => ({ roles: facts.roles, isActive }))
        // A 工号 stays with its person: calls of the past name it.
        const wanted = { ...facts, agentNumber: facts.agentNumber ?? was.agentNumber }
        await changeStaff(tx, id, wanted, now())
        const before = factsOf(was)
        await write(tx, request, 'person.changed', id, { username: was.username, before, after: wanted })
        return needsNewLogIn(before, wanted) ? sessions.endAllOf(tx, id, 'changed', { from: fromOf(request) }) : []
      })
      await sessions.carryOut(ended)
      await sessions.renew(id)
      await tellFloor()
      return requireStaff(db, id, now())
    },
  )

  web.post(
    '/api/admin/people/:id/lock',
    {
      ...admin,
      schema: {
        operationId: 'lockPerson',
        tags,
        summary: 'no log-in any more; open ones end, a running call does not',
        refusals: ['person.not-found', 'person.own-lock', 'person.last-admin'],
        params: staffId,
        body: reasoned,
        response: { 200: staffMember },
      },
    },
    async (request) => {
      const { id } = request.params
      const { reason } = request.body
      const ended = await db.transaction(async (tx): Promise<EndedSession[]> => {
        const { username } = await allow(tx, request, id, ({ roles }) => ({ roles, isActive: false }))
        await setActive(tx, id, false)
        await withdrawLinks(tx, id, now())
        await write(tx, request, 'person.locked', id, { username, reason })
        return sessions.endAllOf(tx, id, 'locked', { from: fromOf(request) })
      })
      await sessions.carryOut(ended)
      return requireStaff(db, id, now())
    },
  )

  web.post(
    '/api/admin/people/:id/unlock',
    {
      ...admin,
      schema: {
        operationId: 'unlockPerson',
        tags,
        summary: 'may log in again',
        refusals: ['person.not-found'],
        params: staffId,
        body: reasoned,
        response: { 200: staffMember },
      },
    },
    async (request) => {
      const { id } = request.params
      await db.transaction(async (tx) => {
        const { username } = await requireStaff(tx, id, now())
        await setActive(tx, id, true)
        await write(tx, request, 'person.unlocked', id, { username, reason: request.body.reason })
      })
      await tellFloor()
      return requireStaff(db, id, now())
    },
  )

  web.post(
    '/api/admin/people/:id/sign-out',
    {
      ...admin,
      schema: {
        operationId: 'signPersonOut',
        tags,
        summary: 'ends every log-in of this person',
        refusals: ['person.not-found'],
        params: staffId,
        body: reasoned,
        response: { 200: sessionsEnded },
      },
    },
    async (request) => {
      const { id } = request.params
      const ended = await db.transaction(async (tx) => {
        const { username } = await requireStaff(tx, id, now())
        await write(tx, request, 'person.signed-out', id, { username, reason: request.body.reason })
        return sessions.endAllOf(tx, id, 'revoked', { from: fromOf(request) })
      })
      await sessions.carryOut(ended)
      return { ended: ended.length }
    },
  )

  web.post(
    '/api/admin/people/:id/password-link',
    {
      ...admin,
      schema: {
        operationId: 'makePasswordLink',
        tags,
        summary: 'a link by which this person sets a new password, once; older links hold no more',
        refusals: ['person.not-found', 'person.is-locked'],
        params: staffId,
        response: { 201: passwordLink },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const link = await db.transaction(async (tx) => {
        const { username, isActive } = await requireStaff(tx, id, now())
        if (!isActive) throw new Refusal('person.is-locked')
        const made = await makeLink(tx, id, actorOf(request).id, now())
        await write(tx, request, 'password.link-made', id, { username, expiresAt: made.expiresAt })
        return made
      })
      return reply.code(201).send(link)
    },
  )
}
