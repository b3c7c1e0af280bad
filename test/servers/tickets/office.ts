import { eq } from 'drizzle-orm'
import { syncCalendar } from '../../../src/calendar/store.ts'
import type { RoleName } from '../../../src/people/person.ts'
import { users } from '../../../src/people/schema.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import type { TicketDetail, TicketList } from '../../../src/tickets/api.ts'
import { aWeb, type Page, type Person } from '../web/world.ts'
import { loadBasics, unit, yearsToCome } from './world.ts'

type Answer = { statusCode: number; body: string; json(): unknown }

/** A web role with units, categories, an agent, a dispatcher, a director and two clerks who are logged in. */
export async function anOffice(change: Parameters<typeof aWeb>[0] = {}) {
  const world = await aWeb(change)
  const { db } = world
  await loadBasics(db)
  await syncCalendar(db, yearsToCome, Date.now())
  const { id: agentId } = await world.agent('1001')
  await world.person('dispatcher', ['DISPATCHER'])
  await world.person('director', ['DIRECTOR'])
  for (const unitCode of ['cgj', 'rsj']) {
    const { id } = await world.person(unitCode, ['CLERK'])
    await db
      .update(users)
      .set({ unitCode: unit(unitCode) })
      .where(eq(users.id, id))
  }
  const cookies = new Map<string, string>()
  for (const name of ['1001', 'dispatcher', 'director', 'cgj', 'rsj']) cookies.set(name, await world.logIn(name))
  const as = (name: string) => cookies.get(name)

  const office = {
    ...world,
    /** A call that 1001 took. */
    ownCall: (change: Parameters<typeof world.call>[0] = {}) => world.call({ agentId, ...change }),
    /** One more person, who is logged in. */
    async join(name: string, role: RoleName, unitCode: UnitCode | null = null): Promise<Person> {
      const person = role === 'AGENT' ? await world.agent(name) : await world.person(name, [role])
      if (unitCode !== null) await db.update(users).set({ unitCode }).where(eq(users.id, person.id))
      cookies.set(name, await world.logIn(name))
      return person
    },
    /** After so long that every log-in is over. */
    async logInAgain(): Promise<void> {
      for (const name of cookies.keys()) cookies.set(name, await world.logIn(name))
    },
    /** A page of this person's log-in. */
    pageOf: (name: string) => world.page(as(name) ?? ''),
    /** A page of this person that is told what changes. */
    async watching(name: string): Promise<Page> {
      const page = await world.page(as(name) ?? '')
      await page.emitWithAck('tickets:watch')
      return page
    },
    get: async <T>(name: string, url: string): Promise<T> => (await world.get(url, as(name))).json() as T,
    code: (answer: Answer) => (answer.json() as { code?: string }).code ?? answer.statusCode,
    ask: (name: string, url: string, headers: Record<string, string> = {}) => world.get(url, as(name), { headers }),
    head: (name: string, url: string) => world.web.inject({ method: 'HEAD', url, headers: { cookie: as(name) ?? '' } }),
    send: (name: string, url: string, payload: object, headers: Record<string, string> = {}) =>
      world.post(url, as(name), payload, { headers }),
    put: (name: string, url: string, payload: object) =>
      world.web.inject({ method: 'PUT', url, payload, headers: { cookie: as(name) ?? '' } }),
    bytes: (name: string, url: string, payload: Buffer) =>
      world.post(url, as(name), payload, { headers: { 'content-type': 'application/octet-stream' } }),
    drop: (name: string, url: string) => world.delete(url, as(name) ?? ''),

    async create(change: object = {}): Promise<string> {
      const answer = await office.send('1001', '/api/tickets', { ...form, ...change })
      if (answer.statusCode !== 201) throw new Error(answer.body)
      return answer.json().number
    },
    act: (name: string, number: string, action: string, more: object = {}) =>
      office.send(name, `/api/tickets/${number}/actions`, { action, ...more }),
    detail: (name: string, number: string) => office.get<TicketDetail>(name, `/api/tickets/${number}`),
    list: (name: string, query = '') => office.get<TicketList>(name, `/api/tickets?${query}`),
  }
  return office
}

/** What an agent hands in, when nothing else is said. */
export const form = {
  type: 'HELP',
  categoryCode: '030401',
  countyCode: '140403',
  place: '英雄路与解放路口',
  content: '路灯不亮，已经三天了 𠀀🐎\n请尽快修',
  caller: { name: '张三丰', phone: '139 1234 5678' },
}
