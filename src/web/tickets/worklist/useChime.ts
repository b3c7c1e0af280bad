import { onScopeDispose, ref, watch } from 'vue'

const keptAs = 'hotline.chime'

/** A quiet sound for new tickets; it can be turned off on this machine. */
export function useChime() {
  const isOn = ref(localStorage.getItem(keptAs) !== 'off')
  watch(isOn, (on) => localStorage.setItem(keptAs, on ? 'on' : 'off'))
  let context: AudioContext | null = null

  function ring(): void {
    // Browsers are silent until the first click or key on the page: then only the text is shown.
    if (!isOn.value || !navigator.userActivation?.hasBeenActive) return
    context ??= new AudioContext()
    void context.resume()
    const at = context.currentTime
    for (const [index, hertz] of [659, 880].entries()) {
      const [tone, volume] = [context.createOscillator(), context.createGain()]
      const from = at + index * 0.14
      tone.frequency.value = hertz
      volume.gain.setValueAtTime(0, at)
      volume.gain.setTargetAtTime(0.05, from, 0.01)
      volume.gain.setTargetAtTime(0, from + 0.1, 0.05)
      tone.connect(volume).connect(context.destination)
      tone.start(from)
      tone.stop(from + 0.5)
    }
  }

  onScopeDispose(() => void context?.close())
  return { isOn, ring }
}
