import { onBeforeUnmount, onMounted } from 'vue'
import { focusOf } from '../ui/keys.ts'
import type { Control } from './bar/controls.ts'
import { controlFor, padKey } from './shortcuts.ts'

/** Listens for the desk's keys as long as the component lives. */
export function useShortcuts(desk: {
  isAllowed: (control: Control) => boolean
  run: (control: Control) => void
  /** Takes a digit; false when the keypad is not open. */
  pressPad: (key: string) => boolean
  /** @returns whether it was open */
  closePad: () => boolean
}): void {
  function onKey(event: KeyboardEvent): void {
    if (event.repeat || event.defaultPrevented) return
    const focus = focusOf(event.target)
    const digit = focus === 'text' ? null : padKey(event)
    if (digit !== null && desk.pressPad(digit)) {
      event.preventDefault()
      return
    }
    if (event.key === 'Escape' && desk.closePad()) {
      event.preventDefault()
      return
    }
    const { code, altKey, ctrlKey, metaKey, shiftKey } = event
    const control = controlFor({ code, altKey, ctrlKey, metaKey, shiftKey, focus }, desk.isAllowed)
    if (control === null) return
    event.preventDefault()
    // Space on a button clicks at its release, which would come on top of the command run here.
    if (event.code === 'Space' && event.target instanceof HTMLElement) event.target.blur()
    desk.run(control)
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
