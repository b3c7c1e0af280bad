import type { IncomingMessage } from 'node:http'

/**
 * Against requests that another site makes in our user's browser (CSRF), beside the same-site cookie. Browsers put
 * `Origin` on every websocket and on every request that changes something; who sends none is no browser.
 * Only host and port are compared: behind a proxy that ends TLS the scheme is another one.
 */
export function isOurOrigin(request: IncomingMessage, isProxyTrusted: boolean): boolean {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  const hosts = [host]
  if (isProxyTrusted)
    hosts.push(
      String(request.headers['x-forwarded-host'] ?? '')
        .split(',')[0]
        ?.trim(),
    )
  try {
    const from = new URL(origin)
    return hosts.some((ours) => ours !== undefined && ours !== '' && sameHost(from, ours))
  } catch {
    // `null`, or not an address: some frame or file, not one of our pages.
    return false
  }
}

/** `example.org` and `example.org:443` are one host for https. */
function sameHost(from: URL, ours: string): boolean {
  return new URL(`${from.protocol}//${ours}`).host === from.host
}
