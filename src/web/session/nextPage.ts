/** Only a path of our own: an address from outside must not lead away after the log-in. */
export function nextPage(next: unknown): string | null {
  return typeof next === 'string' && /^\/[a-z]/.test(next) ? next : null
}
