import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { InjectOptions } from 'fastify'
import { io, type Socket } from 'socket.io-client'
import { ulid } from 'ulid'
import { expect, onTestFinished } from 'vitest'
import { openBus } from '../../../src/bus.ts'
import { callNotes, calls } from '../../../src/calls/records/schema.ts'
import type { ClientToServer, ServerToClient } from '../../../src/desk/protocol.ts'
import { agentSkills, agents } from '../../../src/floor/agents/schema.ts'
import { openAgents } from '../../../src/floor/agents/store.ts'
import { syncLines } from '../../../src/lines/store.ts'
import { hashPassword } from '../../../src/people/password.ts'
import type { RoleName } from '../../../src/people/person.ts'
import { userRoles, users } from '../../../src/people/schema.ts'
import { openSessions } from '../../../src/people/sessions/sessions.ts'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { createLogger, type Log } from '../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../src/platform/redis/redis.ts'
import type { CallId, PromptId, SkillId } from '../../../src/platform/types.ts'
import { undeclaredRefusal } from '../../../src/platform/web/errors.ts'
import type { WebSettings } from '../../../src/roles/web/edges.ts'
import { type OpenWeb, openWeb } from '../../../src/roles/web.ts'
import { requireSite } from '../../../src/site/load.ts'
import type { Line, Site } from '../../../src/site/site.ts'
import { freshServers } from '../world.ts'
import { severable } from './severable.ts'

/** A web role of a test's own, with real servers behind it and a few people who can log in. */

export const password = 'correct horse 电池 🐎'
const passwordHash = hashPassword(password)
const silent = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))

/** A log of which only one kind of line is kept: refusals that the API's document does not tell of. */
function watchful(undeclared: string[]): Log {
  const write = (line: Buffer, _encoding: string, done: () => void) => {
    if (line.includes(undeclaredRefusal)) undeclared.push(line.toString())
    done()
  }
  return createLogger('test', 'warn', new Writable({ write }))
}

function aLine(number: string, name: string): Line {
  return {
    number,
    name,
    department: '市政务服务中心',
    mode: 'MERGED_FORWARD',
    landingDids: [],
    greeting: 'greeting' as PromptId,
    menu: null,
    skill: 'general' as SkillId,
    priority: 5,
    effectiveFrom: null,
    effectiveTo: null,
    keepNumber: true,
    isSample: true,
  }
}

export const site: Site = {
  city: '长治',
  areaCode: '0355',
  regionCode: '140400',
  name: '长治12345',
  mapUrl: null,
  tickets: { review: false },
  timings: {
    ringMs: 20_000,
    popMs: 800,
    wrapUpMs: 60_000,
    wrapUpCapMs: 300_000,
    wrapUpTypingMs: 20_000,
    announceEveryMs: 30_000,
    keyGraceMs: 4_000,
    wayOutAfterMs: 60_000,
    gaveUpAfterMs: 5_000,
    requestMs: 3_000,
    reachMs: 25_000,
  },
  reading: { alarmAt: 5_000, refuseAt: 20_000 },
  breakReasons: [{ code: 'meal', name: '用餐' }],
  skills: [{ id: 'general' as SkillId, name: '综合' }],
  lines: [aLine('12345', '政务服务便民热线'), aLine('12333', '人社热线')],
  menus: [],
  trunks: [],
  directory: [],
  replyCheck: requireSite('config').replyCheck,
  oversight: requireSite('config').oversight,
  followUp: requireSite('config').followUp,
  outgoing: requireSite('config').outgoing,
  workstations: requireSite('config').workstations,
  survey: null,
  places: requireSite('config').places,
}

export interface Person {
  id: number
  username: string
}

export type Page = Socket<ServerToClient, ClientToServer>

export async function aWeb(change: Partial<WebSettings> = {}) {
  const servers = await freshServers()
  const spoolDir = await mkdtemp(join(tmpdir(), 'hotline-spool-'))
  const ways = { database: await severable(servers.databaseUrl), redis: await severable(servers.redisUrl) }
  const settings: WebSettings = {
    databaseUrl: ways.database.url,
    redisUrl: ways.redis.url,
    ariUrl: 'http://127.0.0.1:9',
    spoolDir,
    varDir: spoolDir,
    attachmentsDir: join(spoolDir, 'attachments'),
    NODE_NAME: 'node-1',
    HTTP_HOST: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:12345',
    TRUST_PROXY: [],
    REQUESTS_PER_MINUTE: 3_000,
    COOKIE_SECURE: false,
    GUEST_PHONE: false,
    SAMPLE_PROVINCE: false,
    SIP_HOST: '127.0.0.1',
    SIP_PORT: 5060,
    provinceUrl: null,
    provinceSecret: '',
    emergencyUrl: null,
    messagesSecret: '',
    thirteen710Url: null,
    thirteen710Secret: '',
    ...change,
  }
  // The test itself looks past the cut.
  const database = openDatabase(servers)
  const { db } = database
  const redis = await openRedis(servers, 'commands', silent)
  const bus = await openBus(servers, silent)
  // In place of the calls role.
  await bus.respond('device.push', async () => ({ ok: true }))
  const agentsOfTest = openAgents({ redis, db, bus, log: silent })
  const { queue } = agentsOfTest
  await syncLines(db, site, Date.now())
  const clock = { ahead: 0 }
  const now = () => Date.now() + clock.ahead
  const undeclared: string[] = []
  const log = watchful(undeclared)
  const role = await openWeb(settings, site, log, now)
  const others: OpenWeb[] = []
  const pages: Page[] = []
  let address: Promise<string> | null = null

  onTestFinished(async () => {
    for (const page of pages) page.disconnect()
    for (const one of [...others, role]) await one.stop()
    await ways.database.close()
    await ways.redis.close()
    agentsOfTest.stop()
    bus.close()
    closeRedis(redis)
    await database.close()
    await rm(spoolDir, { recursive: true, force: true })
    expect(undeclared).toEqual([])
  })

  async function person(username: string, roles: RoleName[], agentNumber?: string): Promise<Person> {
    const at = Date.now()
    const [made] = await db.insert(users).values({
      username,
      name: `${username}的名字𠀀`,
      passwordHash: await passwordHash,
      createdAt: at,
      passwordChangedAt: at,
    })
    const id = made.insertId
    await db.insert(userRoles).values(roles.map((one) => ({ userId: id, role: one })))
    if (agentNumber !== undefined) {
      await db.insert(agents).values({ userId: id, number: agentNumber, stateSince: at })
      await db.insert(agentSkills).values({ userId: id, skill: 'general' as SkillId })
    }
    return { id, username }
  }

  const world = {
    ...role,
    settings,
    db,
    redis,
    bus,
    queue,
    spoolDir,
    ways,
    sweep: () => openSessions({ database, redis, bus, agents: agentsOfTest, now, log: silent }).sweep(),
    clearFloor: () => openSessions({ database, redis, bus, agents: agentsOfTest, now, log: silent }).clearFloor(),
    /** Moves the web role's clock. */
    wait(ms: number) {
      clock.ahead += ms
    },
    person,
    agent: (username: string, number = username) => person(username, ['AGENT'], number),

    /** @returns the cookie of a new log-in */
    async logIn(username: string): Promise<string> {
      const answer = await role.web.inject({ method: 'POST', url: '/api/session', payload: { username, password } })
      const cookie = answer.cookies.find((one) => one.name === 'hotline_session')
      if (answer.statusCode !== 200 || !cookie) throw new Error(`no log-in: ${answer.statusCode} ${answer.body}`)
      return `hotline_session=${cookie.value}`
    },

    get: (url: string, cookie?: string, more: InjectOptions = {}) =>
      role.web.inject({ method: 'GET', url, ...more, headers: { ...(cookie ? { cookie } : {}), ...more.headers } }),
    post: (url: string, cookie: string | undefined, payload: object, more: InjectOptions = {}) =>
      role.web.inject({
        method: 'POST',
        url,
        payload,
        ...more,
        headers: { ...(cookie ? { cookie } : {}), ...more.headers },
      }),
    delete: (url: string, cookie: string) => role.web.inject({ method: 'DELETE', url, headers: { cookie } }),

    url(): Promise<string> {
      address ??= role.web.listen({ host: '127.0.0.1', port: 0 })
      return address
    },

    /** The address of one more web process of the same hotline. */
    async another(): Promise<string> {
      const other = await openWeb(settings, site, log, now)
      others.push(other)
      return other.web.listen({ host: '127.0.0.1', port: 0 })
    },

    /** A connected page of this log-in. */
    async page(cookie: string, headers: Record<string, string> = {}, at?: string): Promise<Page> {
      const page: Page = io(at ?? (await world.url()), {
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        extraHeaders: { cookie, ...headers },
      })
      pages.push(page)
      await new Promise<void>((resolve, reject) => {
        page.once('connect', resolve)
        page.once('connect_error', reject)
      })
      return page
    },

    /** One line noted of a call. */
    async note(callId: CallId, text: string, at = Date.now()): Promise<void> {
      await db.insert(callNotes).values({ id: ulid(at), callId, at, authorId: null, author: '李晓燕', text })
    },

    async call(change: Partial<typeof calls.$inferInsert> = {}): Promise<CallId> {
      const arrivedAt = change.arrivedAt ?? Date.now()
      const id = change.id ?? (ulid(arrivedAt) as CallId)
      await db.insert(calls).values({
        id,
        node: 'node-1',
        channel: id,
        lineId: 1,
        dialled: '12345',
        lineSource: 'DIALLED',
        lineConfidence: 'CERTAIN',
        callerNumber: '+8613912345678',
        arrivedAt,
        version: 1,
        ...change,
      })
      return id
    },
  }
  return world
}

export type World = Awaited<ReturnType<typeof aWeb>>

/** The next event of this name. */
export function next<Name extends keyof ServerToClient>(
  page: Page,
  name: Name,
): Promise<Parameters<ServerToClient[Name]>[0]> {
  return new Promise((resolve) => {
    // Socket.IO's own types cannot be told that the listener fits the name.
    page.once(name, ((value: Parameters<ServerToClient[Name]>[0]) => resolve(value)) as never)
  })
}

/** Asks again until it holds; the test's own limit ends a wait in vain. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
