import { onScopeDispose } from 'vue'

/** The server leaves some time each time it hears; more often than this says nothing new. */
const gapMs = 3_000

/** Says that the agent types, wherever on the page, now and then as long as they do. */
export function useTypingTime(say: () => void): void {
  let saidAt = Number.NEGATIVE_INFINITY
  function onInput(): void {
    if (performance.now() - saidAt < gapMs) return
    saidAt = performance.now()
    say()
  }
  window.addEventListener('input', onInput)
  onScopeDispose(() => window.removeEventListener('input', onInput))
}
