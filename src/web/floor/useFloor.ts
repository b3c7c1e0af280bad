import { onBeforeUnmount, ref, shallowRef } from 'vue'
import type { FloorSnapshot } from '../../desk/protocol.ts'
import { syncClock } from '../live/clock.ts'
import { useLive } from '../live/useLive.ts'
import { type FloorView, fromSnapshot, withAgent, withCall } from './floorView.ts'

/** The floor, live, as long as the page is open. */
export function useFloor() {
  const live = useLive()
  const view = shallowRef<FloorView | null>(null)
  const failed = ref(false)
  const socket = live.connect()

  function take(snapshot: FloorSnapshot): void {
    syncClock(snapshot.now)
    view.value = fromSnapshot(snapshot)
  }

  async function watchFloor(): Promise<void> {
    try {
      const snapshot = await socket.timeout(5000).emitWithAck('floor:watch')
      take(snapshot)
      failed.value = false
    } catch {
      failed.value = true
      if (socket.connected) void watchFloor()
    }
  }
  function onAgent(agent: Parameters<typeof withAgent>[1]): void {
    if (view.value) view.value = withAgent(view.value, agent)
  }
  function onCall(call: Parameters<typeof withCall>[1]): void {
    if (view.value) view.value = withCall(view.value, call)
  }
  function onQueue(queue: FloorView['queue']): void {
    if (view.value) view.value = { ...view.value, queue }
  }
  function onDay(day: NonNullable<FloorView['day']>): void {
    if (view.value) view.value = { ...view.value, day }
  }
  function onConnect(): void {
    void watchFloor()
  }

  socket.on('connect', onConnect)
  socket.on('floor:agent', onAgent)
  socket.on('floor:call', onCall)
  socket.on('floor:queue', onQueue)
  socket.on('floor:day', onDay)
  socket.on('floor:snapshot', take)
  if (socket.connected) onConnect()
  onBeforeUnmount(() => {
    socket.off('connect', onConnect)
    socket.off('floor:agent', onAgent)
    socket.off('floor:call', onCall)
    socket.off('floor:queue', onQueue)
    socket.off('floor:day', onDay)
    socket.off('floor:snapshot', take)
  })

  return { view, failed }
}
