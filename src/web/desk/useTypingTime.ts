import { onScopeDispose } from 'vue'

/** The server grants some time with each message; more frequent ones add nothing. */
const gapMs = 3_000

/** Reports that the agent types, anywhere on the page, at intervals as long as they do. */
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
