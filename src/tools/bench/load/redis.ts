/** A database that no role of the hotline uses, on the same server. */
export function elsewhere(redisUrl: string): string {
  const url = new URL(redisUrl)
  url.pathname = '/5'
  return url.href
}
