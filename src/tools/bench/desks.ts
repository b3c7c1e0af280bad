import { setTimeout as sleep } from 'node:timers/promises'
import { hash } from '@node-rs/argon2'
import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../desk/protocol.ts'
import { agentSkills, agents } from '../../floor/agents/schema.ts'
import { userRoles, users } from '../../people/schema.ts'
import { openDatabase } from '../../platform/database/database.ts'
import type { Settings } from '../../settings.ts'
import { requireSite } from '../../site/load.ts'
import { type DeskView, emptyDesk, withAgent, withCall, withPop, withSnapshot } from '../../web/desk/deskView.ts'
import { localUrl } from '../setup/hotline.ts'
import { lastFour } from './sip/phones.ts'

/**
 * Agents of the product, as real as possible without a screen: each is a user in the database, logged in over HTTP,
 * with a desk phone registered by SIP and a desk that is open over Socket.IO and says 示闲.
 */
export interface Desks {
  /** Called whenever a caller pops up at any desk, with the end of the caller's number. */
  onPop(listener: ((caller: string, at: number) => void) | null): void
  /** Asks something of a caller's call, as the agent who has it: a path below `/api/calls/{id}`. */
  ask(caller: string, path: string, body: object): Promise<void>
  close(): void
}

export interface DeskPhone {
  id: string
  password: string
}

type Desk = Socket<ServerToClient, ClientToServer>

const password = 'bench-bench-bench'
const readyTries = 100
/** Log-ins at the same time: each is a slow hash on purpose, and many at once from one address look like guesses. */
const atOnce = 8

export async function openDesks(
  settings: Settings,
  count: number,
  register: (phone: DeskPhone) => Promise<void>,
): Promise<Desks> {
  await employ(settings, count)
  const pages = localUrl(settings)
  const open: Desk[] = []
  let listener: ((caller: string, at: number) => void) | null = null
  const agentOf = new Map<string, { api: Api; callId: string }>()

  async function seat(username: string): Promise<void> {
    const api = await logIn(pages, username)
    const phone = await api.post<{ username: string; password: string }>('/api/devices', { label: '话机' })
    await registered(() => register({ id: phone.username, password: phone.password }))
    await api.post(`/api/devices/${phone.username}/choose`)
    const desk: Desk = io(pages, { forceNew: true, transports: ['websocket'], extraHeaders: api.headers })
    open.push(desk)
    const page = openView(desk)
    desk.on('desk:pop', (pop, shown) => {
      const at = performance.now()
      shown()
      const caller = lastFour(pop.call.caller.number ?? '')
      listener?.(caller, at)
      agentOf.set(caller, { api, callId: pop.call.id })
      page.change((view) => withPop(view, pop))
    })
    await openPage(desk, username, page)
    await becomeReady(desk, username)
  }

  await seatAll(count, seat)
  return {
    onPop(given) {
      listener = given
    },
    async ask(caller, path, body) {
      const found = agentOf.get(caller)
      if (!found) throw new Error(`no agent has ${caller}`)
      await found.api.post(`/api/calls/${found.callId}/${path}`, body)
    },
    close() {
      for (const desk of open) desk.disconnect()
    },
  }
}

export const nameOf = (index: number): string => String(2_001 + index)

/** A few at a time. */
export async function seatAll(count: number, seat: (username: string) => Promise<void>): Promise<void> {
  const waiting = Array.from({ length: count }, (_, index) => nameOf(index))
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) await seat(name)
    }),
  )
}

/** People of the bench's own database; one password and one hash for all. */
export async function employ(settings: Settings, count: number): Promise<void> {
  const { db, close } = openDatabase(settings, { connections: 2 })
  const skills = requireSite(settings.configDir).skills.map(({ id }) => id)
  const passwordHash = await hash(password)
  const now = Date.now()
  const known = new Set((await db.select({ username: users.username }).from(users)).map(({ username }) => username))
  try {
    for (const name of Array.from({ length: count }, (_, index) => nameOf(index))) {
      if (known.has(name)) continue
      const row = { username: name, name: `座席${name}`, passwordHash, createdAt: now, passwordChangedAt: now }
      const [{ insertId: userId }] = await db.insert(users).values(row)
      await db.insert(userRoles).values({ userId, role: 'AGENT' })
      await db.insert(agents).values({ userId, number: name, stateSince: now })
      await db.insert(agentSkills).values(skills.map((skill) => ({ userId, skill })))
    }
  } finally {
    await close()
  }
}

interface Api {
  headers: { cookie: string; origin: string }
  post<T>(path: string, body?: unknown): Promise<T>
}

export async function logIn(pages: string, username: string, secret = password): Promise<Api> {
  const answer = await fetch(`${pages}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: pages },
    body: JSON.stringify({ username, password: secret }),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  if (!answer.ok) throw new Error(`${username} cannot log in: ${answer.status} ${await answer.text()}`)
  const headers = { cookie, origin: pages }
  return {
    headers,
    async post<T>(path: string, body?: unknown): Promise<T> {
      const reply = await fetch(`${pages}${path}`, {
        method: 'POST',
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!reply.ok) throw new Error(`${username}: POST ${path}: ${reply.status} ${await reply.text()}`)
      return (reply.status === 204 ? undefined : await reply.json()) as T
    },
  }
}

/** A phone is pushed to Asterisk a moment after its creation. */
async function registered(register: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await register()
      return
    } catch (error) {
      if (tries >= readyTries) throw error
      await sleep(100)
    }
  }
}

/** Like the page: it listens for tickets as long as there is a call. */
function openView(desk: Desk) {
  let view = emptyDesk
  const change = (by: (view: DeskView) => DeskView) => {
    const had = view.call !== null
    view = by(view)
    const has = view.call !== null
    if (has && !had) desk.emit('tickets:watch', () => undefined)
    if (had && !has) desk.emit('tickets:unwatch')
  }
  desk.on('desk:agent', (me) => change((view) => withAgent(view, me)))
  desk.on('desk:call', (call) => change((view) => withCall(view, call)))
  return { change }
}

async function openPage(desk: Desk, username: string, page: ReturnType<typeof openView>): Promise<void> {
  const opened = await desk.timeout(10_000).emitWithAck('desk:open', { tabId: username, takeOver: true })
  if (opened.status !== 'open') throw new Error(`the desk of ${username} is ${opened.status}`)
  page.change(() => withSnapshot(opened.snapshot))
}

/** The floor learns of a registration a moment later; before that 示闲 is refused. */
async function becomeReady(desk: Desk, username: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const answer = await desk.timeout(10_000).emitWithAck('agent:set', { state: 'READY' })
    if (answer.ok) return
    if (tries >= readyTries) throw new Error(`${username} does not become ready: ${answer.message}`)
    await sleep(100)
  }
}
