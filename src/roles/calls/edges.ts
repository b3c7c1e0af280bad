import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { Bus } from '../../bus.ts'
import { type CallFigures, openCallFigures } from '../../calls/control/figures.ts'
import { type Ledger, openLedger } from '../../calls/control/ledger.ts'
import type { Lead } from '../../calls/lead/leadership.ts'
import type { Call } from '../../calls/machine/call.ts'
import { openRecorder, type Recorder } from '../../calls/recordings/recorder.ts'
import { type CallStore, LinesNotReady, openCallStore } from '../../calls/records/store.ts'
import { type Agents, openAgents } from '../../floor/agents/store.ts'
import type { RunningAsterisk } from '../../health/asterisk.ts'
import { lineIds, syncLines } from '../../lines/store.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Room } from '../../platform/process/disk.ts'
import type { Log } from '../../platform/process/log.ts'
import { patiently } from '../../platform/process/patient.ts'
import type { Instant, RecordingName } from '../../platform/types.ts'
import type { Settings } from '../../settings.ts'
import type { Site } from '../../site/site.ts'
import { type Ami, openAmi } from '../../telephony/ami/ami.ts'
import type { AriLink } from '../../telephony/ari/ari.ts'
import { openAriLink } from '../../telephony/ari/ari-link.ts'
import type { EventSockets } from '../../telephony/ari/ari-socket.ts'
import { type Fallback, openFallback } from '../../telephony/fallback/fallback.ts'
import { openRegisteredSenders } from '../../telephony/sip/registered-senders.ts'
import { openSipBlockList, type SipBlockList } from '../../telephony/sip/sip-block-list.ts'
import { openSipGuard } from '../../telephony/sip/sip-guard.ts'

/** What one time of leading is given. */
export interface LeadParts {
  settings: Settings
  site: Site
  database: Database
  redis: Redis
  bus: Bus
  sockets: EventSockets
  lead: Lead
  /** Of this process, for pages and engineers who ask which one leads. */
  name: string
  log: Log
}

/** The state at this moment: written by the connection, read by matching, duties and the sign of life. */
export interface Present {
  /** Asterisk's events come: without them every phone would seem to fail. */
  isHeard: boolean
  /** The calls that an earlier controller left are taken on. */
  isSettled: boolean
  /** Asterisk has the phones of this floor: until then the right password is refused, too. */
  hasPhones: boolean
  /** Free disk space for recordings; null until the first look. */
  room: Room | null
  /** Null until the first connection. */
  running: RunningAsterisk | null
  /** How often Redis went away until now, or did not take something. */
  redisLosses: number
}

/** The ways out: stores, Asterisk, what is counted. None of them knows what a call does next. */
export interface Edges {
  now(): Instant
  present: Present
  agents: Agents
  recordingDir: string
  /** @throws LinesNotReady */
  lineId(number: string): number
  store: CallStore
  ledger: Ledger
  recorder: Recorder
  figures: CallFigures
  link: AriLink
  ami: Ami
  fallback: Fallback
  blockList: SipBlockList
  /** Aborted by `stopWaiting`. */
  signal: AbortSignal
  /** Nothing is waited for any more. */
  stopWaiting(): void
  /** Before the link is stopped. */
  stopCounting(): void
}

/** @param living the calls that are led now; asked at each connection, by when the controller is there */
export function openEdges(parts: LeadParts, living: () => Call[]): Edges {
  const { settings, site, database, redis, bus, lead, log } = parts
  const { NODE_NAME: node, spoolDir } = settings
  const { requestMs, gaveUpAfterMs } = site.timings
  const now = Date.now
  const stopping = new AbortController()
  const present: Present = {
    ...{ isHeard: false, isSettled: false, hasPhones: false },
    ...{ room: null, running: null, redisLosses: 0 },
  }
  const countLoss = (): void => {
    present.redisLosses += 1
  }
  redis.on('close', countLoss)

  const fence = { node, epoch: lead.epoch, onStale: () => lead.resign('Redis knows of a higher epoch') }
  const agents = openAgents({ redis, db: database.db, bus, fence, log })
  const recordingDir = join(spoolDir, 'recording')
  const lineId = openLineIds(parts, now, stopping.signal)
  const store = openCallStore({ db: database.db, recordingDir, lineId, gaveUpAfterMs })
  const ledger = openLedger({ redis, store, node, over: lead.signal, onUntold: countLoss, log })

  /** A controller that starts knows of recordings only what the stores remember. */
  async function openRecordings(): Promise<RecordingName[]> {
    const known = [...living(), ...(await ledger.load()).calls]
    const names = known.flatMap(({ owned }) => [owned.recording, owned.consultRecording ?? null])
    return [...new Set(names.filter((name) => name !== null))]
  }

  const link = openAriLink(settings, {
    ...{ requestMs, openRecordings, sockets: parts.sockets },
    ...{ gate: lead, onReplaced: lead.doubt, log },
  })
  const figures = openCallFigures()
  const blockList = openSipBlockList({ ari: link.ari, redis, node, now, log })
  const ami = openAmi(settings, {
    requestMs,
    onRefused(why, address) {
      figures.refused(why)
      if (present.hasPhones && address !== null) refused(address)
    },
    log,
  })
  const networks = site.trunks.flatMap((trunk) => trunk.networks)
  const refused = openSipGuard({ networks, blockList, registered: openRegisteredSenders({ ami, now }), now, log })

  return {
    ...{ now, present, agents, recordingDir, lineId, store, ledger, figures, link, ami, blockList },
    recorder: openRecorder({ store, ledger, now, log }),
    fallback: openFallback(ami, { spoolDir, log }),
    signal: stopping.signal,
    stopWaiting: () => stopping.abort(),
    stopCounting: () => redis.off('close', countLoss),
  }
}

/** Brings the lines of the site into the database, for as long as that takes. @returns the id of a line by its number */
function openLineIds(
  { site, database: { db }, log }: LeadParts,
  now: () => Instant,
  signal: AbortSignal,
): (number: string) => number {
  let ids = new Map<string, number>()
  void patiently(
    'lines in the database',
    async () => {
      await syncLines(db, site, now())
      ids = await lineIds(db)
    },
    { log, signal },
  )
  return (number) => {
    const id = ids.get(number)
    if (id === undefined) throw new LinesNotReady(`line ${number} is not in the database yet`)
    return id
  }
}
