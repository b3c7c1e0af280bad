import type { Logger } from 'pino'
import { z } from 'zod'
import type { RecordingName } from '../../platform/types.ts'
import { promptLocale } from '../speech/speech.ts'
import type { Ari, AriAnswer, AriInventory, EndpointList, LiveChannel } from './ari.ts'
import { isReachable, rawEndpoint, rawInfo, readBridge, readChannel } from './ari-events.ts'
import { type EndpointPlace, endpointObjects, hasFields } from './endpoint.ts'
import type { Ask, Rest } from './rest.ts'
import { readVariable } from './variables.ts'

export interface VerbParts {
  rest: Rest
  app: string
  place: EndpointPlace
  /** Names that may be recording now. Asterisk cannot list them, it only answers about one by its name. */
  openRecordings(): Promise<RecordingName[]>
  /** Asterisk says nothing of the registration that goes with an endpoint. */
  onDropped(endpoint: string): void
  log: Logger
}

const sorceryOrder = ['auth', 'aor', 'endpoint'] as const

/** Each verb of the hotline as one request of ARI's. */
export function ariVerbs(parts: VerbParts): Ari {
  const { rest, app } = parts
  const done = (answer: AriAnswer<unknown>): AriAnswer => (answer.ok ? { ok: true, value: undefined } : answer)
  const post = async (path: string[], ask?: Ask) => done(await rest.ask('POST', path, ask))
  const remove = async (path: string[], ask?: Ask) => done(await rest.ask('DELETE', path, ask))

  async function isThere(type: string, id: string, wanted: Record<string, string>): Promise<boolean> {
    const answer = await rest.ask('GET', dynamicPath(type, id))
    const found = answer.ok ? configFields.safeParse(answer.value) : null
    return found?.success === true && hasFields(found.data, wanted)
  }

  return {
    play(target, playbackId, media) {
      const where = 'channel' in target ? ['channels', target.channel] : ['bridges', target.bridge]
      return post([...where, 'play', playbackId], { query: { media: media.join(',') } })
    },
    stopPlayback: (id) => remove(['playbacks', id]),
    startMusic: (id) => post(['channels', id, 'moh']),
    stopMusic: (id) => remove(['channels', id, 'moh']),
    originate: (ask) =>
      post(['channels', ask.channelId], {
        query: {
          endpoint: `PJSIP/${ask.endpoint}`,
          app,
          appArgs: ask.appArgs.join(','),
          callerId: `"${plain(ask.callerName)}" <${ask.callerNumber.replace(/[^0-9A-Za-z+*#.]/g, '')}>`,
          timeout: ask.ringSeconds,
        },
        body: { variables: ask.variables },
      }),
    createLeg: (ask) =>
      post(['channels', 'create'], {
        query: {
          channelId: ask.channelId,
          endpoint: `PJSIP/${ask.endpoint}`,
          app,
          appArgs: ask.appArgs.join(','),
        },
        body: { variables: ask.variables },
      }),
    dialLeg: (id, limitSeconds) => post(['channels', id, 'dial'], { query: { timeout: limitSeconds } }),
    mute: (id) => post(['channels', id, 'mute'], { query: { direction: 'in' } }),
    unmute: (id) => remove(['channels', id, 'mute'], { query: { direction: 'in' } }),
    stopRinging: (id) => remove(['channels', id, 'ring']),
    sendDigits: (id, digits) => post(['channels', id, 'dtmf'], { query: { dtmf: digits } }),
    hangup: (id, cause) => remove(['channels', id], { query: { reason: cause } }),
    async createBridge(id, name) {
      const answer = await post(['bridges', id], { query: { type: 'mixing,dtmf_events', name } })
      // Ids are ours: a bridge that is there already is the one that was meant.
      const isThere = answer.ok || answer.detail.startsWith('409')
      // Without it Asterisk reports no recording that fails before a channel is in the bridge, and often not one that
      // ends as the last channel leaves (22.10.1). The subscription ends with the bridge.
      return isThere ? post(['applications', app, 'subscription'], { query: { eventSource: `bridge:${id}` } }) : answer
    },
    destroyBridge: (id) => remove(['bridges', id]),
    addToBridge: (id, channels) => post(['bridges', id, 'addChannel'], { query: { channel: channels.join(',') } }),
    addUnseen: (id, channel) =>
      post(['bridges', id, 'addChannel'], { query: { channel, inhibitConnectedLineUpdates: 'true' } }),
    removeFromBridge: (id, channel) => post(['bridges', id, 'removeChannel'], { query: { channel } }),
    recordBridge: (id, name) =>
      post(['bridges', id, 'record'], { query: { name, format: 'wav', ifExists: 'fail', beep: 'false' } }),
    recordMessage: (id, name) =>
      post(['channels', id, 'record'], {
        query: {
          ...{ name, format: 'wav', ifExists: 'fail', beep: 'true', terminateOn: '#' },
          ...{ maxDurationSeconds: 120, maxSilenceSeconds: 5 },
        },
      }),
    stopRecording: (name) => post(['recordings', 'live', name, 'stop']),

    async hasSound(name) {
      const sound = name.startsWith(`${promptLocale}/`) ? name.slice(promptLocale.length + 1) : name
      const answer = await rest.ask('GET', ['sounds', sound])
      if (!answer.ok) return answer.why === 'gone' ? { ok: true, value: false } : answer
      const formats = soundFormats.safeParse(answer.value)
      return { ok: true, value: formats.success && formats.data.formats.some((one) => one.language === promptLocale) }
    },

    async pushEndpoint(device) {
      const objects = endpointObjects(device, parts.place)
      for (const type of sorceryOrder) {
        // A new controller pushes phones that exist already. Written again, an aor forgets which websocket its phone is
        // on and keeps the contact of a closed one until it expires, and an endpoint warns of options that were never
        // set.
        if (await isThere(type, device.id, objects[type])) continue
        const fields = Object.entries(objects[type]).map(([attribute, value]) => ({ attribute, value }))
        const answer = await rest.ask('PUT', dynamicPath(type, device.id), { body: { fields } })
        if (!answer.ok) return answer
      }
      return { ok: true, value: undefined }
    },
    async dropEndpoint(id) {
      let result: AriAnswer = { ok: true, value: undefined }
      for (const type of sorceryOrder.toReversed()) {
        const answer = await remove(dynamicPath(type, id))
        if (!answer.ok && answer.why !== 'gone') result = answer
      }
      if (result.ok) parts.onDropped(id)
      return result
    },

    async blockAddress(address) {
      const path = dynamicPath('acl', blockOf(address))
      const length = address.includes(':') ? 64 : 32
      const answer = await rest.ask('PUT', path, {
        body: { fields: [{ attribute: 'deny', value: `${address}/${length}` }] },
      })
      if (answer.ok || answer.why !== 'refused') return done(answer)
      // Asterisk makes it and then fails to write it into its answer (500, Allocation failed): whether it is there is asked.
      const found = await rest.ask('GET', path)
      return found.ok || found.why === 'refused' ? { ok: true, value: undefined } : answer
    },
    unblockAddress: (address) => remove(dynamicPath('acl', blockOf(address))),

    async packetsHeard(id) {
      const answer = await rest.ask('GET', ['channels', id, 'rtp_statistics'])
      if (!answer.ok) return answer
      const read = rtpStatistics.safeParse(answer.value)
      return read.success
        ? { ok: true, value: read.data.rxcount }
        : { ok: false, why: 'failed', detail: 'GET rtp_statistics: not understood' }
    },
    checkSession: (id) =>
      post(['channels', id, 'variable'], { query: { variable: 'PJSIP_SEND_SESSION_REFRESH()', value: 'update' } }),
    variable: (id, name) => readVariable(rest, ['channels', id, 'variable'], name),
    channels: () => listChannels(parts),
    endpoints: () => listEndpoints(parts),
    inventory: () => takeInventory(parts),
  }
}

/** Every channel at Asterisk, ours or not; an unreadable one is logged and left out. */
export async function listChannels(parts: Pick<VerbParts, 'rest' | 'app' | 'log'>): Promise<AriAnswer<LiveChannel[]>> {
  const answer = await parts.rest.ask('GET', ['channels'])
  if (!answer.ok) return answer
  return { ok: true, value: readAll(parts, 'channels', answer, (raw) => readChannel(raw, parts.app)) }
}

async function listEndpoints(parts: Pick<VerbParts, 'rest' | 'log'>): Promise<AriAnswer<EndpointList>> {
  const answer = await parts.rest.ask('GET', ['endpoints', 'PJSIP'])
  if (!answer.ok) return answer
  const known = readAll(parts, 'endpoints', answer, (raw) => rawEndpoint.safeParse(raw).data ?? null)
  return {
    ok: true,
    value: {
      endpoints: known.map((endpoint) => endpoint.resource),
      reachable: known.filter(isReachable).map((endpoint) => endpoint.resource),
    },
  }
}

const configFields = z.array(z.object({ attribute: z.string(), value: z.string() }))
const rtpStatistics = z.object({ rxcount: z.number() })
const soundFormats = z.object({ formats: z.array(z.object({ language: z.string() })) })

function dynamicPath(type: string, id: string): string[] {
  return ['asterisk', 'config', 'dynamic', 'res_pjsip', type, id]
}

const blockOf = (address: string): string => `blocked-${address}`

/** A display name that ends neither its quotes nor the header. */
function plain(name: string): string {
  return name.replace(/[\p{Cc}"<>\\]/gu, ' ').slice(0, 80)
}

/** Channels first: a bridge that is listed later may name a channel that is unknown, never the other way round. */
async function takeInventory(parts: VerbParts): Promise<AriAnswer<AriInventory>> {
  const { rest, app } = parts
  const [info, channels, bridges, endpoints, recordings] = await Promise.all([
    rest.ask('GET', ['asterisk', 'info'], { query: { only: 'build,system,status' } }),
    rest.ask('GET', ['channels']),
    rest.ask('GET', ['bridges']),
    listEndpoints(parts),
    liveRecordings(parts),
  ])
  for (const answer of [info, channels, bridges]) if (!answer.ok) return answer
  if (!endpoints.ok) return endpoints
  const about = info.ok ? rawInfo.safeParse(info.value) : undefined
  if (!about?.success) return { ok: false, why: 'failed', detail: 'GET /asterisk/info: not understood' }

  const list = <T>(what: string, answer: AriAnswer<unknown>, read: (raw: unknown) => T | null) =>
    readAll(parts, what, answer, read)
  return {
    ok: true,
    value: {
      asteriskStartedAt: about.data.status.startup_time,
      version: about.data.system.version,
      builtAt: about.data.build.date,
      channels: list('channels', channels, (raw) => readChannel(raw, app)),
      bridges: list('bridges', bridges, readBridge),
      recordings,
      ...endpoints.value,
    },
  }
}

/** An unreadable item is logged and left out. */
function readAll<T>(
  { log }: Pick<VerbParts, 'log'>,
  what: string,
  answer: AriAnswer<unknown>,
  read: (raw: unknown) => T | null,
): T[] {
  const raws = answer.ok && Array.isArray(answer.value) ? answer.value : []
  const known = raws.map(read).filter((item) => item !== null)
  if (known.length < raws.length)
    log.error({ what, raws: raws.length, known: known.length }, 'malformed items in an ARI list: skipped')
  return known
}

/** A name that gets no answer counts as running: taking it for lost would end a good recording's row. */
async function liveRecordings({ rest, openRecordings, log }: VerbParts): Promise<RecordingName[]> {
  const names = await openRecordings().catch((error: unknown) => {
    log.warn({ err: error }, 'open recordings not read: none is checked this time')
    return []
  })
  const answers = await Promise.all(names.map((name) => rest.ask('GET', ['recordings', 'live', name])))
  return names.filter((_, index) => {
    const answer = answers[index]
    return answer?.ok || answer?.why !== 'gone'
  })
}
