import { C, debug } from 'jssip'
import type { EndEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { RTCSessionEvent } from 'jssip/lib/UA'
import { type Ref, ref } from 'vue'
import type { SipAccess } from '../session/session.ts'
import { type MicTrouble, micTroubleOf } from './microphone.ts'
import type { PhoneCall, PhoneLine } from './phoneState.ts'
import { openRegistration } from './registration.ts'
import { makeSpeaker, type Speaker } from './speaker.ts'

/** One SIP phone in the page, for the desk and for the citizen's phone. Loaded only where one is needed. */

debug.disable()

export interface SipPhone extends Pick<Speaker, 'soundArrives' | 'isSoundBlocked' | 'allowSound'> {
  line: Ref<PhoneLine>
  /** Attempts since the registration was lost. */
  tries: Ref<number>
  call: Ref<PhoneCall>
  isMuted: Ref<boolean>
  micTrouble: Ref<MicTrouble | null>
  answer(): void
  dial(number: string): void
  hangUp(): void
  setMuted(isMuted: boolean): void
  press(key: string): void
  /** `quietly`: the call continues at another page, so neither BYE nor un-registration is sent. */
  stop(how: { quietly: boolean }): void
}

export interface PhoneWishes {
  access: SipAccess
  /** An incoming call; true answers it at once. */
  onIncoming?: () => boolean
  /** The call of this phone is over; SIP's reason where it gave one, e.g. 404. */
  onEnd?: (end: { status: number | null; cause: string; isOurs: boolean }) => void
}

const media = {
  // No STUN: the server is on the same network or has a public address, and nothing is asked of outside hosts.
  pcConfig: { iceServers: [] },
  mediaConstraints: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false },
}

export function makePhone(wishes: PhoneWishes): SipPhone {
  const { access } = wishes
  const { ua, line, tries, ...registration } = openRegistration(access)
  const call = ref<PhoneCall>('none')
  const isMuted = ref(false)
  const micTrouble = ref<MicTrouble | null>(null)
  // The other end is gone, and its BYE was lost with a websocket.
  const { soundArrives, isSoundBlocked, hear, allowSound, silence } = makeSpeaker(hangUp)
  let session: RTCSession | null = null

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

  function over(ended: RTCSession, end: EndEvent): void {
    if (session !== ended) return
    session = null
    call.value = 'none'
    isMuted.value = false
    silence()
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
    allowSound,
    stop(how) {
      silence()
      registration.stop(how)
    },
  }
}
