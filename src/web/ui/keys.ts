import { onBeforeUnmount, onMounted, type Ref, ref } from 'vue'

/**
 * Whether a key belongs to the input method: it writes pinyin, chooses a word, or ends the choice. `isComposing` says
 * so in most browsers; where the composition ends before its last key is reported (Safari), only the key code 229 does
 * (UI Events, section 5.4: „processed by an input method“), whatever name the key has. F9 answers the telephone
 * nevertheless: no Chinese input method uses it, and a caller waits.
 */
export function isOfInputMethod({
  isComposing,
  keyCode,
  code,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'code'>): boolean {
  return code !== 'F9' && (isComposing || keyCode === inputMethodKey)
}
const inputMethodKey = 229

/** Keeps the input method's keys from every handler of the page, once for all present and future forms. */
export function leaveToInputMethod(page: Window): void {
  page.addEventListener('keydown', (event) => isOfInputMethod(event) && event.stopPropagation(), { capture: true })
}

/** In text, letters are typed; everywhere else a letter is a command. */
export function focusOf(target: EventTarget | null): 'text' | 'page' {
  if (!(target instanceof HTMLElement)) return 'page'
  const isText =
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  return isText ? 'text' : 'page'
}

const typing = ref(false)
let isWatching = false

/** Whether a text field has the focus: then letters are typed, and commands need Alt. */
export function useTyping(): Readonly<Ref<boolean>> {
  if (!isWatching) {
    isWatching = true
    const look = () => {
      typing.value = focusOf(document.activeElement) === 'text'
    }
    document.addEventListener('focusin', look)
    // If no element takes the focus there is no focusin: an element that is removed with the focus gives it to the
    // page.
    document.addEventListener('focusout', () => window.setTimeout(look))
    look()
  }
  return typing
}

/**
 * Single letters as commands, as long as the component lives; with Alt while a text field has the focus.
 * @param press receives `J`, `S` …; returns false when it has no meaning here
 */
export function useLetterKeys(press: (letter: string) => boolean): void {
  function onKey(event: KeyboardEvent): void {
    if (event.repeat || event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || (focusOf(event.target) === 'text' && !event.altKey)) return
    // By position on the keyboard: the input method's result does not matter.
    const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? []
    if (letter !== undefined && press(letter)) event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
