import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { SipAccess } from '../session/session.ts'
import { checkMicrophone, type MicTrouble } from '../sip/microphone.ts'
import type { SipPhone } from '../sip/phone.ts'

/** The agent's telephone in this tab. It exists only while this tab controls the desk. */
export const useSoftphone = defineStore('softphone', () => {
  const phone = shallowRef<SipPhone | null>(null)
  const mic = ref<MicTrouble | null>(null)
  const loadFailed = ref(false)
  /** This browser is the agent's telephone; otherwise a desk phone is. */
  const isOn = ref(false)
  /** Answers the next call without asking: automatic answer, or the way back into a call after a reload. */
  let takesNext: () => boolean = () => false
  let wanted = 0

  const line = computed(() => phone.value?.line.value ?? 'starting')
  const tries = computed(() => phone.value?.tries.value ?? 0)
  const call = computed(() => phone.value?.call.value ?? 'none')
  const isMuted = computed(() => phone.value?.isMuted.value ?? false)
  const soundArrives = computed(() => phone.value?.soundArrives.value ?? false)
  const isSoundBlocked = computed(() => phone.value?.isSoundBlocked.value ?? false)
  const micTrouble = computed(() => mic.value ?? phone.value?.micTrouble.value ?? null)

  /** Of the log-in that this telephone was started with. */
  let endpoint = ''
  /** A new log-in has another telephone; a call on the old one continues to its end. */
  let coming: { access: SipAccess; onIncoming: () => boolean } | null = null
  watch(call, (now) => {
    if (now !== 'none' || coming === null) return
    const { access, onIncoming } = coming
    void start(access, onIncoming)
  })

  async function start(access: SipAccess, onIncoming: () => boolean): Promise<void> {
    takesNext = onIncoming
    isOn.value = true
    coming = null
    if (phone.value) {
      if (endpoint === access.endpoint) return
      if (call.value !== 'none') {
        coming = { access, onIncoming }
        return
      }
      stop({ quietly: true })
      isOn.value = true
    }
    endpoint = access.endpoint
    wanted += 1
    const mine = wanted
    loadFailed.value = false
    navigator.mediaDevices?.addEventListener('devicechange', onDeviceChange)
    void testMicrophone()
    try {
      const { makePhone } = await import('../sip/phone.ts')
      // Stopped, or replaced, while it was being loaded.
      if (mine !== wanted || phone.value) return
      phone.value = makePhone({ access, onIncoming: () => takesNext() })
    } catch {
      loadFailed.value = true
    }
  }

  function stop(how: { quietly: boolean }): void {
    wanted += 1
    coming = null
    navigator.mediaDevices?.removeEventListener('devicechange', onDeviceChange)
    phone.value?.stop(how)
    phone.value = null
    isOn.value = false
    mic.value = null
  }

  async function testMicrophone(): Promise<void> {
    const found = await checkMicrophone()
    if (!isOn.value) return
    mic.value = found
    if (mic.value === null && phone.value) phone.value.micTrouble.value = null
  }

  /** A headset was plugged in or removed. Nothing is changed during a call: reopening the microphone could be heard. */
  function onDeviceChange(): void {
    if (call.value === 'none') void testMicrophone()
  }

  return {
    line,
    tries,
    call,
    isMuted,
    soundArrives,
    isSoundBlocked,
    micTrouble,
    loadFailed,
    isOn,
    start,
    stop,
    testMicrophone,
    answer: () => phone.value?.answer(),
    hangUp: () => phone.value?.hangUp(),
    setMuted: (isWanted: boolean) => phone.value?.setMuted(isWanted),
    press: (key: string) => phone.value?.press(key),
    allowSound: () => phone.value?.allowSound(),
  }
})
