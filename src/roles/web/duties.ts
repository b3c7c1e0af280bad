import { countJobs } from '../../admin/figures.ts'
import { endSockets, renewSockets } from '../../desk/carry.ts'
import { pulse, pulseMs } from '../../desk/pulse.ts'
import { carryDay } from '../../floor/live.ts'
import { webSignKey, webSignMs } from '../../health/health.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { Metrics } from '../../platform/process/metrics.ts'
import { roomForFiles } from '../../tickets/files/attachment-files.ts'

import type { WebEdges, WebParts } from './edges.ts'
import type { Live } from './live.ts'

type Parts = WebParts & WebEdges & Live

/** A web role's periodic duties, besides the requests of pages. */
export function webDuties(parts: Parts): Duty[] {
  const { redis, sessions, io, day, notes } = parts
  return [
    { everyMs: 2_000, name: 'sign of life of the web role', work: () => redis.set(webSignKey, '1', 'PX', webSignMs) },
    { everyMs: pulseMs, name: 'signs of life of desks', work: () => beat(parts) },
    { everyMs: 5_000, name: 'figures of the day', work: carryDay({ io, day }) },
    { everyMs: 5_000, name: 'notes waiting in Redis', work: () => notes.flush() },
    { everyMs: 10_000, name: 'pages of ended log-ins', work: () => endPages(parts) },
    { everyMs: 60_000, name: 'sweep of log-ins', work: () => sessions.sweep() },
  ]
}

function beat({ io, sessions, agents, db, desks, forced, snapshots, tabs, now }: Parts): Promise<void> {
  for (const socket of io.sockets.sockets.values()) sessions.touch(socket.data.session.id)
  return pulse({ agents, db, desks, forced, snapshots, tabs, now })
}

/** The announcement may have been lost. */
async function endPages({ io, sessions, sip }: Parts): Promise<void> {
  const here = [...io.sockets.sockets.values()].map((socket) => socket.data.session.id)
  for (const { id, reason } of await sessions.endedAmong([...here, ...sip.sessionIds()])) {
    endSockets(io, id, reason)
    sip.closeSession(id)
  }
  const changed = await sessions.changedAmong([...io.sockets.sockets.values()].map((socket) => socket.data.session))
  if (changed.size > 0) renewSockets(io, ({ id }) => changed.has(id))
  await sessions.clearFloor()
}

/** This process's figures for Prometheus. */
export function gaugeWeb(metrics: Metrics, parts: Parts): void {
  const { settings, db, redis, queues, agents, desks, sip, io, now } = parts
  metrics.gauge('hotline_sockets', 'open live connections of pages', () => io.engine.clientsCount)
  metrics.gauge('hotline_attachment_free_bytes', 'room for files of tickets', () =>
    roomForFiles(settings.attachmentsDir).then(
      (room) => room.freeBytes,
      () => 0,
    ),
  )
  metrics.gauge('hotline_desks', 'open desks', () => desks.all().length)
  metrics.gauge('hotline_sip_sockets', 'open SIP websockets of browsers', () => sip.count())
  metrics.gauge(
    'hotline_queue_waiting',
    'callers in the waiting line',
    async () => (await agents.queue.figures()).waiting,
  )
  countJobs({ registry: metrics.registry, db, redis, queues, now })
  metrics.gauge('hotline_agents_ready', 'agents who wait for a call', async () => (await agents.queue.figures()).ready)
}
