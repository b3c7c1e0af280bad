/**
 * Tells this tab from others of the same log-in, over a reload. It is taken out of the store while the page lives:
 * a duplicated tab copies the store, and must not be taken for this one.
 */
const key = 'hotline.tab'
let mine: string | null = null

export function tabId(): string {
  if (mine === null) {
    const made = sessionStorage.getItem(key) ?? crypto.randomUUID?.() ?? `${performance.timeOrigin}-${Math.random()}`
    mine = made
    sessionStorage.removeItem(key)
    window.addEventListener('pagehide', () => sessionStorage.setItem(key, made))
  }
  return mine
}
