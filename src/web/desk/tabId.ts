/**
 * Identifies this tab among others of the same log-in, across a reload. It is removed from the storage while the page
 * lives: a duplicated tab copies the storage, and must not be mistaken for this one.
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
