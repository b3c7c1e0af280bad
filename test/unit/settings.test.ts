import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadSettings, reachOf, SettingsError, settingNames, whereSet } from '../../src/settings.ts'
import { environmentOf } from '../../src/tools/setup/environment.ts'

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
const assignments = new Map(
  [...example.matchAll(/^#?([A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
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

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadSettings(env)
  } catch (error) {
    return (error as SettingsError).faults
  }
  return []
}

test.each<[env: Record<string, string>, fault: RegExp]>([
  [
    { PROVINCE_URL: 'https://province.example/12345' },
    /^environment: PROVINCE_SECRET: messages to the platform are signed/,
  ],
  [
    { EMERGENCY_URL: 'https://emergency.example/{service}' },
    /^environment: EMERGENCY_SECRET: packets to the emergency services are signed/,
  ],
  [{ SAMPLE_PROVINCE: 'on', SIP_HOST: '203.0.113.10' }, /^environment: SAMPLE_PROVINCE: SIP_HOST lets others reach/],
  [
    { SAMPLE_PROVINCE: 'on', PROVINCE_URL: 'https://province.example/12345', PROVINCE_SECRET: 'x'.repeat(32) },
    /^environment: SAMPLE_PROVINCE: PROVINCE_URL names the real platform/,
  ],
  [{ TRUST_PROXY: 'on' }, /^environment: TRUST_PROXY: is no longer on or off: name the proxy, by address or network/],
  [{ TRUST_PROXY: 'proxy.example' }, /TRUST_PROXY: proxy\.example: neither an address nor a network/],
  [{ TRUST_PROXY: '10.0.0.0/0' }, /neither an address/],
  [{ TRUST_PROXY: '127.0.0.1' }, /TRUST_PROXY: .* set PUBLIC_URL/],
  [{ PUBLIC_URL: 'https://a.example', COOKIE_SECURE: 'off' }, /COOKIE_SECURE: PUBLIC_URL is https: take this out/],
  [{ PUBLIC_URL: 'http://a.example', COOKIE_SECURE: 'on' }, /COOKIE_SECURE: log-in would be impossible/],
  [{ GUEST_PHONE: 'on', HTTP_HOST: '0.0.0.0' }, /GUEST_PHONE: HTTP_HOST lets others reach this machine/],
  [{ GUEST_PHONE: 'on', SIP_HOST: '203.0.113.10' }, /GUEST_PHONE: SIP_HOST/],
  [{ GUEST_PHONE: 'on', PUBLIC_URL: 'https://a.example' }, /GUEST_PHONE: PUBLIC_URL/],
  [{ SMTP_URL: 'smtp://a.example' }, /MAIL_FROM: letters need a sender/],
])('%j is refused in words', (env, fault) => {
  expect(faultsOf(env)).toHaveLength(1)
  expect(faultsOf(env)[0]).toMatch(fault)
})

test('what contradicts each other is named beside what is faulty', () => {
  const faults = faultsOf({ HTTP_PORT: 'many', TRUST_PROXY: 'on', GUEST_PHONE: 'on', SIP_HOST: '203.0.113.10' })
  expect(faults.map((fault) => fault.split(': ')[1]).sort()).toEqual(['GUEST_PHONE', 'HTTP_PORT', 'TRUST_PROXY'])
})

test('a proxy is named by addresses and networks, and cookies follow PUBLIC_URL', () => {
  const settings = loadSettings({ TRUST_PROXY: ' 127.0.0.1, 2001:db8::/32', PUBLIC_URL: 'https://a.example' })
  expect(settings).toMatchObject({ TRUST_PROXY: ['127.0.0.1', '2001:db8::/32'], COOKIE_SECURE: true })
  expect(loadSettings({ TRUST_PROXY: 'off' })).toMatchObject({ TRUST_PROXY: [], COOKIE_SECURE: false })
  expect(loadSettings({ HTTP_HOST: '::1' }).publicUrl).toBe('http://[::1]:12345')
})

test('others reach a hotline by its addresses, its name or its proxy, and the sample by nothing', () => {
  expect(reachOf(loadSettings({}))).toEqual([])
  expect(reachOf(loadSettings({ HTTP_HOST: 'localhost', SIP_HOST: '127.3.2.1', PUBLIC_URL: 'http://[::1]' }))).toEqual(
    [],
  )
  expect(reachOf(loadSettings({ HTTP_HOST: '::', SIP_HOST: '10.0.0.1' }))).toEqual(['HTTP_HOST', 'SIP_HOST'])
  const behind = { TRUST_PROXY: '127.0.0.1', PUBLIC_URL: 'https://a.example' }
  expect(reachOf(loadSettings(behind))).toEqual(['PUBLIC_URL', 'TRUST_PROXY'])
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
    TRUST_PROXY: '127.0.0.1,10.0.0.0/28',
    PUBLIC_URL: 'https://a.example',
    SMTP_URL: 'smtp://b.example',
    MAIL_FROM: 'hotline@a.example',
    LOG_LEVEL: 'debug',
    ARI_APP: 'two',
  })
  const environment = environmentOf(settings, 'web')
  // What the set-up alone needs to know, and that it gave its own servers to the role as others'.
  const folders = { HOTLINE_VAR: settings.varDir, CONFIG_DIR: settings.configDir, PROMPTS_DIR: settings.promptsDir }
  const own = { ...folders, ROLES: ['web'], isPrivate: { database: false, redis: false, asterisk: false } }
  const given = { DATABASE_URL: settings.databaseUrl, REDIS_URL: settings.redisUrl, ARI_URL: settings.ariUrl }
  const again = loadSettings(environment)
  expect(again).toMatchObject({ ...JSON.parse(JSON.stringify(settings)), ...own, ...given })
  // An absent variable could be filled in by the file, an empty one cannot.
  for (const name of settingNames) expect(environment[name], name).toBeDefined()
})
