import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadSettings, SettingsError, settingNames, whereSet } from '../../src/settings.ts'
import { environmentOf } from '../../src/setup/environment.ts'

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
const assignments = new Map(
  [...example.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
)

test('.env.example explains every setting and no other', () => {
  expect([...assignments.keys()].sort()).toEqual([...settingNames].sort())
})

test('.env.example is itself a valid set of settings', () => {
  expect(() => loadSettings(Object.fromEntries(assignments))).not.toThrow()
})

test('an empty environment is the sample set-up on its default ports', () => {
  const settings = loadSettings({})
  expect(settings).toMatchObject({
    HTTP_PORT: 12345,
    SIP_PORT: 5060,
    ariUrl: 'http://127.0.0.1:12346',
    amiPort: 12347,
    databaseUrl: 'mysql://hotline@127.0.0.1:12348/hotline',
    redisUrl: 'redis://127.0.0.1:12349',
    rtp: { from: 20000, to: 20999 },
    isPrivate: { database: true, redis: true, asterisk: true },
  })
})

test('every faulty setting is named at once', () => {
  const faulty = {
    HTTP_PORT: 'many',
    GUEST_PHONE: 'maybe',
    ROLES: 'calls,cook',
    RTP_PORTS: '20999-20000',
    DATABASE_URL: 'db:3306',
  }
  let faults: string[] = []
  try {
    loadSettings(faulty)
  } catch (error) {
    faults = (error as SettingsError).faults
  }
  for (const name of Object.keys(faulty)) expect(faults.join('\n')).toContain(name)
})

test('a faulty setting is named with its line in .env, unless the environment has the last word', () => {
  const file = '# ports\nHTTP_PORT=12345\n\nexport HTTP_PORT="many"\n'
  expect(whereSet('HTTP_PORT', 'many', file)).toBe('.env:4')
  expect(whereSet('HTTP_PORT', 'few', file)).toBe('environment')
  expect(whereSet('SIP_PORT', 'many', file)).toBe('environment')
})

test.each(['20999-20000', '20000', '0-100', '60000-70000', 'a-b'])('%s is no range of sound ports', (RTP_PORTS) => {
  expect(() => loadSettings({ RTP_PORTS })).toThrow(SettingsError)
})

test("a role started by the set-up reads the set-up's settings again, whatever an .env file says", () => {
  const settings = loadSettings({
    HTTP_PORT: '31000',
    SIP_PORT: '31005',
    RTP_PORTS: '31010-31099',
    GUEST_PHONE: 'on',
    ARI_APP: 'two',
  })
  const environment = environmentOf(settings, 'web')
  const again = loadSettings(environment)
  expect(again.ROLES).toEqual(['web'])
  for (const name of [
    'databaseUrl',
    'redisUrl',
    'ariUrl',
    'amiPort',
    'rtp',
    'varDir',
    'GUEST_PHONE',
    'ARI_APP',
  ] as const) {
    expect(again[name], name).toEqual(settings[name])
  }
  // An absent variable could be filled in by the file, an empty one cannot.
  for (const name of settingNames) expect(environment[name], name).toBeDefined()
})
