import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { mergeMetrics } from '../../../../src/platform/process/metrics.ts'
import { cookieOf } from '../../../../src/platform/web/sockets.ts'

const asked = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage

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
