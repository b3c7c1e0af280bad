import { defineStore } from 'pinia'
import { onScopeDispose, watch as watchFor } from 'vue'
import type { TicketSign } from '../../tickets/life/news.ts'
import { type LiveSocket, useLive } from '../live/useLive.ts'

interface Listener {
  changed(sign: TicketSign): void
  /** Announcements may have been lost: what is shown has to be read again. */
  missed(): void
}

const answerMs = 5000

/** Announces changed tickets to every part of the page that shows some. */
export const useTicketNews = defineStore('ticket-news', () => {
  const live = useLive()
  const listeners = new Set<Listener>()
  let socket: LiveSocket | null = null

  /**
   * As long as the component lives.
   * @param isWanted while it returns false, nothing is received: the server sends each change of each ticket to its
   *   listeners
   */
  function listen(listener: Listener, isWanted: () => boolean = () => true): void {
    watchFor(isWanted, (is) => (is ? add(listener) : remove(listener)), { immediate: true })
    onScopeDispose(() => remove(listener))
  }
  function add(listener: Listener): void {
    if (listeners.size === 0) start()
    listeners.add(listener)
  }
  function remove(listener: Listener): void {
    if (listeners.delete(listener) && listeners.size === 0) stop()
  }

  function start(): void {
    socket = live.connect()
    socket.on('connect', watch)
    socket.on('ticket:changed', onChanged)
    socket.on('ticket:missed', onMissed)
    if (socket.connected) void watch()
  }
  function stop(): void {
    socket?.off('connect', watch)
    socket?.off('ticket:changed', onChanged)
    socket?.off('ticket:missed', onMissed)
    // A lost connection has nothing to end: the next one listens only when it is asked to.
    if (socket?.connected) socket.emit('tickets:unwatch')
    socket = null
  }

  async function watch(): Promise<void> {
    try {
      await socket?.timeout(answerMs).emitWithAck('tickets:watch')
      onMissed()
    } catch {
      // No answer in time. A lost connection asks again automatically; a slow live one is asked again.
      if (socket?.connected) void watch()
    }
  }
  function onChanged(sign: TicketSign): void {
    for (const listener of listeners) listener.changed(sign)
  }
  function onMissed(): void {
    for (const listener of listeners) listener.missed()
  }

  return { listen }
})
