import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { type Controller, openController } from '../calls/control/controller.ts'
import { effectsOf } from '../calls/control/effects.ts'
import { readEntry } from '../calls/control/entry.ts'
import { openCallFigures } from '../calls/control/figures.ts'
import { careForFloor } from '../calls/control/floor-care.ts'
import { openLastAgents } from '../calls/control/last-agents.ts'
import { openLedger } from '../calls/control/ledger.ts'
import { openMatching } from '../calls/control/matching.ts'
import { measureMessages } from '../calls/control/messages.ts'
import { openPulse } from '../calls/control/pulse.ts'
import { openRecorder } from '../calls/control/recorder.ts'
import { importFallback } from '../calls/fallback/import.ts'
import { openFallbackTalks } from '../calls/fallback/talks.ts'
import type { Lead } from '../calls/lead/leadership.ts'
import type { Call } from '../calls/machine/call.ts'
import { asEnded, type CallView, viewOf } from '../calls/machine/view.ts'
import { LinesNotReady, openCallStore } from '../calls/records/store.ts'
import { isServing } from '../floor/agents/agent.ts'
import { openPhones } from '../floor/agents/phones.ts'
import { openReach } from '../floor/agents/reach.ts'
import { openAgents } from '../floor/agents/store.ts'
import type { RunningAsterisk } from '../health/asterisk.ts'
import { type Sign, signKey, webSignKey } from '../health/health.ts'
import { placeOf } from '../lines/place.ts'
import { lineIds, syncLines } from '../lines/store.ts'
import type { Database } from '../platform/database/database.ts'
import { openTicker } from '../platform/jobs/ticker.ts'
import { type Room, roomIn } from '../platform/process/disk.ts'
import type { Log } from '../platform/process/log.ts'
import { readMetrics } from '../platform/process/metrics.ts'
import { patiently } from '../platform/process/patient.ts'
import type { Bus } from '../platform/redis/bus.ts'
import type { CallId, Instant, OfferId, RecordingName } from '../platform/types.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { openAmi, type SipRefusal } from '../telephony/ami/ami.ts'
import type { AriEvent, LiveChannel } from '../telephony/ari/ari.ts'
import { openAriLink } from '../telephony/ari/ari-link.ts'
import type { EventSockets } from '../telephony/ari/ari-socket.ts'
import { type FallbackMember, openFallback } from '../telephony/fallback/fallback.ts'
import { openRegisteredSenders } from '../telephony/sip/registered-senders.ts'
import { openSipBlockList } from '../telephony/sip/sip-block-list.ts'
import { openSipBlocks, senderOf } from '../telephony/sip/sip-blocks.ts'
import { faultsOf } from '../telephony/sip/versions.ts'
import { missingSounds, promptsOf } from '../telephony/speech/sounds-check.ts'
import { openInquiries } from '../tickets/inquiries.ts'
import type { RunningRole } from './role.ts'

/** How long beyond pop and ring an offer holds before anybody may end it. */
const offerMarginMs = 5_000

export interface LeadCallsParts {
  settings: Settings
  site: Site
  database: Database
  redis: Redis
  bus: Bus
  sockets: EventSockets
  lead: Lead
  /** Of this process, for whoever asks who leads. */
  name: string
  log: Log
}

/**
 * The call controller of one Asterisk, for one time of leading. Everything that it holds can be given back by Asterisk,
 * Redis and the database, so it may be killed at any moment; what it does passes `lead`, so it may be paused as well.
 */
export async function leadCalls(parts: LeadCallsParts): Promise<RunningRole> {
  const { settings, site, database, redis, bus, lead, log } = parts
  const { timings } = site
  const now = Date.now
  const stopping = new AbortController()
  const ticker = openTicker(log, lead.isSure)
  const onStale = () => lead.resign('Redis knows of a higher epoch')
  const fence = { node: settings.NODE_NAME, epoch: lead.epoch, onStale }
  const agents = openAgents({ redis, db: database.db, bus, fence, log })
  const link = openAriLink(settings, {
    requestMs: timings.requestMs,
    openRecordings,
    sockets: parts.sockets,
    gate: lead,
    onReplaced: lead.doubt,
    log,
  })

  let idOfLine = new Map<string, number>()
  void patiently(
    'lines in the database',
    async () => {
      await syncLines(database.db, site, now())
      idOfLine = await lineIds(database.db)
    },
    { log, signal: stopping.signal },
  )

  const recordingDir = join(settings.spoolDir, 'recording')
  const lineId = (number: string): number => {
    const id = idOfLine.get(number)
    if (id === undefined) throw new LinesNotReady(`line ${number} is not in the database yet`)
    return id
  }
  const store = openCallStore({ db: database.db, recordingDir, lineId, gaveUpAfterMs: timings.gaveUpAfterMs })
  let redisLosses = 0
  const countLoss = () => {
    redisLosses += 1
  }
  redis.on('close', countLoss)
  const ledger = openLedger({
    redis,
    store,
    node: settings.NODE_NAME,
    over: lead.signal,
    onUntold: countLoss,
    log,
  })
  const recorder = openRecorder({ store, ledger, now, log })
  const view = (call: Call): CallView => viewOf(call, placeOf(call.caller.number, site.areaCode))
  const news = (call: Call) => bus.written('call.changed', view(call))
  const read = (channel: LiveChannel, args: string[]) => readEntry(site, settings.NODE_NAME, channel, args, now())

  const matching = openMatching({
    queue: agents.queue,
    node: settings.NODE_NAME,
    offerMs: timings.popMs + timings.ringMs + offerMarginMs,
    now,
    mayOffer: () => isHeard && fallbackTalks.isSettled() && floor.isTrue(),
    onOffer(offer) {
      if (controller.onOffer(offer)) return
      log.warn({ callId: offer.callId, offerId: offer.id }, 'an offer for a call that is no more')
      agents.queue
        .withdraw(offer.id, now())
        .catch((error: unknown) => log.warn({ err: error, offerId: offer.id }, 'offer expires by itself'))
    },
    log,
  })
  const pulse = openPulse(link.ari)
  const controller: Controller = openController({
    ari: link.ari,
    ledger,
    node: settings.NODE_NAME,
    timings,
    now,
    news,
    read,
    perform: effectsOf({
      ari: link.ari,
      queue: agents.queue,
      bus,
      lastAgents: openLastAgents(redis, log),
      inquiries: openInquiries({ db: database.db, redis, now }),
      pulse,
      timings,
      epoch: lead.epoch,
      view,
      onRecording: (call, recording) => recorder.begun(call.id, recording),
      onInquiry: (result) => figures.inquired(result),
      onQueueMoved: matching.run,
      now,
      log,
    }),
    onKept(call) {
      if (call.version === 1) figures.entered(call)
      log.debug({ callId: call.id, phase: call.stage.phase, version: call.version }, 'kept')
      if (call.stage.phase !== 'ended') return
      figures.ended(call)
      pulse.forget(call.channel)
      if (call.message !== undefined) void ledger.settled(call.id).then(measure).catch(tellUnmeasured)
      log.info({ callId: call.id, ...storyOf(call) }, 'call ended')
    },
    onRecordingEnded: recorder.ended,
    wasClosed: (channel) =>
      store.isClosed(settings.NODE_NAME, channel).catch((error: unknown) => {
        log.warn({ err: error }, 'not known whether a caller was here before')
        return null
      }),
    tellAside: (call) => bus.publish('call.changed', asEnded(view(call), now())),
    mayAct: lead.mayAct,
    log,
  })
  let isSettled = false
  /** Asterisk's events come: without them every phone would seem to fail. */
  let isHeard = false
  let room: Room | null = null
  let running: RunningAsterisk | null = null
  const figures = openCallFigures({
    calls: controller.calls,
    isConnected: link.isConnected,
    epoch: lead.epoch,
    freeBytes: () => room?.freeBytes ?? null,
  })
  const sipBlocks = openSipBlocks(site.trunks.flatMap(({ networks }) => networks))
  const blockList = openSipBlockList({ ari: link.ari, redis, node: settings.NODE_NAME, now, log })
  /** Asterisk has the phones of this floor: until then the right password is refused, too. */
  let hasPhones = false
  const ami = openAmi(settings, { requestMs: timings.requestMs, onRefused, log })
  const registered = openRegisteredSenders({ ami, now })
  const fallback = openFallback(ami, { spoolDir: settings.spoolDir, log })
  const fallbackTalks = openFallbackTalks({
    ari: link.ari,
    queue: agents.queue,
    store,
    wrapUpMs: timings.wrapUpMs,
    read,
    before: controller.aside,
    view,
    keepMembers,
    tell: (call) => bus.publish('call.changed', call),
    onOfferLost,
    onQueueMoved: matching.run,
    now,
    log,
  })
  const reach = openReach({ ari: link.ari, queue: agents.queue, node: settings.NODE_NAME, now })
  // All at once: while Redis is away each waits for its time limit, and citizens wait with it.
  const [phones, ...deaf] = await Promise.all([
    openPhones({ ari: link.ari, db: database.db, bus, now, log }),
    bus.respond('call.command', async (ask) => controller.command(ask) ?? fallbackTalks.command(ask)),
    bus.respond('metrics.read', async () => ({ text: await readMetrics(figures.registry, log) })),
    bus.subscribe('queue.changed', matching.run),
    bus.subscribe('pop.shown', ({ callId, offerId }) => {
      controller.post(callId, { type: 'pop-shown', offerId })
    }),
  ])

  /** A controller that starts knows of recordings only what the stores remember. */
  async function openRecordings(): Promise<RecordingName[]> {
    const known = [...controller.calls(), ...(await ledger.load()).calls]
    return [...new Set(known.flatMap((call) => call.owned.recording ?? []))]
  }

  function onOfferLost(callId: CallId, offerId: OfferId): void {
    controller.post(callId, { type: 'offer-lost', offerId })
  }

  /** Redis lost everything, or is new: the living calls and the phones that are registered are told to it again. */
  async function onRebuilt(): Promise<void> {
    const back = { agents: (await agents.queue.agents()).length, calls: controller.calls().length }
    if (back.agents + back.calls === 0) log.info('the floor is new; nobody is signed in')
    else log.warn(back, 'Redis lost the floor; rebuilt from the database, the living calls and Asterisk')
    // All in this moment: a call that goes on while others are kept must not be brought back to where it was.
    await Promise.all(controller.calls().map((call) => ledger.keep(call, news(call))))
    // Before any phone is there again: nobody is ready without one.
    await fallbackTalks.look()
    await reach.compare()
  }

  /** The dialplan's own queue rings whoever serves, as soon as the phone is free, should this controller be gone the next moment. */
  async function servingPhones(): Promise<FallbackMember[]> {
    const serving = (await agents.queue.agents()).filter((agent) => isServing(agent) && agent.isReachable)
    return serving.flatMap(({ endpoint, number }) => (endpoint ? { endpoint, name: number } : []))
  }

  let members = ''
  async function writeMembers(): Promise<boolean> {
    const wanted = fallbackTalks.isServing() ? [] : await servingPhones()
    const text = JSON.stringify(wanted)
    if (text !== members && ami.isConnected() && (await fallback.keepMembers(wanted))) members = text
    return text === members
  }

  /** One after another: an older wish must not be fulfilled after a newer one. */
  let keeping: Promise<boolean> = Promise.resolve(true)
  function keepMembers(): Promise<boolean> {
    keeping = keeping.catch(() => false).then(writeMembers)
    return keeping
  }

  async function importFallbackCalls(): Promise<void> {
    if (!link.isConnected() || !ami.isConnected()) return
    const live = async () => {
      const channels = await link.ari.channels()
      return channels.ok ? new Set(channels.value.map((channel) => channel.id)) : null
    }
    const tell = (call: Call) => bus.publish('call.changed', view(call))
    const { db } = database
    const { keep: keepRecording } = recorder
    const { aside, endAside } = ledger
    const { NODE_NAME: node } = settings
    await importFallback(
      { fallback, store, db, site, node, recordingDir, lineId, keepRecording, aside, endAside, tell, now, log },
      live,
    )
  }

  const measure = () => measureMessages({ db: database.db, recordingDir, log })
  const tellUnmeasured = (error: unknown) => log.warn({ err: error }, 'a message is measured later')

  async function tellMissingSounds(): Promise<void> {
    const missing = await missingSounds(link.ari, promptsOf(site))
    if (missing.length > 0)
      log.error({ missing }, 'prompts that this Asterisk does not have: callers hear nothing there')
  }

  function tellFaults(version: string): void {
    const faults = faultsOf(version).map(({ issue }) => `asterisk#${issue}`)
    if (faults.length > 0)
      log.warn({ asterisk: version, faults }, 'this Asterisk has known faults; a newer one mends them')
  }

  function onRefused(why: SipRefusal, address: string | null): void {
    figures.refused(why)
    if (!hasPhones || address === null) return
    const sender = senderOf(address)
    const until = sipBlocks.refused(sender, now())
    if (until === null) return
    block(sender, until).catch((error: unknown) => log.warn({ err: error, address }, 'SIP address not blocked'))
  }

  async function block(sender: string, until: Instant): Promise<void> {
    if (await registered.has(sender)) {
      log.warn({ address: sender }, 'SIP refused again and again, not blocked: phones of ours are registered there')
    } else await blockList.block(sender, until)
  }

  function onEvent(event: AriEvent): void {
    if (event.type !== 'contact-changed') {
      controller.onEvent(event)
      return
    }
    reach
      .told(event.endpoint, event.isReachable)
      .then(matching.run)
      .catch((error: unknown) => log.warn({ err: error, endpoint: event.endpoint }, 'reach of a phone not noted'))
  }

  const floor = careForFloor(ticker, {
    agents,
    bus,
    node: settings.NODE_NAME,
    timings,
    calls: controller.calls,
    fallbackTalks: fallbackTalks.talks,
    isSettled: () => isSettled,
    isWebHere: async () => (await redis.exists(webSignKey)) === 1,
    onOfferExpired: onOfferLost,
    onQueueMoved: matching.run,
    redisLosses: () => redisLosses,
    async retell() {
      await ledger.retell(news)
      await reach.compare()
    },
    onRebuilt,
    now,
    log,
  })
  ticker.every(1_000, 'sign of life', async () => {
    const sign: Sign = {
      ariConnected: link.isConnected(),
      at: now(),
      leader: parts.name,
      epoch: lead.epoch,
      isRoomShort: room?.isShort ?? false,
      asterisk: running,
    }
    await redis.set(signKey(settings.NODE_NAME), JSON.stringify(sign), 'PX', 5_000)
  })
  ticker.every(10_000, 'room for recordings', async () => {
    const wasShort = room?.isShort ?? false
    room = await roomIn(recordingDir)
    if (room.isShort && !wasShort) log.error({ freeBytes: room.freeBytes, recordingDir }, 'little room for recordings')
  })
  ticker.every(60_000, 'comparing with Asterisk', async () => {
    await controller.sweep()
    await recorder.catchUp((callId) => controller.calls().some((call) => call.id === callId))
    await measure()
  })

  ticker.every(60_000, 'phones at Asterisk', () => phones.compare())
  ticker.every(60_000, 'phones that can be reached', reach.compare)
  ticker.every(1_000, 'members of the fallback queue', keepMembers)
  ticker.every(5_000, 'SIP addresses that are blocked', blockList.sweep)
  ticker.every(1_000, 'talks of the fallback', fallbackTalks.look)
  ticker.every(10_000, 'fallback calls', importFallbackCalls)
  ticker.every(15_000, 'callers whom the fallback has no more', controller.closeAside)

  ami.start(() => {
    members = ''
  })
  await link.start({
    async onConnected(inventory) {
      log.info({ asterisk: inventory.version, channels: inventory.channels.length }, 'connected to Asterisk')
      running = { version: inventory.version, builtAt: inventory.builtAt }
      tellFaults(inventory.version)
      await controller.onConnected(inventory)
      await fallbackTalks.begin(inventory.channels)
      isSettled = true
      isHeard = true
      const pushing = patiently('phones at Asterisk', () => phones.pushAll(), { log, signal: stopping.signal })
      void pushing.then(() => {
        hasPhones = true
      })
      await reach.follow(inventory).catch((error: unknown) => log.warn({ err: error }, 'phones not compared'))
      matching.run()
      // Not waited for: events are, until this is done.
      void tellMissingSounds()
    },
    onEvent,
    onLost(why) {
      isHeard = false
      hasPhones = false
      log.warn({ why }, 'connection to Asterisk lost; calls go on, new ones get the fallback')
    },
  })

  return {
    async stop() {
      ticker.stop()
      phones.stop()
      for (const stopListening of deaf) stopListening()
      redis.off('close', countLoss)
      await link.stop()
      await ami.stop()
      await controller.stop()
      await recorder.stop()
      stopping.abort()
      // Of one that was replaced the next one's `catchUp` writes what is missing.
      if (!lead.signal.aborted) await agents.drain()
      agents.stop()
    },
  }
}

/** What the night engineer wants to know of a call in one line. */
function storyOf(call: Call): Record<string, unknown> {
  const seconds = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.round((to - from) / 100) / 10
  return {
    ...(call.stage.phase === 'ended' ? { outcome: call.stage.outcome, endedBy: call.stage.endedBy } : {}),
    line: call.line.number,
    keys: call.keys || undefined,
    agent: call.agent?.number,
    offers: call.segments.filter((segment) => segment.kind === 'OFFER').length,
    waitedSeconds: seconds(call.queuedAt, call.answeredAt ?? call.endedAt),
    talkedSeconds: seconds(call.answeredAt, call.endedAt),
    cause: call.hangupCause,
  }
}
