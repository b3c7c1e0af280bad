import { C, debug, UA, WebSocketInterface } from 'jssip'
import type { EndEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { RTCSessionEvent } from 'jssip/lib/UA'
import { type Ref, ref } from 'vue'
import type { SipAccess } from '../session/session.ts'
import { type MicTrouble, micTroubleOf } from './microphone.ts'
import type { PhoneCall, PhoneLine } from './phoneState.ts'
import { watchSound } from './soundWatch.ts'

/** One SIP phone in the page, for the desk and for the citizen's phone. Loaded only where one is needed. */

debug.disable()

export interface SipPhone {
  line: Ref<PhoneLine>
  /** Tries since the registration was lost. */
  tries: Ref<number>
  call: Ref<PhoneCall>
  isMuted: Ref<boolean>
  micTrouble: Ref<MicTrouble | null>
  /** The other end is heard: packets of its sound have come in the last seconds. */
  soundArrives: Ref<boolean>
  /** The browser waits for a click before it lets anything be heard. */
  isSoundBlocked: Ref<boolean>
  answer(): void
  dial(number: string): void
  hangUp(): void
  setMuted(isMuted: boolean): void
  press(key: string): void
  allowSound(): void
  /** `quietly`: the call goes on at another page, so neither BYE nor un-registration is sent. */
  stop(how: { quietly: boolean }): void
}

export interface PhoneWishes {
  access: SipAccess
  /** A call comes in; true takes it at once. */
  onIncoming?: () => boolean
  /** The call of this phone is over; SIP's reason where it gave one, e.g. 404. */
  onEnd?: (end: { status: number | null; cause: string; isOurs: boolean }) => void
}

class GatedSocket extends WebSocketInterface {
  private isShut = false
  private isRetired = false
  shut(): void {
    this.isShut = true
  }
  /** JsSIP waits for its last answers before it stops, and would connect anew meanwhile. */
  retire(): void {
    this.isRetired = true
  }
  override connect(): void {
    if (!this.isRetired) super.connect()
  }
  override send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    return this.isShut || super.send(message)
  }
}

const media = {
  // No STUN: the server is on the same network or has a public address, and nothing is asked of outside hosts.
  pcConfig: { iceServers: [] },
  mediaConstraints: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false },
}
const maxRetryMs = 8000

export function makePhone(wishes: PhoneWishes): SipPhone {
  const { access } = wishes
  const line = ref<PhoneLine>('starting')
  const tries = ref(0)
  const call = ref<PhoneCall>('none')
  const isMuted = ref(false)
  const micTrouble = ref<MicTrouble | null>(null)
  const soundArrives = ref(false)
  const isSoundBlocked = ref(false)
  const sound = new Audio()
  let session: RTCSession | null = null
  let retry: number | undefined
  let stopListening = () => {}

  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new GatedSocket(`${scheme}://${location.host}${access.wsPath}`)
  const ua = new UA({
    sockets: socket,
    uri: `sip:${access.endpoint}@${access.domain}`,
    authorization_user: access.endpoint,
    password: access.password,
    register: true,
    register_expires: 120,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: maxRetryMs / 1000,
    user_agent: 'hotline-12345',
  })

  ua.on('registered', () => {
    line.value = 'registered'
    tries.value = 0
  })
  ua.on('connecting', ({ attempts }) => {
    if (attempts > 0) tries.value = attempts
  })
  ua.on('disconnected', () => {
    if (line.value !== 'stopped') line.value = 'lost'
  })
  ua.on('unregistered', () => {
    if (line.value === 'registered') line.value = 'lost'
  })
  ua.on('registrationFailed', () => {
    if (line.value === 'stopped') return
    line.value = 'lost'
    if (!ua.isConnected()) return
    // Refused: Asterisk may have been restarted and not have been told of us yet.
    tries.value += 1
    window.clearTimeout(retry)
    retry = window.setTimeout(() => ua.register(), Math.min(500 * 2 ** tries.value, maxRetryMs))
  })
  ua.on('newRTCSession', ({ originator, session: incoming }: RTCSessionEvent) => {
    if (originator === 'local') return
    if (session) {
      incoming.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
      return
    }
    follow(incoming)
    call.value = 'incoming'
    if (wishes.onIncoming?.()) answer()
  })

  function follow(followed: RTCSession): void {
    session = followed
    isMuted.value = false
    followed.on('peerconnection', ({ peerconnection }) => hear(peerconnection))
    // Our only candidates are the machine's own addresses: the first one is enough, the rest would cost time.
    followed.on('icecandidate', ({ ready }) => ready())
    followed.on('progress', () => {
      if (call.value === 'connecting') call.value = 'ringing'
    })
    followed.on('accepted', () => {
      call.value = 'talking'
    })
    followed.on('getusermediafailed', (error: unknown) => {
      micTrouble.value = micTroubleOf(error)
    })
    followed.on('ended', (end) => over(followed, end))
    followed.on('failed', (end) => over(followed, end))
  }

  function hear(connection: RTCPeerConnection): void {
    stopListening()
    stopListening = watchSound(connection, (arrives) => {
      soundArrives.value = arrives
    })
    connection.addEventListener('connectionstatechange', () => {
      // Nobody is there any more, and the BYE that said so was lost with a websocket.
      if (connection.connectionState === 'failed') hangUp()
    })
    connection.addEventListener('track', ({ streams, track }) => {
      sound.srcObject = streams[0] ?? new MediaStream([track])
      void sound.play().catch(() => {
        isSoundBlocked.value = true
      })
    })
  }

  function over(ended: RTCSession, end: EndEvent): void {
    if (session !== ended) return
    session = null
    call.value = 'none'
    isMuted.value = false
    isSoundBlocked.value = false
    sound.srcObject = null
    stopListening()
    const status = end.message && 'status_code' in end.message ? end.message.status_code : null
    wishes.onEnd?.({ status, cause: end.cause, isOurs: end.originator === 'local' })
  }

  function answer(): void {
    if (!session || call.value !== 'incoming') return
    call.value = 'connecting'
    micTrouble.value = null
    session.answer(media)
  }

  function hangUp(): void {
    if (session && !session.isEnded()) session.terminate()
  }

  function dial(number: string): void {
    if (session) return
    micTrouble.value = null
    call.value = 'connecting'
    const started = ua.call(`sip:${number}@${access.domain}`, {
      ...media,
      eventHandlers: { peerconnection: ({ peerconnection }) => hear(peerconnection) },
    })
    follow(started)
  }

  ua.start()

  return {
    line,
    tries,
    call,
    isMuted,
    micTrouble,
    soundArrives,
    isSoundBlocked,
    answer,
    dial,
    hangUp,
    setMuted(wanted) {
      if (!session) return
      if (wanted) session.mute({ audio: true })
      else session.unmute({ audio: true })
      isMuted.value = wanted
    },
    press(key) {
      // RFC 4733 within the sound's own stream, as a telephone does it.
      session?.sendDTMF(key, { transportType: C.DTMF_TRANSPORT.RFC2833, duration: 120, interToneGap: 70 })
    },
    allowSound() {
      void sound.play().then(() => {
        isSoundBlocked.value = false
      })
    },
    stop({ quietly }) {
      line.value = 'stopped'
      window.clearTimeout(retry)
      stopListening()
      socket.retire()
      if (quietly) socket.shut()
      ua.stop()
      if (quietly) socket.disconnect()
      sound.srcObject = null
    },
  }
}
