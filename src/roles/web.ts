import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveBoard } from '../admin/board.ts'
import { countJobs } from '../admin/figures.ts'
import { routeAdmin } from '../admin/routes.ts'
import { openExports } from '../audit/exports.ts'
import { openReadings } from '../audit/readings.ts'
import { routeAudit } from '../audit/routes.ts'
import { audit } from '../audit/store.ts'
import { requireCalendarFiles } from '../calendar/load.ts'
import { routeCalendar } from '../calendar/routes.ts'
import { recordingFolder } from '../calls/recordings/folder.ts'
import { routeRecordings } from '../calls/recordings/routes.ts'
import { routeCallExports } from '../calls/records/export-routes.ts'
import { openLiveCalls } from '../calls/records/living.ts'
import { routeCalls } from '../calls/records/routes.ts'
import { routeCatalogue } from '../catalogue/routes.ts'
import { openNumbersAsked } from '../citizens/numbers-asked.ts'
import { carryToDesks, endSockets, renewSockets, sessionRoom } from '../desk/carry.ts'
import { makeDesks } from '../desk/desks.ts'
import { openForced } from '../desk/forced.ts'
import { serveDesk } from '../desk/live.ts'
import { openNotes } from '../desk/notes/notes.ts'
import { pulse, pulseMs } from '../desk/pulse.ts'
import { openSnapshots } from '../desk/snapshot.ts'
import { openSockets } from '../desk/sockets.ts'
import { openTabs } from '../desk/tabs/tabs.ts'
import { routeDirectory } from '../directory/routes.ts'
import { routeDevices } from '../floor/agents/routes.ts'
import { openAgents } from '../floor/agents/store.ts'
import { openDay } from '../floor/day.ts'
import { carryDay, serveFloor } from '../floor/live.ts'
import { routeFloor } from '../floor/routes.ts'
import { readOrigin } from '../health/asterisk.ts'
import { type ExposedSettings, exposuresOf, exposureWords } from '../health/exposure.ts'
import { healthOf, webSignKey, webSignMs } from '../health/health.ts'
import { routeHealth } from '../health/routes.ts'
import { carryNotices, serveNotices } from '../notifications/live.ts'
import { routeNotifications } from '../notifications/routes.ts'
import { routeOverview } from '../overview/routes.ts'
import { cookieName, openGuard } from '../people/guard.ts'
import { routePeople } from '../people/routes.ts'
import { openSessions } from '../people/sessions.ts'
import { sampleAccountsLeft } from '../people/store.ts'
import { openGuests } from '../phone/guests.ts'
import { routeGuestPhone } from '../phone/routes.ts'
import { sipGate } from '../phone/sip-gate.ts'
import { openSipProxy } from '../phone/sip-proxy.ts'
import { openDatabase } from '../platform/database/database.ts'
import { openStructureCheck } from '../platform/database/structure/check.ts'
import { openQueues } from '../platform/jobs/queues.ts'
import { openTicker } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import { openMetrics } from '../platform/process/metrics.ts'
import { openBus } from '../platform/redis/bus.ts'
import { closeRedis, openRedis } from '../platform/redis/redis.ts'
import { openHttp } from '../platform/web/http.ts'
import { openOrigins } from '../platform/web/origin.ts'
import { servePages } from '../platform/web/pages.ts'
import { cookieOf, dispatchUpgrades } from '../platform/web/sockets.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import { requireSite } from '../site/load.ts'
import type { Site } from '../site/site.ts'
import { routePasswords } from '../staff/password-routes.ts'
import { routeStaff } from '../staff/routes.ts'
import { requireLimits } from '../tickets/clocks/limits-file.ts'
import { defaultRules, openTiming, type TimingRules } from '../tickets/clocks/timing.ts'
import { routeDrafts } from '../tickets/drafts/draft-routes.ts'
import { roomForFiles } from '../tickets/files/attachment-files.ts'
import { routeAttachments } from '../tickets/files/attachment-routes.ts'
import { routeTicketExports } from '../tickets/lists/export-routes.ts'
import { carryTickets, serveTickets } from '../tickets/live.ts'
import { routePreview } from '../tickets/preview-routes.ts'
import { openOwnCalls } from '../tickets/records/own-calls.ts'
import { openWriter } from '../tickets/records/writer.ts'
import { routeTickets } from '../tickets/routes.ts'
import type { RunningRole } from './role.ts'

const drainMs = 2_000

export type WebSettings = Pick<
  Settings,
  | 'databaseUrl'
  | 'redisUrl'
  | 'ariUrl'
  | 'spoolDir'
  | 'varDir'
  | 'attachmentsDir'
  | 'NODE_NAME'
  | keyof ExposedSettings
  | 'REQUESTS_PER_MINUTE'
  | 'publicUrl'
  | 'GUEST_PHONE'
  | 'SIP_PORT'
>

export interface OpenWeb extends RunningRole {
  /** For `inject`, and for listening on an address of one's own. */
  web: Web
}

/** The web role: pages, API, desks and the SIP of browsers. Any number of them may run. */
export async function startWeb(settings: Settings, log: Log): Promise<RunningRole> {
  const { configDir } = settings
  const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimits(configDir) }
  const role = await openWeb(settings, requireSite(configDir), log, Date.now, rules)
  try {
    await role.web.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT })
  } catch (error) {
    await role.stop()
    throw error
  }
  return role
}

export async function openWeb(
  settings: WebSettings,
  site: Site,
  log: Log,
  now = Date.now,
  rules: TimingRules = defaultRules,
): Promise<OpenWeb> {
  const database = openDatabase(settings, { log })
  const { db } = database
  const redis = await openRedis(settings, 'commands', log)
  const bus = await openBus(settings, log)
  const queues = openQueues(redis, log)
  const agents = openAgents({ redis, db, bus, log })
  const ticker = openTicker(log)
  const { areaCode } = site

  const sessions = openSessions({ database, redis, bus, agents, now, log })
  const guests = openGuests({ db, redis, bus, now, log })
  const sip = openSipProxy({
    ariUrl: settings.ariUrl,
    now,
    onForeign(actor, { address }, why) {
      const event = { at: now(), actorId: null, actor, action: 'sip.refused' as const, address, isAllowed: false }
      audit(db, { ...event, details: { why } }).catch((error: unknown) =>
        log.error({ err: error, phone: actor }, 'audit row of a refused SIP message not written'),
      )
    },
    log,
  })
  const forced = openForced({ redis, queue: agents.queue, now })
  const day = openDay({ db, now })
  const guard = openGuard({ sessions, db, now })
  const numbersAsked = openNumbersAsked({ areaCode, db, redis, guard, now, log })

  const origins = openOrigins(settings)
  const exposures = async () => exposuresOf(settings, site.trunks, await sampleAccountsLeft(db))
  const web = await openHttp(settings, log, { origins, logIns: { sessionOf: guard.find, isKnown: guard.isKnown } })
  const metrics = openMetrics(web)
  const health = {
    structure: openStructureCheck(database.pool),
    redis,
    node: settings.NODE_NAME,
    roomForFiles: () => roomForFiles(settings.attachmentsDir),
    exposures,
    origin: () => readOrigin(settings.varDir),
    now,
  }
  routeHealth(web, { ...health, bus, guard, metrics, origins, log })
  routePeople(web, { sessions, guard, site, settings })
  routeOverview(web, { db, guard, now })
  routeFloor(web, { db, bus, guard, agents, forced, site, now })
  routeStaff(web, { db, guard, sessions, agents, site, now, log })
  routePasswords(web, { db, redis, guard, sessions, now })
  const readings = openReadings({ db, redis, bus, guard, bounds: site.reading, now, log })
  const liveCalls = openLiveCalls({ redis, db, areaCode, log })
  const exports = openExports({ db, redis, guard, now, log })
  routeAudit(web, { db, guard, exports, now })
  routeCallExports(web, { db, guard, numbersAsked, exports, areaCode, now })
  routeTicketExports(web, { db, guard, numbersAsked, exports, areaCode, now })
  routeCalls(web, { db, guard, numbersAsked, liveCalls, readings, areaCode, now })
  routeRecordings(web, { db, redis, guard, liveCalls, folder: recordingFolder(settings.spoolDir), now, log })
  routeDevices(web, { db, bus, agents, guard, settings, now, log })
  routeGuestPhone(web, { guests, site, settings })
  const timing = openTiming(db, rules)
  const writer = openWriter({ db, bus, timing })
  const ownCalls = openOwnCalls({ db, guard, liveCalls, now })
  routeTickets(web, { db, guard, numbersAsked, ownCalls, readings, writer, areaCode, now })
  routePreview(web, { guard, ownCalls, areaCode })
  routeDrafts(web, { db, guard, liveCalls, now })
  routeAttachments(web, { db, guard, folder: settings.attachmentsDir, now })
  routeCatalogue(web, { db, guard, now, log })
  routeCalendar(web, { db, guard, workingTime: rules.workingTime })
  routeDirectory(web, { db, guard, areaCode, calendar: async () => (await timing()).calendar, now })
  routeNotifications(web, { db, guard, now })
  routeAdmin(web, { db, bus, queues, guard, asterisk: async () => (await healthOf(health)).asterisk, now })
  await serveBoard(web, { queues, guard })
  await servePages(web)
  await web.ready()
  exposures().then(
    (found) => found.map((code) => log.warn({ code }, exposureWords[code])),
    (error: unknown) => log.debug({ err: error }, 'check for sample accounts failed'),
  )

  const find = (request: IncomingMessage) => {
    const token = cookieOf(request, cookieName)
    return token === null ? Promise.resolve(null) : sessions.find(token)
  }
  const io = openSockets({ server: web.server, origins, find, now, log })
  dispatchUpgrades(web.server, { '/sip': sipGate({ sip, guests, find, settings, origins, log }) }, log)

  const desks = makeDesks()
  const tabs = openTabs(redis)
  const notes = openNotes({ redis, db, now, log })
  const snapshots = openSnapshots({ queue: agents.queue, liveCalls, notes, forced, day, readings, db, now, log })
  io.on('connection', (socket) => {
    void socket.join(sessionRoom(socket.data.session.id))
    serveDesk(socket, { agents, bus, db, desks, forced, liveCalls, notes, site, snapshots, tabs, now, log })
    serveFloor(socket, { snapshots, log })
    serveTickets(socket)
    serveNotices(socket)
  })
  const stopCarrying = await carryToDesks({ agents, bus, desks, forced, io, snapshots, log })
  const stopCarryingTickets = await carryTickets({ bus, io })
  const stopCarryingNotices = await carryNotices({ bus, io })
  const stopSip = await bus.subscribe('session.ended', ({ sessionId }) => sip.closeSession(sessionId))

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

  ticker.every(2_000, 'sign of life of the web role', () => redis.set(webSignKey, '1', 'PX', webSignMs))
  ticker.every(pulseMs, 'signs of life of desks', () => {
    for (const socket of io.sockets.sockets.values()) sessions.touch(socket.data.session.id)
    return pulse({ agents, db, desks, forced, snapshots, tabs, now })
  })
  const tellDay = carryDay({ io, day })
  ticker.every(5_000, 'figures of the day', tellDay)
  ticker.every(5_000, 'notes waiting in Redis', () => notes.flush())
  ticker.every(10_000, 'pages of ended log-ins', async () => {
    // The word of it may have been lost.
    const here = [...io.sockets.sockets.values()].map((socket) => socket.data.session.id)
    for (const { id, reason } of await sessions.endedAmong([...here, ...sip.sessionIds()])) {
      endSockets(io, id, reason)
      sip.closeSession(id)
    }
    const changed = await sessions.changedAmong([...io.sockets.sockets.values()].map((socket) => socket.data.session))
    if (changed.size > 0) renewSockets(io, ({ id }) => changed.has(id))
    await sessions.clearFloor()
  })
  ticker.every(60_000, 'sweep of log-ins', () => sessions.sweep())

  return {
    web,
    async stop() {
      ticker.stop()
      stopCarrying()
      stopCarryingTickets()
      stopCarryingNotices()
      stopSip()
      sip.stop()
      await io.close()
      await web.close()
      // What the database does not take in time, `catchUp` of another process writes.
      await Promise.race([agents.drain(), sleep(drainMs)])
      agents.stop()
      await queues.close()
      bus.close()
      closeRedis(redis)
      await database.close()
    },
  }
}
