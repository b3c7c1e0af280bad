import type { Logger } from 'pino'
import type { Offer } from '../../floor/queue/queue.ts'
import type { Written } from '../../platform/redis/bus.ts'
import type { CallCommand, CommandAnswer } from '../../platform/topics.ts'
import type { BridgeId, CallId, ChannelId, Instant, RecordingName } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Ari, AriEvent, AriInventory, LiveChannel } from '../../telephony/ari/ari.ts'
import { enter } from '../machine/advance.ts'
import {
  bridgeOf,
  type Call,
  type CallEvent,
  callOf,
  type Effect,
  type Entry,
  type Found,
  inherited,
} from '../machine/call.ts'
import { legsOf } from '../machine/mix.ts'
import { answerableOf } from '../machine/party.ts'
import type { Ledger } from './ledger.ts'
import { Mailbox, type Surroundings } from './mailbox.ts'

/** What the controller is built from; the shell of `roles/calls.ts` puts it together. */
export interface ControllerParts {
  ari: Pick<Ari, 'hangup' | 'destroyBridge' | 'channels' | 'inventory'>
  ledger: Ledger
  node: string
  timings: Timings
  now(): Instant
  /** Reads who calls and what was dialled from a channel that entered; null when it is no citizen's call. */
  read(channel: LiveChannel, args: string[]): Entry | null
  /** What desks and floors are told of it. */
  news(call: Call): Written
  perform(effect: Effect, call: Call): Promise<CallEvent | null>
  onKept(call: Call): void
  onRecordingEnded(callId: CallId, recording: RecordingName, isKept: boolean): void
  /** Whether this caller's record is closed already; null when that cannot be known now. */
  wasClosed(channel: ChannelId): Promise<boolean | null>
  /** Desks and floors: nobody steers this call for now. */
  tellAside(call: Call): void
  /** Resolves true when nobody else can lead, false when another one does. */
  mayAct(): Promise<boolean>
  log: Logger
}

export interface Controller {
  onConnected(inventory: AriInventory): Promise<void>
  onEvent(event: AriEvent): void
  /** @returns false when there is no such call: its agent must not wait for it */
  onOffer(offer: Offer): boolean
  post(callId: CallId, event: CallEvent): boolean
  command(ask: CallCommand): CommandAnswer | undefined
  calls(): Call[]
  /** What was known of a caller when the fallback took him in. */
  aside(caller: ChannelId): Call | undefined
  /** Compares with Asterisk and clears away what nobody owns. Run once a minute. */
  sweep(): Promise<void>
  /**
   * Callers who hung up before the fallback's first step left no trace for its import: their records are closed here.
   * Of others it is only forgotten that they were set aside. Run less often than the import, whose turn comes first.
   */
  closeAside(): Promise<void>
  stop(): Promise<void>
}

/** A channel or bridge of nobody's must be this old before it is cleared away: its call may be just entering. */
const strangerAgeMs = 30_000

/** Every call of one Asterisk node: finds the mailbox for each event, takes over what an earlier controller left. */
export function openController(parts: ControllerParts): Controller {
  const { ari, ledger, log, now } = parts
  const boxes = new Map<CallId, Mailbox>()
  const byCaller = new Map<ChannelId, CallId>()
  /** Legs of ours that have entered but are not up yet, or the other way round. */
  const halfUp = new Map<ChannelId, 'entered' | 'up'>()
  /** Callers of ours whom the fallback has: they may come back from it. */
  const aside = new Map<ChannelId, Call>()
  let suspects = new Set<string>()
  /** Of those set aside, who had hung up when they were looked at last. */
  let leftFallback = new Set<ChannelId>()
  /** Both memories were read: nobody is left whom only the one that was away knows. */
  let isWhole = false

  const world: Surroundings = {
    now,
    timings: parts.timings,
    async keep(call) {
      // A controller that was replaced goes no further: whatever waits here waits for ever, and is forgotten.
      if (!(await parts.mayAct())) await new Promise<never>(() => {})
      await ledger.keep(call, parts.news(call))
      parts.onKept(call)
    },
    perform: parts.perform,
    onEnded(callId) {
      const box = boxes.get(callId)
      if (box) byCaller.delete(box.call.channel)
      boxes.delete(callId)
      box?.stop()
    },
    onFault(callId, event, error) {
      log.error({ callId, event, err: error }, 'an event could not be taken; the call goes on as it was')
    },
  }

  function begin(channel: LiveChannel, args: string[]): void {
    if (byCaller.has(channel.id)) return
    const before = aside.get(channel.id)
    if (before) {
      aside.delete(channel.id)
      ledger.endAside(before.id)
      log.info({ callId: before.id, phase: before.stage.phase }, 'call is back from the fallback')
      adopt(inherited(before))
      post(before.id, { type: 'adopted', found: { ...nothingFound, isCallerAlive: true } })
      return
    }
    const entry = parts.read(channel, args)
    if (!entry) {
      log.warn({ channel: channel.id, args }, 'a channel entered that is no call; hung up')
      void ari.hangup(channel.id, 'normal')
      return
    }
    log.info({ callId: entry.id, line: entry.line.number, source: entry.line.source }, 'call entered')
    byCaller.set(channel.id, entry.id)
    boxes.set(entry.id, Mailbox.open(enter(entry, now()), world))
  }

  /** Takes on what the stores remember; those taken on are returned. */
  async function remember(inventory: AriInventory): Promise<Call[]> {
    const { calls, isWhole: isAll } = await ledger.load()
    isWhole = isAll
    const newest = new Map(calls.map((call) => [call.id, call]))
    for (const call of (await ledger.aside()).values()) {
      if (call.node !== parts.node || boxes.has(call.id)) continue
      const living = newest.get(call.id)
      // Back in the application, or known to whoever led after it had been set aside: the newer word counts.
      if (isInApp(call, inventory) || (living && living.version > call.version)) {
        if (!living || living.version < call.version) newest.set(call.id, call)
        ledger.endAside(call.id)
      } else {
        newest.delete(call.id)
        aside.set(call.channel, call)
      }
    }
    const unknown = [...newest.values()].filter((call) => !boxes.has(call.id))
    for (const call of unknown) {
      // Ended, but its controller died before the row was closed.
      if (call.stage.phase === 'ended') await ledger.keep(call, parts.news(call))
      else if (isInFallback(call, inventory)) setAside(call)
      else adopt(inherited(call))
    }
    return unknown.filter((call) => boxes.has(call.id))
  }

  function isInApp(call: Call, inventory: AriInventory): boolean {
    return inventory.channels.some((channel) => channel.id === call.channel && channel.isInApp)
  }

  /** Whom nobody led for a while, the jobs role has given to the dialplan. See `rescue.ts`. */
  function isInFallback(call: Call, inventory: AriInventory): boolean {
    return inventory.channels.some((channel) => channel.id === call.channel && !channel.isInApp)
  }

  function setAside(call: Call): void {
    ledger.setAside(call.id)
    if (aside.has(call.channel)) return
    log.info({ callId: call.id, phase: call.stage.phase }, 'call is with the fallback')
    aside.set(call.channel, call)
    parts.tellAside(call)
    void parts.perform({ do: 'leave-queue' }, call)
  }

  /** A caller whom nobody knows: new, or one whose record was closed while Asterisk stood still. */
  async function inherit(channel: LiveChannel): Promise<void> {
    if (callOf(channel.id) || (await parts.wasClosed(channel.id))) await ari.hangup(channel.id, 'normal')
    else begin(channel, channel.stasisArgs)
  }

  /** Opening the mailbox keeps the call, so that its new version stands in the stores at once. */
  function adopt(call: Call): void {
    byCaller.set(call.channel, call.id)
    boxes.set(call.id, Mailbox.open({ call, effects: [] }, world))
  }

  /** The call that a channel belongs to: the caller's by its id, a leg's by its name. */
  function ownerOf(channel: ChannelId): CallId | null {
    return byCaller.get(channel) ?? callOf(channel)
  }

  function post(callId: CallId | null, event: CallEvent): boolean {
    const box = callId && boxes.get(callId)
    if (!box) return false
    box.post(event)
    return true
  }

  /** A leg may be joined once it has both answered and entered the application, in either order. */
  function legStep(leg: ChannelId, step: 'entered' | 'up', callId: CallId): void {
    const other = halfUp.get(leg)
    if (!other || other === step) {
      halfUp.set(leg, step)
      return
    }
    halfUp.delete(leg)
    if (!post(callId, { type: 'leg-up', leg })) void ari.hangup(leg, 'normal')
  }

  function onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'channel-entered':
        entered(event.channel, event.args)
        break
      case 'channel-up':
        legUp(event.channelId)
        break
      case 'channel-leaving':
        callerGone(event.channelId, event.cause)
        break
      case 'channel-left':
        callerGone(event.channelId, null)
        break
      case 'channel-destroyed':
        gone(event.channelId, event.cause)
        break
      case 'digit':
        post(byCaller.get(event.channelId) ?? null, { type: 'digit', digit: event.digit })
        break
      case 'playback-finished':
        post(callOf(event.playbackId), { type: 'playback-finished', playback: event.playbackId })
        break
      case 'recording-finished':
        recorded(event.name, true)
        break
      case 'recording-failed':
        recorded(event.name, false)
        break
      default:
    }
  }

  function entered(channel: LiveChannel, args: string[]): void {
    const callId = callOf(channel.id)
    if (!callId) {
      begin(channel, args)
      return
    }
    if (channel.state === 'Up') legStep(channel.id, 'up', callId)
    legStep(channel.id, 'entered', callId)
  }

  function legUp(channel: ChannelId): void {
    const callId = callOf(channel)
    if (callId) legStep(channel, 'up', callId)
  }

  function recorded(name: RecordingName, isKept: boolean): void {
    const callId = callOf(name)
    if (!callId) return
    parts.onRecordingEnded(callId, name, isKept)
    post(callId, { type: 'recording-ended', recording: name, isKept })
  }

  /** While we lead a citizen's channel leaves only by hanging up; the end of a leg counts when its cause is known. */
  function callerGone(channel: ChannelId, cause: number | null): void {
    const owner = byCaller.get(channel)
    if (owner) post(owner, { type: 'caller-gone', cause })
  }

  function gone(channel: ChannelId, cause: number): void {
    halfUp.delete(channel)
    const owner = byCaller.get(channel)
    if (owner) post(owner, { type: 'caller-gone', cause })
    else post(ownerOf(channel), { type: 'leg-gone', leg: channel, cause })
  }

  function found(call: Call, inventory: AriInventory): Found {
    const channels = new Map(inventory.channels.map((channel) => [channel.id, channel]))
    return {
      isCallerAlive: channels.has(call.channel),
      legs: legsOf(call).flatMap((id) => {
        const channel = channels.get(id)
        return channel ? [{ id, isUp: channel.state === 'Up' }] : []
      }),
      bridged: inventory.bridges.find((bridge) => bridge.id === bridgeOf(call.id))?.channels ?? null,
      isRecording: call.owned.recording !== null && inventory.recordings.includes(call.owned.recording),
    }
  }

  function takeOver(call: Call, inventory: AriInventory): void {
    // Clocks are stepped; a channel that is there was not lost with an earlier Asterisk, whatever they say.
    const isThere = inventory.channels.some((channel) => channel.id === call.channel)
    const isFromBefore = !isThere && call.arrivedAt < inventory.asteriskStartedAt
    const event: CallEvent = isFromBefore
      ? { type: 'platform-lost' }
      : { type: 'adopted', found: found(call, inventory) }
    log.info({ callId: call.id, phase: call.stage.phase, isFromBefore }, 'call taken over')
    post(call.id, event)
  }

  /** Channels and bridges in our application that no call knows. */
  function strangers(inventory: AriInventory): { channels: LiveChannel[]; bridges: BridgeId[] } {
    return {
      channels: inventory.channels.filter((channel) => {
        if (!channel.isInApp && !callOf(channel.id)) return false
        if (byCaller.has(channel.id)) return false
        const callId = callOf(channel.id)
        const call = callId && boxes.get(callId)?.call
        return !(call && legsOf(call).includes(channel.id))
      }),
      bridges: inventory.bridges
        .filter((bridge) => {
          const callId = callOf(bridge.id)
          return callId !== null && !boxes.has(callId)
        })
        .map((bridge) => bridge.id),
    }
  }

  return {
    async onConnected(inventory) {
      await remember(inventory)
      for (const box of [...boxes.values()]) takeOver(box.call, inventory)
      for (const channel of strangers(inventory).channels) await inherit(channel)
      for (const bridge of strangers(inventory).bridges) void ari.destroyBridge(bridge)
    },

    onEvent,

    onOffer(offer) {
      const made = { id: offer.id, agentId: offer.agentId, agentNumber: offer.agentNumber, endpoint: offer.endpoint }
      return post(offer.callId, { type: 'offered', offer: made })
    },

    post,

    command(ask) {
      const call = boxes.get(ask.callId)?.call
      if (!call) return undefined
      if (call.stage.phase !== 'talking') return refusal('call.not-talking', '当前不在通话中')
      if (answerableOf(call)?.agent.agentId !== ask.agentId) return refusal('call.not-yours', '该通话不属于您')
      post(
        ask.callId,
        ask.name === 'rejoin'
          ? { type: 'rejoin', agentId: ask.agentId, endpoint: ask.endpoint }
          : { type: 'command', command: ask.name, agentId: ask.agentId },
      )
      return { ok: true }
    },

    calls: () => [...boxes.values()].map((box) => box.call),

    aside: (caller) => aside.get(caller),

    async sweep() {
      const answer = await ari.inventory()
      if (!answer.ok) return
      const inventory = answer.value
      if (!isWhole) for (const call of await remember(inventory)) takeOver(call, inventory)
      const alive = new Set(inventory.channels.map((channel) => channel.id))
      const seen = new Set<string>()
      for (const { call } of boxes.values()) {
        if (alive.has(call.channel) || call.stage.phase === 'ended') continue
        // Missing twice in a row: its end was not told to us.
        if (suspects.has(call.id)) takeOver(call, inventory)
        else seen.add(call.id)
      }
      const { channels, bridges } = strangers(inventory)
      for (const channel of channels) {
        if (now() - channel.createdAt < strangerAgeMs) continue
        log.warn({ channel: channel.id }, 'a channel without a call; hung up')
        void ari.hangup(channel.id, 'normal')
      }
      for (const bridge of bridges) {
        if (suspects.has(bridge)) void ari.destroyBridge(bridge)
        else seen.add(bridge)
      }
      suspects = seen
    },

    async closeAside() {
      const known = [...aside.values(), ...(await ledger.aside()).values()].filter((call) => call.node === parts.node)
      const answer = known.length > 0 ? await ari.channels() : null
      if (!answer?.ok) return
      const alive = new Set(answer.value.map((channel) => channel.id))
      const before = leftFallback
      leftFallback = new Set()
      for (const call of new Map(known.map((one) => [one.id, one])).values()) {
        if (alive.has(call.channel)) continue
        const wasClosed = before.has(call.channel) ? await parts.wasClosed(call.channel) : null
        if (wasClosed === null) {
          leftFallback.add(call.channel)
          continue
        }
        aside.delete(call.channel)
        ledger.endAside(call.id)
        if (wasClosed || boxes.has(call.id)) continue
        adopt(inherited(call))
        post(call.id, { type: 'adopted', found: { ...nothingFound, isCallerAlive: false } })
      }
    },

    async stop() {
      for (const box of boxes.values()) box.stop()
      await ledger.stop()
    },
  }
}

const nothingFound = { legs: [], bridged: null, isRecording: false }

function refusal(code: string, message: string): CommandAnswer {
  return { ok: false, code, message }
}
