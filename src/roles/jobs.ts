import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { disputeDuties } from '../arbitration/duties.ts'
import { isDisputeFile } from '../arbitration/files.ts'
import { type Bus, openBus } from '../bus.ts'
import { requireCalendarFiles } from '../calendar/load.ts'
import { syncCalendar } from '../calendar/store.ts'
import { readEntry } from '../calls/control/entry.ts'
import { isBeingRated, setAside } from '../calls/control/ledger.ts'
import { openBoard } from '../calls/lead/board.ts'
import { openRescue } from '../calls/lead/rescue.ts'
import { asEnded, viewOf } from '../calls/machine/view.ts'
import { callLinkDuty } from '../calls/survey/links.ts'
import { type EmergencyPacketParts, openEmergencyPackets } from '../emergency/packets.ts'
import { type ExchangeParts, openExchange } from '../exchange/exchange.ts'
import { purgeExchange } from '../exchange/store.ts'
import { type FollowUpDutyParts, followUpDuties } from '../followup/duties.ts'
import type { KeypadParts } from '../followup/keypad/calling.ts'
import { keypadDuties } from '../followup/keypad/duties.ts'
import { messageAt } from '../followup/rules.ts'
import { learnerDuty } from '../learner/train.ts'
import { placeOf } from '../lines/place.ts'
import { openBodyMessages } from '../links/sending.ts'
import { messagePortOf } from '../messages/gateway.ts'
import { openMessages } from '../messages/jobs.ts'
import { isQuiet, type MessageKind } from '../messages/message.ts'
import { purgeMessages } from '../messages/store.ts'
import { openPost, openTelling } from '../notifications/jobs.ts'
import { openMailer } from '../notifications/mail.ts'
import { purgeNotices } from '../notifications/store.ts'
import { isPhoto } from '../oversight/cases/photos.ts'
import { openOversightDuties } from '../oversight/duties.ts'
import { type Db, openDatabase } from '../platform/database/database.ts'
import { openFigures } from '../platform/jobs/figures.ts'
import { openQueues } from '../platform/jobs/queues.ts'
import { openRelay, relayBatch } from '../platform/jobs/relay.ts'
import { openRounds } from '../platform/jobs/rounds.ts'
import { type Duty, openTicker } from '../platform/jobs/ticker.ts'
import type { RunningWorker, WorkerParts } from '../platform/jobs/workers.ts'
import type { Log } from '../platform/process/log.ts'
import { patiently } from '../platform/process/patient.ts'
import { nameOfThisProcess } from '../platform/process/process-id.ts'
import { openStepWatch } from '../platform/process/time.ts'
import { closeRedis, openRedis } from '../platform/redis/redis.ts'
import type { Instant } from '../platform/types.ts'
import { openMoving } from '../rules/jobs.ts'
import type { Settings } from '../settings.ts'
import { requireSite } from '../site/load.ts'
import type { Site } from '../site/site.ts'
import { openDoorToFallback } from '../telephony/fallback/fallback-door.ts'
import { purgeClaims } from '../tickets/claims/store.ts'
import { requireLimitBook } from '../tickets/clocks/limits-file.ts'
import { openTiming } from '../tickets/clocks/timing.ts'
import { archiveSome } from '../tickets/clockwork/archiving.ts'
import { openAlarms, openDispatch } from '../tickets/clockwork/jobs.ts'
import { openSweep, setAlarmsOf } from '../tickets/clockwork/sweep.ts'
import { sweepAttachments } from '../tickets/files/attachment-sweep.ts'
import { reindexSome } from '../tickets/lists/search-index.ts'
import { openFollowing } from '../tickets/merge/jobs.ts'
import { checkSome } from '../tickets/records/history-check.ts'
import { purgeDrafts, purgeKeys } from '../tickets/records/retention.ts'
import { openWriter } from '../tickets/records/writer.ts'
import { markTold, tellCitizen } from '../tickets/telling/sending.ts'
import { workstationDuty } from '../workstations/alarms.ts'
import type { RunningRole } from './role.ts'

const relayEveryMs = 500
const stepEveryMs = 1_000
const sweepEveryMs = 60_000
/** 200 tickets a second, beside all else that is done. */
const indexEveryMs = 250
const checkEveryMs = 60_000
/** Pause between the pieces of the nightly check, for other work. */
const checkPauseMs = 50
const recoverEveryMs = 5_000
const purgeEveryMs = 10 * 60_000
const filesEveryMs = 3_600_000
const archiveEveryMs = 60_000
const rescueEveryMs = 2_000
const exchangeEveryMs = 1_000
/** Of a purge, each of which is bounded: the rest has the next one. */
const mostSteps = 20
const afterFailureMs = 3_000
const heartbeatSeconds = 15

/** Relays announcements to the job queues and processes them; fires alarms. Any number of these may run. */
export async function startJobs(settings: Settings, log: Log): Promise<RunningRole> {
  const now = Date.now
  const site = requireSite(settings.configDir)
  const { years, workingTime } = requireCalendarFiles(settings.configDir)
  const limits = requireLimitBook(settings.configDir)
  const stopping = new AbortController()
  const database = openDatabase(settings, { log })
  const { db } = database
  const [redis, patient] = await Promise.all([openRedis(settings, 'commands', log), openRedis(settings, 'jobs', log)])
  const bus = await openBus(settings, log)
  const queues = openQueues(redis, log)
  const figures = openFigures(redis, log)
  const timing = openTiming(db, { workingTime, limits })
  const writer = openWriter({ db, bus, timing })
  const relay = openRelay({ db, redis, queues, log })
  const parts = { db, redis: patient, bus, timing, writer, figures, now, log }

  const { SMTP_URL: smtpUrl, MAIL_FROM: from, publicUrl } = settings
  const head = { siteName: site.name, publicUrl }
  const mailer = smtpUrl && from ? openMailer({ db, smtpUrl, from, head, figures, now, log }) : null

  void patiently('working days', () => loadWorkingDays(db, years, now(), log), { log, signal: stopping.signal })

  const workers = [
    openDispatch(parts),
    openTelling(
      { ...parts, hasMail: mailer !== null },
      (ticketId) => setAlarmsOf({ db, queues, now }, ticketId),
      openOutside({ db, bus, head, now, log }),
    ),
    openSending(parts, settings, site),
    openMoving(parts),
    openAlarms(parts),
    openFollowing(parts),
    ...(mailer ? [openPost(parts, mailer)] : []),
  ]
  const relaying = openRounds(
    async () => {
      // Asked with a time limit first: adding to a job queue waits for Redis as long as it takes.
      await redis.set(`heartbeat:jobs:${process.pid}`, now(), 'EX', heartbeatSeconds)
      return (await relay.moveOnce(now())) >= relayBatch
    },
    { name: 'relay', everyMs: relayEveryMs, afterFailureMs, log },
  )
  const sweep = openSweep({ db, bus, timing, redis, queues, figures, now, log })
  const sweeping = openRounds(sweep, { name: 'sweep of clocks', everyMs: sweepEveryMs, afterFailureMs, log })
  let isIndexed = false
  const indexing = openRounds(
    async () => {
      if (!isIndexed) isIndexed = !(await reindexSome(db, now()))
      return false
    },
    { name: 'rebuild of the search words', everyMs: indexEveryMs, afterFailureMs, log },
  )
  const checking = openRounds(
    async () => {
      const isMore = await checkSome(db, now(), log)
      if (isMore) await sleep(checkPauseMs)
      return isMore
    },
    { name: 'histories against their digests', everyMs: checkEveryMs, afterFailureMs, log },
  )
  const ticker = openTicker(log)
  const stepOfClock = openStepWatch(now)
  let isSetBack = false
  ticker.every(stepEveryMs, 'delayed jobs after a clock step', async () => {
    if (stepOfClock() < 0) isSetBack = true
    if (!isSetBack) return
    // Alarms are set for a time of day, and stay.
    for (const queue of queues.all) if (queue.name !== 'sla') await queue.promoteJobs()
    isSetBack = false
    log.warn('clock set back: delayed jobs promoted')
  })
  ticker.every(recoverEveryMs, 'recovery of lost jobs', async () => {
    const found = await relay.recover(now())
    if (found > 0) log.info({ found }, 'lost jobs found: announcements relayed again')
  })
  sendOutward(ticker, { db, settings, site, bus, now, log })
  ticker.every(purgeEveryMs, 'purge of expired rows', async () => {
    const purges = [purgeKeys, purgeDrafts, purgeNotices, purgeExchange, purgeMessages, purgeClaims].map(
      (purge) => (at: Instant) => purge(db, at),
    )
    for (const purge of [relay.purge, ...purges]) {
      for (let steps = 0; steps < mostSteps && (await purge(now())) > 0; steps += 1);
    }
  })
  const calendar = async () => (await timing()).calendar
  const oversight = openOversightDuties({ db, settings, site, calendar, now, log })
  const stations = workstationDuty({ db, bus, calendar, rules: site.workstations, now, log })
  ticker.every(archiveEveryMs, 'archiving of closed tickets', () => archiveSome({ db, writer, log }, now()))
  ticker.start([...disputeDuties({ db, writer, now, log }), learnerDuty({ db, now, log })])
  const followUp = askingDuties({ db, bus, redis, head, calendar, settings, site, now, log })
  ticker.start([fileDuty(db, settings.attachmentsDir, now, log), ...oversight.duties, stations, ...followUp])
  const { NODE_NAME: node } = settings
  const door = openDoorToFallback(settings, log)
  const board = openBoard(settings)
  const rescue = openRescue({
    ...door,
    board,
    owner: nameOfThisProcess(hostname()),
    async setAside(callId) {
      const call = await setAside(redis, callId)
      if (call) bus.publish('call.changed', asEnded(viewOf(call, placeOf(call.caller.number, site.areaCode)), now()))
    },
    isServed: (callId) => isBeingRated(redis, callId),
    callIdOf: (channel) => readEntry(site, node, channel, channel.stasisArgs, now())?.id ?? null,
    now,
    log,
  })
  ticker.every(rescueEveryMs, 'rescue of orphaned calls', rescue.look)
  await relaying.begun
  const stopNudges = await bus.subscribe('outbox.filled', relaying.ask)

  return {
    stop: async () => {
      stopping.abort()
      ticker.stop()
      stopNudges()
      await Promise.all([relaying.stop(), sweeping.stop(), indexing.stop(), checking.stop()])
      await Promise.all(workers.map((worker) => worker.stop()))
      mailer?.close()
      door.close()
      board.close()
      closeRedis(patient)
      await queues.close()
      bus.close()
      closeRedis(redis)
      await oversight.close()
      await database.close()
    },
  }
}

/** Messages to telephones; what can wait leaves within the hours for messages to citizens. */
function openSending(parts: WorkerParts, settings: Settings, { followUp }: Pick<Site, 'followUp'>): RunningWorker {
  const quietUntil = (kind: MessageKind, at: Instant): Instant | null => {
    const from = messageAt(followUp, at)
    return isQuiet(kind) && from > at ? from : null
  }
  return openMessages(parts, messagePortOf(settings), quietUntil, (message, at) => markTold(parts.db, message, at))
}

/** Whom an event concerns outside of the hotline: bodies without accounts, and the citizen. */
function openOutside(parts: Parameters<typeof openBodyMessages>[0]): ReturnType<typeof openBodyMessages> {
  const { db, bus, head, now } = parts
  const tellBodies = openBodyMessages(parts)
  return async (topic, said) => {
    await tellBodies(topic, said)
    if (await tellCitizen({ db, siteName: head.siteName, now }, said)) bus.publish('outbox.filled', {})
  }
}

/** Asks citizens about closed matters: by link, by machine, and whom agents call next. */
function askingDuties({
  settings,
  ...parts
}: Omit<FollowUpDutyParts & KeypadParts, 'rules' | 'node' | 'isSamplePlayed'> & { settings: Settings; site: Site }) {
  const { NODE_NAME: node, SAMPLE_PROVINCE: isSamplePlayed } = settings
  const known = { ...parts, rules: parts.site.followUp, node, isSamplePlayed }
  return [...followUpDuties(known), ...keypadDuties(known), callLinkDuty(known)]
}

/** Bytes that neither a ticket nor a paper of supervision nor a dispute refers to. */
function fileDuty(db: Db, folder: string, now: () => Instant, log: Log): Duty {
  const isUsedElsewhere = async (sha256: string) => (await isPhoto(db, sha256)) || isDisputeFile(db, sha256)
  return {
    everyMs: filesEveryMs,
    name: 'sweep of ticket files',
    work: () => sweepAttachments({ db, folder, isUsedElsewhere, now, log }),
  }
}

/** Messages to the province, and packets to the emergency services, that were not taken yet. */
function sendOutward(
  ticker: ReturnType<typeof openTicker>,
  { bus, ...parts }: Omit<ExchangeParts, 'onChanged'> & EmergencyPacketParts & { bus: Pick<Bus, 'publish'> },
): void {
  const exchange = openExchange({ ...parts, onChanged: (callId) => bus.publish('exchange.changed', { callId }) })
  if (exchange) ticker.every(exchangeEveryMs, 'messages to the province', exchange.look)
  const packets = openEmergencyPackets(parts)
  if (packets) ticker.every(exchangeEveryMs, 'packets to the emergency services', packets.look)
}

async function loadWorkingDays(
  db: Db,
  years: Parameters<typeof syncCalendar>[1],
  now: Instant,
  log: Log,
): Promise<void> {
  const { loaded, refused } = await syncCalendar(db, years, now)
  if (loaded.length > 0) log.info({ years: loaded }, 'working days loaded')
  if (refused.length > 0) {
    log.error({ years: refused }, 'working days changed without a new version: raise it in config/calendar')
  }
}
