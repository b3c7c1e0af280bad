import { importFallback } from '../../calls/fallback/import.ts'
import { measureMessages } from '../../calls/recordings/messages.ts'
import type { Phones } from '../../floor/agents/phones.ts'
import { type Sign, signKey } from '../../health/health.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import { roomIn } from '../../platform/process/disk.ts'
import type { Control } from './control.ts'
import type { Edges, LeadParts } from './edges.ts'

type Parts = LeadParts & Edges & Control & { phones: Phones }

/** The leader's periodic duties, besides the requests of calls and agents. */
export function dutiesOf(parts: Parts): Duty[] {
  const { controller, fallbackTalks, members, floor, nightLog, phones, reach, blockList } = parts
  return [
    ...floor.duties,
    { everyMs: 1_000, name: 'sign of life of the leader', work: () => giveSign(parts) },
    { everyMs: 5_000, name: 'calls that wait long', work: async () => nightLog.look(controller.calls()) },
    { everyMs: 10_000, name: 'room for recordings', work: () => lookForRoom(parts) },
    { everyMs: 60_000, name: 'comparison with Asterisk', work: () => compare(parts) },
    { everyMs: 60_000, name: 'phones at Asterisk', work: phones.compare },
    { everyMs: 60_000, name: 'reachable phones', work: reach.compare },
    { everyMs: 1_000, name: 'members of the fallback queue', work: () => members.keep(fallbackTalks.isServing) },
    { everyMs: 5_000, name: 'SIP addresses that are blocked', work: blockList.sweep },
    { everyMs: 1_000, name: 'talks of the fallback', work: fallbackTalks.look },
    { everyMs: 10_000, name: 'fallback calls', work: () => importCalls(parts) },
    { everyMs: 15_000, name: 'calls set aside that have ended', work: controller.closeAside },
    { everyMs: 1_000, name: 'calls shared with the province', work: () => lookAtShared(parts) },
  ]
}

async function giveSign({ settings, redis, lead, name, link, present, now }: Parts): Promise<void> {
  const sign: Sign = {
    ariConnected: link.isConnected(),
    at: now(),
    leader: name,
    epoch: lead.epoch,
    isRoomShort: present.room?.isShort ?? false,
    asterisk: present.running,
  }
  await redis.set(signKey(settings.NODE_NAME), JSON.stringify(sign), 'PX', 5_000)
}

/** An earlier controller's calls are known only when they are taken over. */
async function lookAtShared({ shared, controller, present }: Parts): Promise<void> {
  if (present.isSettled) await shared?.look(controller.calls)
}

async function lookForRoom({ present, recordingDir, log }: Parts): Promise<void> {
  const wasShort = present.room?.isShort ?? false
  const room = await roomIn(recordingDir)
  present.room = room
  if (room.isShort && !wasShort)
    log.error({ freeBytes: room.freeBytes, recordingDir }, 'disk space for recordings is short')
}

async function compare({ controller, recorder, database, recordingDir, log }: Parts): Promise<void> {
  await controller.sweep()
  await recorder.catchUp((callId) => controller.calls().some((call) => call.id === callId))
  await measureMessages({ db: database.db, recordingDir, log })
}

async function importCalls(parts: Parts): Promise<void> {
  const { settings, site, database, bus, link, ami, ledger, recorder, view, log } = parts
  const { fallback, store, recordingDir, lineId, now } = parts
  if (!link.isConnected() || !ami.isConnected()) return
  await importFallback(
    {
      ...{ fallback, store, site, recordingDir, lineId, now, log },
      db: database.db,
      node: settings.NODE_NAME,
      keepRecording: recorder.keep,
      aside: ledger.aside,
      endAside: ledger.endAside,
      tell: (call) => bus.publish('call.changed', view(call)),
    },
    async () => {
      const channels = await link.ari.channels()
      return channels.ok ? new Set(channels.value.map((channel) => channel.id)) : null
    },
  )
}
