import { fromOf } from '../people/guard.ts'
import type { Web } from '../platform/web/web.ts'
import { newStaff, staffAdded, staffId, staffInput, staffList, staffMember, staffQuery } from './api.ts'
import { allow, factsFrom, type StaffParts, tellFloor } from './changing.ts'
import { needsNewLogIn } from './staff.ts'
import { addStaff, changeStaff, factsOf, listStaff, makeLink, requireStaff } from './store.ts'

/** Who may log in, for administrators. Everything that is changed here is audited in the same transaction. */
export function routeStaff(web: Web, parts: StaffParts): void {
  const { db, guard, sessions, site, now } = parts
  const tags = ['admin']
  const admin = { onRequest: guard.needs('admin') }

  web.get(
    '/api/admin/people',
    {
      ...admin,
      schema: {
        operationId: 'listPeople',
        tags,
        summary: 'all people who may log in',
        querystring: staffQuery,
        response: { 200: staffList },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query
      const found = await listStaff(db, filter, { cursor, limit }, now())
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
      const facts = await factsFrom(parts, input)
      const added = await db.transaction(async (tx) => {
        const id = await addStaff(tx, username, facts, now())
        const link = await makeLink(tx, id, guard.sessionOf(request).person.id, now())
        await guard.audit(tx, request, { action: 'person.added', subject: String(id), details: { username, ...facts } })
        await guard.audit(tx, request, {
          action: 'password.link-made',
          subject: String(id),
          details: { username, expiresAt: link.expiresAt },
        })
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
      const facts = await factsFrom(parts, request.body)
      const ended = await db.transaction(async (tx) => {
        const was = await allow(parts, tx, request, id, ({ isActive }) => ({ roles: facts.roles, isActive }))
        // A 工号 stays with its person: calls of the past name it.
        const wanted = { ...facts, agentNumber: facts.agentNumber ?? was.agentNumber }
        await changeStaff(tx, id, wanted, now())
        const before = factsOf(was)
        await guard.audit(tx, request, {
          action: 'person.changed',
          subject: String(id),
          details: { username: was.username, before, after: wanted },
        })
        return needsNewLogIn(before, wanted) ? sessions.endAllOf(tx, id, 'changed', { from: fromOf(request) }) : []
      })
      await sessions.carryOut(ended)
      await sessions.renew(id)
      await tellFloor(parts)
      return requireStaff(db, id, now())
    },
  )
}
