import { defineStore } from 'pinia'
import { io, type Socket } from 'socket.io-client'
import { ref, watch } from 'vue'
import type { ClientToServer, ServerToClient } from '../../desk/protocol.ts'
import { useSession } from '../session/useSession.ts'

export type LiveSocket = Socket<ServerToClient, ClientToServer>

/** The one socket of this page. It reconnects without end; its users ask for a snapshot in `onOpen`. */
export const useLive = defineStore('live', () => {
  const session = useSession()
  const state = ref<'off' | 'connecting' | 'on' | 'lost'>('off')
  const tries = ref(0)
  let socket: LiveSocket | null = null

  function connect(): LiveSocket {
    if (socket) return socket
    const made: LiveSocket = io({
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      timeout: 5000,
    })
    made.on('connect', () => {
      state.value = 'on'
      tries.value = 0
    })
    made.on('disconnect', (reason) => {
      if (socket !== made) return
      state.value = 'lost'
      // Closed by the server: the library does not reconnect then. The server may be stopping, or the log-in has ended.
      if (reason === 'io server disconnect' && session.state === 'in') void askAgain(made)
    })
    made.on('connect_error', () => {
      if (socket !== made) return
      if (state.value === 'on') state.value = 'lost'
      // Refused by the server rather than unreachable: `active` is false, and no retry follows automatically.
      if (!made.active) void askAgain(made)
    })
    made.io.on('reconnect_attempt', (attempt) => {
      tries.value = attempt
      if (state.value === 'connecting') state.value = 'lost'
      // An expired log-in is refused like an unreachable server: ask now and then which of the two it is.
      if (attempt === 2 || attempt % 10 === 0) void session.refresh()
    })
    made.on('session:changed', () => void session.refresh())
    made.on('session:ended', ({ reason }) => session.end(reason))
    socket = made
    state.value = 'connecting'
    made.connect()
    return made
  }

  // The same socket with its listeners: after the next log-in each of them asks for what it has missed.
  watch(
    () => session.state,
    (now, before) => {
      if (now === 'ended') {
        socket?.disconnect()
        if (socket) state.value = 'lost'
      } else if (now === 'in' && before === 'ended') socket?.connect()
    },
  )

  /** The socket was refused: is the log-in still valid? If so, retry; if not, say so. */
  async function askAgain(refused: LiveSocket): Promise<void> {
    await new Promise((done) => window.setTimeout(done, 1000))
    if (socket !== refused || session.state !== 'in') return
    tries.value += 1
    if ((await session.refresh()) && socket === refused && !refused.connected) refused.connect()
  }

  function disconnect(): void {
    const closing = socket
    socket = null
    state.value = 'off'
    closing?.removeAllListeners()
    closing?.disconnect()
  }

  return { state, tries, connect, disconnect }
})
