import { defineStore } from 'pinia'
import { nextTick, ref, shallowRef } from 'vue'
import type { ClientToServer, DeskSnapshot } from '../../desk/protocol.ts'
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
  /** Counts snapshots, so that others can act on each. */
  const snapshots = ref(0)
  const pops = ref(0)
  let socket: LiveSocket | null = null

  function start(): void {
    if (socket) return
    const made = live.connect()
    socket = made
    made.on('connect', onConnect)
    made.on('desk:agent', onAgent)
    made.on('desk:call', onCall)
    made.on('desk:queue', onQueue)
    made.on('desk:pop', onPop)
    made.on('desk:history', onHistory)
    made.on('desk:snapshot', take)
    made.on('desk:taken-over', onTakenOver)
    made.on('desk:forced', onForced)
    made.on('desk:signed-out', onSignedOut)
    if (made.connected) void open(false)
  }

  function stop(): void {
    socket?.off('connect', onConnect)
    socket?.off('desk:agent', onAgent)
    socket?.off('desk:call', onCall)
    socket?.off('desk:queue', onQueue)
    socket?.off('desk:pop', onPop)
    socket?.off('desk:history', onHistory)
    socket?.off('desk:snapshot', take)
    socket?.off('desk:taken-over', onTakenOver)
    socket?.off('desk:forced', onForced)
    socket?.off('desk:signed-out', onSignedOut)
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
