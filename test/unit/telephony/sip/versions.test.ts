import { expect, test } from 'vitest'
import { judgeAsterisk } from '../../../../src/health/asterisk.ts'
import { compareVersions, faultsOf, versionOf } from '../../../../src/telephony/sip/versions.ts'
import { noticesOf } from '../../../../src/tools/setup/servers/asterisk-notices.ts'

const issues = (version: string) => faultsOf(version).map(({ issue }) => issue)
const dayMs = 86_400_000
const now = Date.UTC(2026, 10, 29)
const codes = (version: string | null, builtAt: number | null = now, listExpiredAt: number | null = null) =>
  judgeAsterisk(version === null ? null : { version, builtAt }, { unpackedAt: now, listExpiredAt }, now).warnings.map(
    ({ code }) => code,
  )

test('a version is read as distributions write it', () => {
  expect(versionOf('22.10.1+dfsg+~cs6.17.60671434-1')).toEqual([22, 10, 1])
  expect(versionOf('1:22.12.0-1')).toEqual([22, 12, 0])
  expect(versionOf('20.6')).toEqual([20, 6, 0])
  expect(versionOf('22.11.0-rc1')).toEqual([22, 11, 0])
  expect(versionOf('GIT-master-1a2b')).toBeNull()
  expect(compareVersions([22, 9, 9], [22, 10, 1])).toBeLessThan(0)
  expect(compareVersions([23, 0, 0], [22, 10, 1])).toBeGreaterThan(0)
  expect(compareVersions([22, 10, 1], [22, 10, 1])).toBe(0)
})

test('each version of the series that is tested has its own faults', () => {
  expect(issues('22.10.1+dfsg')).toEqual([1946, 2011, 2020, 2021, 2044])
  expect(issues('22.11.0')).toEqual([2044, 2134])
  expect(issues('22.12.0')).toEqual([])
  expect(issues('22.12.1')).toEqual([])
  expect(issues('20.6.0')).toEqual([])
})

test('who looks after the hotline is warned of faults, of age, of a series never tested, of an old list', () => {
  expect(codes('22.12.0')).toEqual([])
  expect(codes('22.10.1')).toEqual(['asterisk.known-faults'])
  expect(codes('20.6.0')).toEqual(['asterisk.untested'])
  expect(codes('22.12.0', now - 180 * dayMs)).toEqual([])
  expect(codes('22.12.0', now - 181 * dayMs)).toEqual(['asterisk.old'])
  expect(codes('22.12.0', null, now - dayMs)).toEqual(['asterisk.list-expired'])
  expect(codes(null)).toEqual([])
})

test('everybody may read /readyz: no warning there names the version', () => {
  const { warnings } = judgeAsterisk({ version: '20.6.0', builtAt: 0 }, { unpackedAt: 0, listExpiredAt: 0 }, now)
  expect(warnings).toHaveLength(3)
  for (const { message } of warnings) expect(message).not.toMatch(/\d+\.\d+/)
})

test('whoever starts it reads of the same', () => {
  expect(noticesOf({ version: '22.12.0', origin: null })).toEqual([])
  const notices = noticesOf({ version: '22.10.1', origin: { unpackedAt: now, listExpiredAt: Date.UTC(2026, 10, 6) } })
  expect(notices.join('\n')).toContain('asterisk#2011')
  expect(notices.join('\n')).toContain('npm run update-asterisk')
  expect(notices.join('\n')).toContain('good until 2026-11-06')
  expect(noticesOf({ version: '20.6.0', origin: null }).join()).toContain('never tested')
})
