import { isOfApi, type Web } from './web.ts'

/**
 * Headers of every answer. Nothing is loaded from another host and no inline script is allowed; naive-ui writes its
 * styles into the page, so those are allowed inline.
 */
const contentSecurity = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurity,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-dns-prefetch-control': 'off',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=(), payment=(), usb=()',
}

export function guardHeaders(web: Web, settings: { COOKIE_SECURE: boolean }): void {
  web.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    reply.header('x-request-id', request.id)
    if (settings.COOKIE_SECURE) reply.header('strict-transport-security', 'max-age=31536000')
    if (isOfApi(request)) reply.header('cache-control', 'no-store')
  })
}
