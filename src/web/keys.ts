import { onBeforeUnmount, onMounted } from 'vue'

/** Into text one types; everywhere else a letter is a command. */
export function focusOf(target: EventTarget | null): 'text' | 'page' {
  if (!(target instanceof HTMLElement)) return 'page'
  const isText =
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLInputElement
  return isText ? 'text' : 'page'
}

/**
 * Single letters as commands, as long as the component lives.
 * @param press takes `J`, `S` …; false when it means nothing here
 */
export function useLetterKeys(press: (letter: string) => boolean): void {
  function onKey(event: KeyboardEvent): void {
    if (event.repeat || event.defaultPrevented || event.isComposing) return
    if (event.altKey || event.ctrlKey || event.metaKey || focusOf(event.target) === 'text') return
    // By place on the keyboard: what an input method makes of it does not matter.
    const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? []
    if (letter !== undefined && press(letter)) event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
