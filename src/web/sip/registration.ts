import { UA, WebSocketInterface } from 'jssip'
import { type Ref, ref } from 'vue'
import type { SipAccess } from '../session/session.ts'
import type { PhoneLine } from './phoneState.ts'

/** A phone's connection to Asterisk: its websocket and its registration there, which is restored automatically. */
export interface Registration {
  ua: UA
  line: Ref<PhoneLine>
  /** Attempts since the registration was lost. */
  tries: Ref<number>
  /** `quietly`: neither BYE nor un-registration is sent. */
  stop(how: { quietly: boolean }): void
}

class GatedSocket extends WebSocketInterface {
  private isShut = false
  private isRetired = false
  shut(): void {
    this.isShut = true
  }
  /** JsSIP waits for its last answers before it stops, and would reconnect in the meantime. */
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

const maxRetryMs = 8000

/** It registers once `ua` is started. */
export function openRegistration(access: SipAccess): Registration {
  const line = ref<PhoneLine>('starting')
  const tries = ref(0)
  let retry: number | undefined

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
    // Refused: Asterisk may have been restarted and not know this phone yet.
    tries.value += 1
    window.clearTimeout(retry)
    retry = window.setTimeout(() => ua.register(), Math.min(500 * 2 ** tries.value, maxRetryMs))
  })

  return {
    ...{ ua, line, tries },
    stop({ quietly }) {
      line.value = 'stopped'
      window.clearTimeout(retry)
      socket.retire()
      if (quietly) socket.shut()
      ua.stop()
      if (quietly) socket.disconnect()
    },
  }
}
