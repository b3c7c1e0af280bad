import { onScopeDispose, ref, watch } from 'vue'

/** The bell: made by the browser, so that no sound file is loaded; the two tones of a Chinese office telephone. */
export function useRingTone(isRinging: () => boolean) {
  /** Browsers are silent until the page was clicked or typed into once. */
  const isSilenced = ref(false)
  let context: AudioContext | null = null
  let bell: { stop: () => void } | null = null

  function wake(): AudioContext {
    context ??= new AudioContext()
    if (context.state === 'suspended') {
      void context.resume().then(note)
    }
    note()
    return context
  }
  function note(): void {
    isSilenced.value = context?.state === 'suspended'
  }

  function ring(): { stop: () => void } {
    const ctx = wake()
    const volume = ctx.createGain()
    volume.gain.value = 0
    volume.connect(ctx.destination)
    const tones = [440, 480].map((frequency) => {
      const tone = ctx.createOscillator()
      tone.frequency.value = frequency
      tone.connect(volume)
      tone.start()
      return tone
    })
    const stroke = (): void => {
      const at = ctx.currentTime
      volume.gain.setTargetAtTime(0.12, at, 0.02)
      volume.gain.setTargetAtTime(0, at + 1, 0.03)
    }
    stroke()
    const again = window.setInterval(stroke, 3000)
    return {
      stop() {
        window.clearInterval(again)
        for (const tone of tones) tone.stop()
        volume.disconnect()
      },
    }
  }

  /** One short beep, before a call that is answered by itself. */
  function beep(): void {
    const ctx = wake()
    const volume = ctx.createGain()
    const tone = ctx.createOscillator()
    tone.frequency.value = 880
    volume.gain.value = 0.1
    tone.connect(volume).connect(ctx.destination)
    tone.start()
    tone.stop(ctx.currentTime + 0.18)
  }

  const stopWatching = watch(isRinging, (rings) => {
    bell?.stop()
    bell = rings ? ring() : null
  })

  function onGesture(): void {
    if (context?.state === 'suspended') wake()
  }
  window.addEventListener('pointerdown', onGesture)
  window.addEventListener('keydown', onGesture)

  function stop(): void {
    stopWatching()
    bell?.stop()
    bell = null
    window.removeEventListener('pointerdown', onGesture)
    window.removeEventListener('keydown', onGesture)
    void context?.close()
    context = null
  }
  onScopeDispose(stop)

  return { isSilenced, beep, stop }
}
