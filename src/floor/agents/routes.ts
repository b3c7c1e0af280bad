import { z } from 'zod'
import type { Bus } from '../../bus.ts'
import type { Guard } from '../../people/guard.ts'
import type { Session } from '../../people/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { AgentId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import type { Settings } from '../../settings.ts'
import { type DeviceView, deviceList, deviceSecret, newDevice } from './api.ts'
import {
  chooseDevice,
  chosenEndpoint,
  createDeskPhone,
  type Device,
  listDevices,
  withdrawDeskPhone,
} from './devices.ts'
import type { Agents } from './store.ts'

export interface DeviceRouteParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  agents: Agents
  guard: Guard
  settings: Pick<Settings, 'SIP_HOST' | 'SIP_PORT'>
  now(): Instant
  log: Log
}

const byId = z.object({ id: z.string().max(64) })

export function routeDevices(web: Web, parts: DeviceRouteParts): void {
  const { db, bus, agents, guard, settings, now, log } = parts
  const tags = ['phones']
  const agent = { onRequest: guard.needs('desk') }

  function agentOf(session: Session): { userId: number; number: string } {
    if (session.agentNumber === null) throw new Refusal('agent.not-an-agent')
    return { userId: session.person.id, number: session.agentNumber }
  }

  /** The floor rings the phone that the database says; where that fails, the next sign-in does it. */
  async function ringChosen(session: Session): Promise<void> {
    const id = String(session.person.id) as AgentId
    try {
      const onFloor = await agents.queue.agent(id)
      if (onFloor?.sessionId !== session.id) return
      await agents.queue.setEndpoint(id, await chosenEndpoint(db, session.person.id, session.id, now()), now())
    } catch (error) {
      log.warn(
        { err: error, agentId: id },
        'chosen phone not passed to the floor: the old one rings until the next sign-in',
      )
    }
  }

  async function view(
    device: Device,
    reachable: ReadonlyMap<string, string>,
    hasChosenDesk: boolean,
  ): Promise<DeviceView> {
    return {
      id: device.id,
      kind: device.kind === 'DESK' ? 'DESK' : 'BROWSER',
      label: device.label,
      isChosen: device.kind === 'DESK' ? device.isChosen : !hasChosenDesk,
      isReachable: reachable.has(device.id),
      createdAt: device.createdAt,
    }
  }

  async function views(session: Session): Promise<DeviceView[]> {
    const [rows, phones] = await Promise.all([
      listDevices(db, session.person.id, session.id),
      agents.queue.phones().catch(() => new Map<string, string>()),
    ])
    const hasChosenDesk = rows.some((row) => row.isChosen)
    return Promise.all(rows.map((row) => view(row, phones, hasChosenDesk)))
  }

  web.get(
    '/api/devices',
    {
      ...agent,
      schema: {
        operationId: 'listDevices',
        tags,
        summary: 'my telephones',
        refusals: ['agent.not-an-agent'],
        response: { 200: deviceList },
      },
    },
    async (request) => ({ devices: await views(guard.sessionOf(request)) }),
  )

  web.post(
    '/api/devices',
    {
      ...agent,
      schema: {
        operationId: 'addDevice',
        tags,
        summary: 'a new desk phone; its secret is shown once',
        refusals: ['agent.not-an-agent', 'device.too-many'],
        body: newDevice,
        response: { 201: deviceSecret },
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const { device, password } = await db.transaction(async (tx) => {
        const made = await createDeskPhone(tx, agentOf(session), request.body.label, now())
        await guard.audit(tx, request, { action: 'device.created', subject: made.device.id })
        return made
      })
      bus.publish('devices.changed', { deviceId: device.id })
      return reply.code(201).send({
        device: await view(device, new Map(), false),
        username: device.id,
        password,
        domain: settings.SIP_HOST,
        port: settings.SIP_PORT,
      })
    },
  )

  web.post(
    '/api/devices/:id/choose',
    {
      ...agent,
      schema: {
        operationId: 'chooseDevice',
        tags,
        summary: 'let this phone ring',
        refusals: ['agent.not-an-agent', 'device.not-found'],
        params: byId,
        response: { 200: deviceList },
      },
    },
    async (request) => {
      const session = guard.sessionOf(request)
      await db.transaction(async (tx) => {
        const device = await chooseDevice(tx, agentOf(session).userId, session.id, request.params.id)
        await guard.audit(tx, request, { action: 'device.chosen', subject: device.id })
      })
      await ringChosen(session)
      return { devices: await views(session) }
    },
  )

  web.delete(
    '/api/devices/:id',
    {
      ...agent,
      schema: {
        operationId: 'withdrawDevice',
        tags,
        summary: 'withdraw a desk phone',
        refusals: ['agent.not-an-agent', 'device.not-found'],
        params: byId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const device = await db.transaction(async (tx) => {
        const gone = await withdrawDeskPhone(tx, agentOf(session).userId, request.params.id, now())
        await guard.audit(tx, request, { action: 'device.withdrawn', subject: gone.id })
        return gone
      })
      bus.publish('devices.changed', { deviceId: device.id })
      if (device.isChosen) await ringChosen(session)
      return reply.code(204).send(null)
    },
  )
}
