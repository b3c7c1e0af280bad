import { expect, test } from 'vitest'
import { exposuresOf } from '../../../src/health/exposure.ts'
import { loadSettings } from '../../../src/settings.ts'

const sample = [{ networks: ['192.0.2.0/24', '127.0.0.0/8'] }]

test('what is there for trying out is right while nobody else reaches the machine', () => {
  expect(exposuresOf(loadSettings({}), sample, ['1001'])).toEqual([])
})

test.each([
  [{ HTTP_HOST: '0.0.0.0' }, ['trunk.loopback', 'cookies.insecure', 'accounts.sample']],
  [{ SIP_HOST: '203.0.113.10' }, ['trunk.loopback', 'accounts.sample']],
  [{ PUBLIC_URL: 'http://a.example' }, ['trunk.loopback', 'cookies.insecure', 'accounts.sample']],
  [{ PUBLIC_URL: 'https://a.example', TRUST_PROXY: '127.0.0.1' }, ['trunk.loopback', 'accounts.sample']],
])('with %j it is told of', (env, found) => {
  expect(exposuresOf(loadSettings(env), sample, ['1001'])).toEqual(found)
})

test('a proxy beside the switch is a trunk like any other, a piece of this machine is not', () => {
  const settings = loadSettings({ SIP_HOST: '203.0.113.10' })
  expect(exposuresOf(settings, [{ networks: ['198.51.100.16/28'] }], [])).toEqual([])
  expect(exposuresOf(settings, [{ networks: ['127.0.0.1'] }], [])).toEqual(['trunk.loopback'])
  expect(exposuresOf(settings, [{ networks: ['0.0.0.0/0'] }], [])).toEqual(['trunk.loopback'])
})
