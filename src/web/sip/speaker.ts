import { type Ref, ref } from 'vue'
import { watchSound } from './soundWatch.ts'

/** Plays the other end of a call in the page. */
export interface Speaker {
  /** Packets of the other end's sound have come in the last seconds. */
  soundArrives: Ref<boolean>
  /** The browser waits for a click before it plays any sound. */
  isSoundBlocked: Ref<boolean>
  hear(connection: RTCPeerConnection): void
  allowSound(): void
  /** The call is over. */
  silence(): void
}

/** @param onLost the sound's connection has failed permanently */
export function makeSpeaker(onLost: () => void): Speaker {
  const soundArrives = ref(false)
  const isSoundBlocked = ref(false)
  const sound = new Audio()
  let stopListening = () => {}

  return {
    soundArrives,
    isSoundBlocked,
    hear(connection) {
      stopListening()
      stopListening = watchSound(connection, (arrives) => {
        soundArrives.value = arrives
      })
      connection.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'failed') onLost()
      })
      connection.addEventListener('track', ({ streams, track }) => {
        sound.srcObject = streams[0] ?? new MediaStream([track])
        void sound.play().catch(() => {
          isSoundBlocked.value = true
        })
      })
    },
    allowSound() {
      void sound.play().then(() => {
        isSoundBlocked.value = false
      })
    },
    silence() {
      isSoundBlocked.value = false
      sound.srcObject = null
      stopListening()
    },
  }
}
