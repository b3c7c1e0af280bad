import { onScopeDispose, watch } from 'vue'

/** Alerts an agent who is looking elsewhere to a call: desktop notification, changing title. */
export function useAttention(calling: () => { title: string; body: string } | null) {
  const quiet = document.title
  let blink: number | undefined
  let notice: Notification | null = null

  function calm(): void {
    window.clearInterval(blink)
    notice?.close()
    notice = null
    document.title = quiet
  }

  function call({ title, body }: { title: string; body: string }): void {
    const shown = `☎ ${title}`
    document.title = shown
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
      blink = window.setInterval(() => {
        document.title = document.title === shown ? quiet : shown
      }, 1000)
    }
    if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
      notice = new Notification(title, { body, tag: 'hotline-call', icon: '/icon.svg', requireInteraction: true })
      notice.onclick = () => window.focus()
    }
  }

  watch(
    () => JSON.stringify(calling()),
    () => {
      calm()
      const now = calling()
      if (now) call(now)
    },
  )
  onScopeDispose(calm)
}
