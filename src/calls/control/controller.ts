import type { Offer } from '../../floor/queue/queue.ts'
import type { AgentId, CallId, Instant } from '../../platform/types.ts'
import { problems } from '../../platform/web/problem.ts'
import type { Timings } from '../../site/site.ts'
import type { Ari, AriEvent, AriInventory, LiveChannel } from '../../telephony/ari/ari.ts'
import type { CallCommand, CommandAnswer } from '../../topics.ts'
import { enter } from '../machine/advance.ts'
import { type Call, type CallEvent, callOf, type Entry } from '../machine/call.ts'
import { placeByMachine } from '../machine/keypad/placing.ts'
import type { Outgoing } from '../machine/outgoing/outgoing.ts'
import { place } from '../machine/outgoing/placing.ts'
import { type AgentOffer, partyOfAgent } from '../machine/party.ts'
import { type CallRefusal, type CallWish, refusalFor } from '../machine/permits.ts'
import { type AdoptionParts, openAdoption } from './adopt.ts'
import { type Aside, type AsideParts, openAside } from './aside.ts'
import { openBoxes } from './boxes.ts'
import { type HearingParts, openHearing } from './hearing.ts'
import type { Ledger } from './ledger.ts'
import { openSweep, strangersIn } from './strangers.ts'

/** What the controller is built from; `roles/calls/control.ts` puts it together. */
export interface ControllerParts
  extends AdoptionParts,
    AsideParts,
    Pick<HearingParts, 'onRecordingEnded' | 'entrances'> {
  ari: Pick<Ari, 'hangup' | 'destroyBridge' | 'channels' | 'inventory'>
  ledger: Ledger
  timings: Timings
  now(): Instant
  /** Reads who calls and what was dialled from a channel that entered; null when it is no citizen's call. */
  read(channel: LiveChannel, args: string[]): Entry | null
  onKept(call: Call): void
  /** Resolves true when no other controller can lead, false when another one does. */
  mayAct(): Promise<boolean>
}

export interface Controller {
  onConnected(inventory: AriInventory): Promise<void>
  onEvent(event: AriEvent): void
  /** @returns false when there is no such call: its agent must not wait for it */
  onOffer(offer: Offer): boolean
  post(callId: CallId, event: CallEvent): boolean
  command(ask: CallCommand): CommandAnswer | undefined
  /** An agent calls a citizen. Asked twice, it is placed once. */
  place(entry: Entry & { outgoing: Outgoing }, agent: Omit<AgentOffer, 'id'>): CommandAnswer
  /** The machine calls a citizen. Asked twice, it is placed once. */
  ask(entry: Entry & { outgoing: Outgoing }): CommandAnswer
  calls(): Call[]
  /** What was known of a caller when the fallback took them in. */
  aside: Aside['of']
  /** Compares with Asterisk and clears away orphans. Run once a minute. */
  sweep(): Promise<void>
  closeAside: Aside['close']
  stop(): Promise<void>
}

/** Every call of one Asterisk node: finds the mailbox for each event, takes over what an earlier controller left. */
export function openController(parts: ControllerParts): Controller {
  const { ari, ledger, log, now } = parts
  const boxes = openBoxes({
    now,
    timings: parts.timings,
    async keep(call) {
      // A controller that was replaced goes no further: this promise never settles, and the mailbox is dropped with it.
      if (!(await parts.mayAct())) await new Promise<never>(() => {})
      await ledger.keep(call, parts.news(call))
      parts.onKept(call)
    },
    perform: parts.perform,
    log,
  })
  const aside = openAside({ ...parts, boxes })
  const adoption = openAdoption({ ...parts, boxes, aside })

  function begin(channel: LiveChannel, args: string[]): void {
    if (boxes.ofCaller(channel.id) || aside.comeBack(channel.id)) return
    const entry = parts.read(channel, args)
    if (!entry) {
      log.warn({ channel: channel.id, args }, 'unknown channel entered the application: hung up')
      void ari.hangup(channel.id, 'normal')
      return
    }
    log.info({ callId: entry.id, line: entry.line.number, source: entry.line.source }, 'call entered')
    boxes.open(enter(entry, now()))
  }

  const hearing = openHearing({ ...parts, boxes, begin })

  /** An unknown caller: new, or one whose record was closed while Asterisk hung. */
  async function inherit(channel: LiveChannel): Promise<void> {
    if (callOf(channel.id) || (await parts.wasClosed(channel.id))) await ari.hangup(channel.id, 'normal')
    else begin(channel, channel.stasisArgs)
  }

  return {
    async onConnected(inventory) {
      hearing.resume(inventory.channels)
      await adoption.takeOverAll(inventory)
      for (const channel of strangersIn(inventory, boxes).channels) await inherit(channel)
      for (const bridge of strangersIn(inventory, boxes).bridges) void ari.destroyBridge(bridge)
    },

    onEvent: hearing.hear,

    onOffer(offer) {
      const made = { id: offer.id, agentId: offer.agentId, agentNumber: offer.agentNumber, endpoint: offer.endpoint }
      return boxes.post(offer.callId, { type: 'offered', offer: made })
    },

    post: boxes.post,

    command(ask) {
      const call = boxes.call(ask.callId)
      if (!call) return undefined
      const event = eventOf(ask)
      const refused = event.type === 'rejoin' ? mayNotRejoin(call, event.agentId) : refusalFor(call, event)
      if (refused) return { ok: false, code: refused, message: problems[refused].title }
      boxes.post(ask.callId, event)
      return { ok: true }
    },

    place(entry, agent) {
      if (boxes.has(entry.id)) return { ok: true }
      const isBusy = boxes.calls().some((call) => partyOfAgent(call, agent.agentId) !== null)
      if (isBusy) return { ok: false, code: 'outgoing.busy', message: problems['outgoing.busy'].title }
      log.info({ callId: entry.id, agent: agent.agentNumber, about: entry.outgoing.about.kind }, 'outgoing call placed')
      boxes.open(place(entry, agent, now(), parts.timings))
      return { ok: true }
    },

    ask(entry) {
      if (boxes.has(entry.id)) return { ok: true }
      log.info({ callId: entry.id, followUp: entry.outgoing.followUp }, 'call by machine placed')
      boxes.open(placeByMachine(entry, now()))
      return { ok: true }
    },

    calls: boxes.calls,
    aside: aside.of,
    sweep: openSweep({ ari, boxes, adoption, now, log }),
    closeAside: aside.close,

    async stop() {
      boxes.stop()
      await ledger.stop()
    },
  }
}

function mayNotRejoin(call: Call, agentId: AgentId): CallRefusal | null {
  const who = partyOfAgent(call, agentId)
  // The citizen's phone rings, and the agent hears it.
  const isCalling = call.stage.phase === 'dialling' && who?.step === 'UP'
  if (call.stage.phase !== 'talking' && !isCalling) return 'call.not-talking'
  return who ? null : 'call.not-yours'
}

/** What a desk or another program asks, in the words of the call. */
function eventOf({ callId: _, ...ask }: CallCommand): CallWish | Extract<CallEvent, { type: 'rejoin' }> {
  const { agentId, name } = ask
  switch (name) {
    case 'rejoin':
      return { type: 'rejoin', agentId, endpoint: ask.endpoint }
    case 'add-party':
      return { type: 'add-party', agentId, party: ask.party, to: ask.to, mode: ask.mode }
    case 'change-party':
      return { type: 'change-party', agentId, party: ask.party, ...ask.change }
    case 'drop-party':
      return { type: 'drop-party', agentId, party: ask.party }
    case 'send-digits':
      return { type: 'send-digits', agentId, party: ask.party, digits: ask.digits }
    default:
      return { type: 'command', command: name, agentId }
  }
}
