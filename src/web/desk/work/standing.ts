import { computed } from 'vue'
import { useLive } from '../../live/useLive.ts'
import { allowed } from '../bar/controls.ts'
import { ownPart } from '../parties/meaning.ts'
import { useDeskSocket } from '../useDeskSocket.ts'
import { useSoftphone } from '../useSoftphone.ts'

export type Standing = ReturnType<typeof makeStanding>

/** How things stand at the desk: from what the server and the telephone say. */
export function makeStanding() {
  const live = useLive()
  const socket = useDeskSocket()
  const phone = useSoftphone()

  const me = computed(() => socket.view.me)
  const call = computed(() => socket.view.call)
  const history = computed(() => socket.view.history)
  const queue = computed(() => socket.view.queue)
  const isLive = computed(() => live.state === 'on' && socket.state === 'open')
  /** This agent talks, regardless of who is answerable; a call that continues without them is over here. */
  const isTalking = computed(() => ownPart(call.value, me.value?.id ?? null) !== null)
  const isInCall = computed(() => phone.call === 'talking' || isTalking.value)
  const hasMicrophone = computed(() => phone.micTrouble === null)
  const can = computed(() =>
    allowed({
      me: me.value,
      call: call.value,
      phone: phone.call,
      isLive: isLive.value,
      hasMicrophone: hasMicrophone.value,
    }),
  )

  return { me, call, history, queue, isLive, isTalking, isInCall, hasMicrophone, can }
}
