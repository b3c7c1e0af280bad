/** Only a path of our own: an external address must not be opened after the log-in. */
export function nextPage(next: unknown): string | null {
  return typeof next === 'string' && /^\/[a-z]/.test(next) ? next : null
}
