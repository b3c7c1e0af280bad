import { type Controller, type ControllerParts, openController } from '../../calls/control/controller.ts'
import { effectsOf } from '../../calls/control/effects.ts'
import { openEntrances } from '../../calls/control/entrances.ts'
import { readEntry } from '../../calls/control/entry.ts'
import { watchCalls } from '../../calls/control/figures.ts'
import { openPulse } from '../../calls/control/pulse.ts'
import { type FallbackTalks, openFallbackTalks } from '../../calls/fallback/talks.ts'
import { careForFloor, type FloorCare } from '../../calls/floor/floor-care.ts'
import { openLastAgents } from '../../calls/floor/last-agents.ts'
import { type Matching, openMatching } from '../../calls/floor/matching.ts'
import { type Members, openMembers } from '../../calls/floor/members.ts'
import { type NightLog, openNightLog } from '../../calls/floor/night-log.ts'
import type { Call } from '../../calls/machine/call.ts'
import { storyOf } from '../../calls/machine/story.ts'
import { asEnded, type CallView, viewOf } from '../../calls/machine/view.ts'
import { measureMessages } from '../../calls/recordings/messages.ts'
import { openEmergencyPackets } from '../../emergency/packets.ts'
import { openExchange } from '../../exchange/exchange.ts'
import { readUserToUser } from '../../exchange/headers.ts'
import { openSharedCalls, type SharedCalls } from '../../exchange/shared-calls.ts'
import { openReach, type Reach } from '../../floor/agents/reach.ts'
import { webSignKey } from '../../health/health.ts'
import { ownLineOf } from '../../lines/dialled.ts'
import { placeOf } from '../../lines/place.ts'
import { textOf } from '../../platform/text/encoded-text.ts'
import type { CallId, OfferId } from '../../platform/types.ts'
import type { LiveChannel } from '../../telephony/ari/ari.ts'
import { openInquiries } from '../../tickets/inquiries.ts'
import type { Edges, LeadParts } from './edges.ts'

/** Where `dialplan/extensions.conf` puts the province's packet among what a call enters with. */
const argumentOfPacket = 8
/** How long beyond pop and ring an offer is valid before any controller may end it. */
const offerMarginMs = 5_000

/** What steers calls and agents between the edges. */
export interface Control {
  controller: Controller
  matching: Matching
  fallbackTalks: FallbackTalks
  members: Members
  reach: Reach
  floor: FloorCare
  /** Null where no platform is named. */
  shared: SharedCalls | null
  nightLog: NightLog
  view(call: Call): CallView
}

/**
 * Puts it together, in the order in which one needs the other: who waits is matched (`matching`), the controller
 * takes the offers and steers the calls, `fallbackTalks` follows those that Asterisk's own queue has, `floor` sees to it
 * that agents' states and calls tell the same.
 */
export function openControl(parts: LeadParts, edges: Edges): Control {
  const { settings, site, redis, bus, log } = parts
  const { link, agents, store, ledger, figures, present, now } = edges
  const { NODE_NAME: node } = settings
  const { timings } = site
  const { queue } = agents
  const view = (call: Call): CallView => viewOf(call, placeOf(call.caller.number, site.areaCode))
  const { db } = parts.database
  const onChanged = (callId: CallId) => bus.publish('exchange.changed', { callId })
  const exchange = openExchange({ db, settings, site, onChanged, now, log })
  const shared = exchange && openSharedCalls({ db, exchange, site, now, log })
  const read = (channel: LiveChannel, args: string[]) => {
    const entry = readEntry(site, node, channel, args, now())
    const packet = readUserToUser(textOf(args[argumentOfPacket] ?? ''))
    // The province's packet about this caller went ahead of the call; its id came with it.
    if (entry && packet !== null) void shared?.cameIn(packet, entry.id)
    return entry
  }

  const offerMs = timings.popMs + timings.ringMs + offerMarginMs
  const matching = openMatching({ queue, node, offerMs, now, log })
  const nightLog = openNightLog({ now, log })
  const controller = openController(controllerParts({ ...parts, ...edges, nightLog, matching, shared, view, read }))
  const onOfferLost = (callId: CallId, offerId: OfferId): void => {
    controller.post(callId, { type: 'offer-lost', offerId })
  }
  watchCalls(figures.registry, {
    calls: controller.calls,
    isConnected: link.isConnected,
    epoch: parts.lead.epoch,
    freeBytes: () => present.room?.freeBytes ?? null,
  })

  const members = openMembers({ queue, ...edges })
  const fallbackTalks = openFallbackTalks({
    ari: link.ari,
    ...{ queue, store, view, read, onOfferLost, now, log },
    wrapUpMs: timings.wrapUpMs,
    before: controller.aside,
    keepMembers: members.keep,
    tell: (call) => bus.publish('call.changed', call),
    onQueueMoved: matching.run,
  })
  const reach = openReach({ ari: link.ari, queue, node, now })

  const news = (call: Call) => bus.written('call.changed', view(call))
  /** Redis lost everything, or is new: the live calls and the registered phones are written to it again. */
  async function onRebuilt(): Promise<void> {
    const back = { agents: (await queue.agents()).length, calls: controller.calls().length }
    if (back.agents + back.calls === 0) log.info('floor rebuilt: empty')
    else log.warn(back, 'floor lost by Redis: rebuilt from database, living calls and Asterisk')
    // All in this moment: a call that goes on while others are kept must not be brought back to where it was.
    await Promise.all(controller.calls().map((call) => ledger.keep(call, news(call))))
    // Before any phone is there again: no agent is ready without one.
    await fallbackTalks.look()
    await reach.compare()
  }

  const floor = careForFloor({
    ...{ agents, bus, node, timings, onRebuilt, now, log },
    calls: controller.calls,
    fallbackTalks: fallbackTalks.talks,
    isSettled: () => present.isSettled,
    isWebHere: async () => (await redis.exists(webSignKey)) === 1,
    onOfferExpired: onOfferLost,
    onQueueMoved: matching.run,
    redisLosses: () => present.redisLosses,
    async retell() {
      await ledger.retell(news)
      await reach.compare()
    },
  })
  matching.begin({
    mayOffer: () => present.isHeard && fallbackTalks.isSettled() && floor.isTrue(),
    onOffer: controller.onOffer,
  })
  return { controller, matching, fallbackTalks, members, reach, floor, nightLog, shared, view }
}

type Around = LeadParts &
  Edges &
  Pick<Control, 'matching' | 'nightLog' | 'shared' | 'view'> &
  Pick<ControllerParts, 'read'>

/** How the controller reaches stores, Asterisk, queue and desks. */
function controllerParts(parts: Around): ControllerParts {
  const { settings, site, database, redis, bus, lead, log } = parts
  const { link, agents, store, ledger, recorder, figures, nightLog, matching, shared, view, read, now } = parts
  const { NODE_NAME: node } = settings
  const pulse = openPulse(link.ari)
  const entrances = openEntrances()
  const packets = openEmergencyPackets({ db: database.db, settings, site, now, log })

  function onEnded(call: Call): void {
    figures.ended(call)
    pulse.forget(call.channel)
    log.info({ callId: call.id, ...storyOf(call) }, 'call ended')
    if (call.message === undefined) return
    void ledger
      .settled(call.id)
      .then(() => measureMessages({ db: database.db, recordingDir: parts.recordingDir, log }))
      .catch((error: unknown) => log.warn({ err: error }, 'voice message not measured: retried later'))
  }

  return {
    ari: link.ari,
    ...{ ledger, node, entrances, read, now, log },
    timings: site.timings,
    news: (call) => bus.written('call.changed', view(call)),
    perform: effectsOf({
      ari: link.ari,
      queue: agents.queue,
      ...{ bus, pulse, entrances, view, now, log },
      ownNumber: ownLineOf(site.lines).number,
      announce: async (party, call) => packets?.push(party, call) ?? shared?.announce(party, call) ?? {},
      lastAgents: openLastAgents(redis, log),
      inquiries: openInquiries({ db: database.db, redis, now }),
      timings: site.timings,
      epoch: lead.epoch,
      onRecording: (call, recording) => recorder.begun(call.id, recording),
      onInquiry: figures.inquired,
      onQueueMoved: matching.run,
    }),
    onKept(call) {
      if (call.version === 1) figures.entered(call)
      shared?.onKept(call)
      log.debug({ callId: call.id, phase: call.stage.phase, version: call.version }, 'call kept')
      nightLog.kept(call)
      if (call.stage.phase === 'ended') onEnded(call)
    },
    onRecordingEnded: recorder.ended,
    wasClosed: (channel) =>
      store.isClosed(node, channel).catch((error: unknown) => {
        log.warn({ err: error }, 'earlier record of a channel not read: treated as new')
        return null
      }),
    onCameBack: matching.waitForOthers,
    tellAside: (call) => bus.publish('call.changed', asEnded(view(call), now())),
    mayAct: lead.mayAct,
  }
}
