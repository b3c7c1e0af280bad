import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { mergeMetrics } from '../../../src/platform/metrics.ts'
import { isOurOrigin } from '../../../src/platform/origin.ts'
import { cookieOf } from '../../../src/platform/sockets.ts'

const asked = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage

test('a page of ours has our host and port, whatever ends TLS before us', () => {
  const ours = (headers: Record<string, string>, isProxyTrusted = false) => isOurOrigin(asked(headers), isProxyTrusted)
  expect(ours({ host: 'a:1' })).toBe(true)
  expect(ours({ host: 'a:1', origin: 'http://a:1' })).toBe(true)
  expect(ours({ host: 'a', origin: 'https://a' })).toBe(true)
  expect(ours({ host: 'a:443', origin: 'https://a' })).toBe(true)
  expect(ours({ host: 'a:1', origin: 'http://a:2' })).toBe(false)
  expect(ours({ host: 'a', origin: 'http://b.a' })).toBe(false)
  expect(ours({ host: 'a', origin: 'null' })).toBe(false)
  expect(ours({ host: '\u0000', origin: 'http://a' })).toBe(false)
  expect(ours({ host: 'inner', origin: 'https://a', 'x-forwarded-host': 'a' })).toBe(false)
  expect(ours({ host: 'inner', origin: 'https://a', 'x-forwarded-host': 'a' }, true)).toBe(true)
  expect(ours({ host: 'a', origin: 'http://a', 'sec-fetch-site': 'cross-site' })).toBe(false)
})

test('a cookie is found among others', () => {
  expect(cookieOf(asked({ cookie: 'x=1; hotline_session=a=b; y=' }), 'hotline_session')).toBe('a=b')
  expect(cookieOf(asked({ cookie: 'xhotline_session=1' }), 'hotline_session')).toBeNull()
  expect(cookieOf(asked({}), 'hotline_session')).toBeNull()
})

test('figures of several roles become one text in which each is described once', () => {
  const own = '# HELP a one\n# TYPE a gauge\na 1\n\n# HELP b two\n# TYPE b gauge\nb{x="1"} 2\nb{x="2"} 3\n'
  const other = '# HELP b two\n# TYPE b gauge\nb 9\n# HELP c three\n# TYPE c counter\nc 4\n'
  expect(mergeMetrics([own, other])).toBe(
    '# HELP a one\n# TYPE a gauge\na 1\n# HELP b two\n# TYPE b gauge\nb{x="1"} 2\nb{x="2"} 3\n# HELP c three\n# TYPE c counter\nc 4\n',
  )
  expect(mergeMetrics(['', ''])).toBe('\n')
})
