import { defineStore } from 'pinia'
import { nextTick, ref, shallowRef } from 'vue'
import type { ClientToServer, DeskSnapshot, ServerToClient } from '../../desk/protocol.ts'
import type { ForcedNotice } from '../../floor/agents/agent.ts'
import type { CallId } from '../../platform/types.ts'
import type { CommandAnswer } from '../../topics.ts'
import { syncClock } from '../live/clock.ts'
import { type LiveSocket, useLive } from '../live/useLive.ts'
import {
  type DeskView,
  emptyDesk,
  type Pop,
  withAgent,
  withCall,
  withHistory,
  withPop,
  withSnapshot,
} from './deskView.ts'
import { tabId } from './tabId.ts'

const answerMs = 5000
const away: CommandAnswer = { ok: false, code: 'server.away', message: '与服务器的连接已断开，请稍后再试。' }

type Ask<Name extends keyof ClientToServer> = Parameters<ClientToServer[Name]>[0]
type Timed = ReturnType<LiveSocket['timeout']>

/** The agent's end of the live connection: what the desk knows, and what it asks for. */
export const useDeskSocket = defineStore('desk-socket', () => {
  const live = useLive()
  const view = shallowRef<DeskView>(emptyDesk)
  /** `occupied`: another tab has the phone; `refused`: the server says why in `refusal`. */
  const state = ref<'closed' | 'opening' | 'open' | 'occupied' | 'refused' | 'taken-over' | 'signed-out'>('closed')
  const refusal = ref('')
  /** The note that came with the last snapshot, and the call that it is about. */
  const lastNote = shallowRef<{ callId: CallId | null; text: string }>({ callId: null, text: '' })
  /**
   * Counts snapshots and pops, so that others can act on each; and what became known of our call's exchange with the
   * province.
   */
  const [snapshots, pops, exchanges] = [ref(0), ref(0), ref(0)]
  let socket: LiveSocket | null = null
  let stopListening = () => {}

  function start(): void {
    if (socket) return
    const made = live.connect()
    socket = made
    stopListening = listen(made, {
      ...{ connect: onConnect, 'desk:agent': onAgent, 'desk:call': onCall, 'desk:queue': onQueue, 'desk:pop': onPop },
      ...{ 'desk:history': onHistory, 'desk:snapshot': take, 'desk:taken-over': onTakenOver },
      ...{ 'desk:forced': onForced, 'desk:signed-out': onSignedOut, 'desk:exchange': onExchange },
    })
    if (made.connected) void open(false)
  }

  function stop(): void {
    stopListening()
    socket = null
    state.value = 'closed'
    view.value = emptyDesk
  }

  /** The log-in has ended: the screen keeps its contents, and the next log-in opens the desk again. */
  function pause(): void {
    if (socket) state.value = 'closed'
  }

  function onConnect(): void {
    // After a take-over this tab stays out until its user asks for the phone again.
    if (state.value !== 'taken-over' && state.value !== 'signed-out') void open(false)
  }

  /** @param signIn the agent wants to, after a supervisor's signing out */
  async function open(takeOver: boolean, signIn = false): Promise<void> {
    if (!socket) return
    if (state.value !== 'open') state.value = 'opening'
    try {
      const answer = await socket.timeout(answerMs).emitWithAck('desk:open', { tabId: tabId(), takeOver, signIn })
      if (answer.status === 'open') {
        take(answer.snapshot)
        state.value = 'open'
      } else if (answer.status === 'signed-out') {
        onSignedOut(answer.forced)
      } else if (answer.status === 'refused') {
        refusal.value = answer.message
        state.value = 'refused'
      } else {
        state.value = 'occupied'
        forgetQueue()
      }
    } catch {
      // No answer in time. A lost connection asks again by itself; a live one that is slow is asked again.
      if (socket?.connected) void open(takeOver, signIn)
    }
  }

  function take(snapshot: DeskSnapshot): void {
    syncClock(snapshot.now)
    view.value = withSnapshot(snapshot)
    lastNote.value = { callId: snapshot.call?.id ?? null, text: snapshot.note }
    snapshots.value += 1
    // Some of it may have been missed.
    exchanges.value += 1
  }

  function onExchange({ callId }: { callId: CallId }): void {
    if (view.value.call?.id === callId) exchanges.value += 1
  }

  function onHistory(late: Parameters<typeof withHistory>[1]): void {
    view.value = withHistory(view.value, late)
  }
  function onAgent(me: Parameters<typeof withAgent>[1]): void {
    view.value = withAgent(view.value, me)
  }
  function onCall(call: Parameters<typeof withCall>[1]): void {
    view.value = withCall(view.value, call)
  }
  function onQueue(queue: DeskView['queue']): void {
    view.value = { ...view.value, queue }
  }
  function onPop(pop: Pop, shown: () => void): void {
    view.value = withPop(view.value, pop)
    pops.value += 1
    void nextTick().then(() => afterPaint(shown))
  }
  function onForced(forced: ForcedNotice): void {
    view.value = { ...view.value, forced }
  }
  function onSignedOut(forced: ForcedNotice): void {
    view.value = { ...emptyDesk, forced }
    state.value = 'signed-out'
  }
  /** Read: it is not shown again, after a reload either. */
  function dropForced(): void {
    view.value = { ...view.value, forced: null }
    void ask((to) => to.emitWithAck('agent:forced-read'))
  }
  function onTakenOver(): void {
    state.value = 'taken-over'
    forgetQueue()
  }
  /** Sent to the tab with the phone only: this tab's data is outdated. */
  function forgetQueue(): void {
    view.value = { ...view.value, queue: null }
  }

  /** What the server has written down about this call; a call that came since has nothing yet. */
  function noteOf(callId: CallId): string {
    return lastNote.value.callId === callId ? lastNote.value.text : ''
  }

  async function ask(send: (to: Timed) => Promise<CommandAnswer>): Promise<CommandAnswer> {
    // Never kept for later: what an agent pressed a minute ago must not happen when the line comes back.
    if (!socket?.connected || state.value !== 'open') return away
    try {
      return await send(socket.timeout(answerMs))
    } catch {
      return { ok: false, code: 'server.silent', message: '服务器没有及时回应，请重试。' }
    }
  }

  return {
    view,
    state,
    refusal,
    noteOf,
    snapshots,
    pops,
    exchanges,
    start,
    stop,
    pause,
    open,
    dropForced,
    setState: (what: Ask<'agent:set'>) => ask((to) => to.emitWithAck('agent:set', what)),
    wrapUp: (what: Ask<'agent:wrap-up'>) => ask((to) => to.emitWithAck('agent:wrap-up', what)),
    command: (what: Ask<'call:command'>) => ask((to) => to.emitWithAck('call:command', what)),
    sendNote: (what: Ask<'call:note'>) => ask((to) => to.emitWithAck('call:note', what)),
  }
})

/** Runs when the next frame has been drawn; a hidden tab draws none, so time decides there. */
function afterPaint(then: () => void): void {
  let isDone = false
  const once = (): void => {
    if (isDone) return
    isDone = true
    then()
  }
  requestAnimationFrame(() => requestAnimationFrame(once))
  window.setTimeout(once, document.hidden ? 0 : 100)
}

type Heard = { connect: () => void } & Pick<
  ServerToClient,
  | 'desk:agent'
  | 'desk:call'
  | 'desk:queue'
  | 'desk:pop'
  | 'desk:history'
  | 'desk:snapshot'
  | 'desk:taken-over'
  | 'desk:forced'
  | 'desk:signed-out'
  | 'desk:exchange'
>

/** @returns stops listening */
function listen(socket: LiveSocket, heard: Heard): () => void {
  socket.on('connect', heard.connect)
  socket.on('desk:agent', heard['desk:agent'])
  socket.on('desk:call', heard['desk:call'])
  socket.on('desk:queue', heard['desk:queue'])
  socket.on('desk:pop', heard['desk:pop'])
  socket.on('desk:history', heard['desk:history'])
  socket.on('desk:snapshot', heard['desk:snapshot'])
  socket.on('desk:taken-over', heard['desk:taken-over'])
  socket.on('desk:forced', heard['desk:forced'])
  socket.on('desk:signed-out', heard['desk:signed-out'])
  socket.on('desk:exchange', heard['desk:exchange'])
  return () => {
    socket.off('connect', heard.connect)
    socket.off('desk:agent', heard['desk:agent'])
    socket.off('desk:call', heard['desk:call'])
    socket.off('desk:queue', heard['desk:queue'])
    socket.off('desk:pop', heard['desk:pop'])
    socket.off('desk:history', heard['desk:history'])
    socket.off('desk:snapshot', heard['desk:snapshot'])
    socket.off('desk:taken-over', heard['desk:taken-over'])
    socket.off('desk:forced', heard['desk:forced'])
    socket.off('desk:signed-out', heard['desk:signed-out'])
    socket.off('desk:exchange', heard['desk:exchange'])
  }
}
