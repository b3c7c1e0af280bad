import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readEntry } from '../../src/calls/control/entry.ts'
import type { Entry } from '../../src/calls/machine/call.ts'
import { startTestAsterisk, type TestAsterisk } from './support/asterisk.ts'
import { connectTo } from './support/edge.ts'
import { askRaw, bytes, codeOf } from './support/raw-sip.ts'

/** What exchanges write into an INVITE, byte by byte, and what the hotline reads. */

let asterisk: TestAsterisk
const leftOver: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  asterisk = await startTestAsterisk({ networks: { carrier: '127.0.0.1/32', province: '127.0.0.2/32' } })
})
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end()
})
afterAll(() => asterisk?.stop())

const trusted = '127.0.0.1'
/** `vouches: false` in `config/trunks.yaml`. */
const untrusted = '127.0.0.2'
/** 总机 in GBK. */
const inGbk = bytes('d7dcbbfa')

type Ask = Omit<Parameters<typeof askRaw>[0], 'host' | 'target'> & { host?: string }

/** Calls, and reads the call as the controller does. */
async function entryOf(ask: Ask): Promise<Entry> {
  const controller = await connectTo(asterisk, leftOver)
  expect(codeOf(await askRaw({ host: trusted, ...ask, target: asterisk.settings }))).toBe(200)
  const { channel, args } = await controller.event('channel-entered')
  await controller.link.ari.hangup(channel.id, 'normal')
  await controller.event('channel-left')
  const entry = readEntry(asterisk.site, 'node-1', channel, args, Date.now())
  if (!entry) throw new Error(`not read: ${args}`)
  return entry
}

describe('the number that was dialled', () => {
  it.each([
    ['sip:12345;phone-context=+86355@127.0.0.1;user=phone', '12345'],
    ['sip:12333;phone-context=+86355@127.0.0.1;user=phone', '12333'],
    ['sip:12333;npdi;rn=+863552123456@127.0.0.1;user=phone', '12333'],
    ['sip:+8635512333;npdi@127.0.0.1', '12333'],
    ['tel:12333;phone-context=+86355', '12333'],
  ])('is found in %s', async (uri, line) => {
    expect((await entryOf({ uri })).line).toMatchObject({ number: line, source: 'DIALLED' })
  })

  it.each(['1', '123', '1234', '035512', '+86355'])(
    '%s, the beginning of a number of ours, is refused with 404',
    async (to) => {
      const ask = { host: trusted, target: asterisk.settings, uri: `sip:${to}@127.0.0.1` }
      expect(codeOf(await askRaw(ask))).toBe(404)
    },
  )
})

describe('the number that was forwarded from', () => {
  it.each([
    [`"${inGbk}" <sip:12333@10.0.0.1>;reason=unconditional`],
    [`${inGbk} <sip:12333@10.0.0.1>`],
    // The second byte of such a character may be a backslash, or one of {|}~.
    [`"${bytes('955c815c')}, ${bytes('817b817d')}" <sip:12333@10.0.0.1>`],
    // Neither UTF-8 nor GBK.
    [`"${bytes('fffefd')}" <sip:12333@10.0.0.1>`],
    ['"总机" <sip:12333@10.0.0.1>'.replace('总机', bytes('e680bbe69cba'))],
  ])('is read, whatever bytes stand before it: %s', async (diversion) => {
    const { line } = await entryOf({ headers: [`Diversion: ${diversion}`] })
    expect(line).toMatchObject({ number: '12333', source: 'DIVERSION' })
  })

  it.each(['diversion', 'DIVERSION'])(
    'is read from %s: names of headers know no case (RFC 3261, 7.3.1)',
    async (name) => {
      expect((await entryOf({ headers: [`${name}: <sip:12333@10.0.0.1>`] })).line.number).toBe('12333')
    },
  )

  it('is read with every header as long as it may be, and the call still arrives whole', async () => {
    const many = (name: string) => Array.from({ length: 8 }, () => `${name}: "${inGbk.repeat(20)}" <sip:12333@a>`)
    const names = ['Diversion', 'History-Info', 'P-Called-Party-ID', 'Privacy']
    const entry = await entryOf({
      from: `"${inGbk.repeat(60)}" <sip:13912345678@127.0.0.1>`,
      headers: [...names.flatMap(many), ...many('P-Asserted-Identity').map((line) => line.replace('12333', 'li'))],
    })
    expect(entry.line).toMatchObject({ number: '12333', source: 'DIVERSION' })
    expect(entry.caller.number).toBe('+8613912345678')
  })
})

describe('who calls', () => {
  const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>'
  const two = '"Li" <sip:+8613912345678@10.0.0.1;user=phone>, <tel:+8613912345678>'

  it.each<[string, Ask, Partial<Entry['caller']>]>([
    ['a name in GBK', { from: `"${inGbk}" <sip:13912345678@x>` }, { number: '+8613912345678', name: '总机' }],
    ['a name in GBK without quotes', { from: `${inGbk} <sip:13912345678@x>` }, { name: '总机' }],
    ['a name in no encoding', { from: `"${bytes('fffe')}" <sip:13912345678@x>` }, { name: null }],
    ['a name with escapes', { from: String.raw`"a \"b\" \\c" <sip:13912345678@x>` }, { name: String.raw`a "b" \c` }],
    [
      'two identities in one line',
      { from: anonymous, headers: [`P-Asserted-Identity: ${two}`] },
      { number: '+8613912345678', raw: '+8613912345678', name: 'Li' },
    ],
    [
      'two identities in two lines, the first of them no telephone number',
      { from: anonymous, headers: ['P-Asserted-Identity: <sip:li@x>', 'P-Asserted-Identity: <tel:+8613912345678>'] },
      { number: '+8613912345678' },
    ],
    [
      'an identity with privacy',
      { headers: [`P-Asserted-Identity: ${two}`, 'Privacy: user;id'] },
      { number: '+8613912345678', isWithheld: true },
    ],
    [
      'privacy that is refused',
      { headers: [`P-Asserted-Identity: ${two}`, 'Privacy: none'] },
      { number: '+8613912345678', isWithheld: undefined },
    ],
    ['privacy without a number', { from: anonymous, headers: ['Privacy: id'] }, { number: null, name: null }],
    [
      'Remote-Party-ID, which is not believed',
      {
        from: '<sip:13900000001@x>',
        headers: ['Remote-Party-ID: "110" <sip:110@x>;party=calling;screen=yes;privacy=full'],
      },
      { number: '+8613900000001', name: null, isWithheld: undefined },
    ],
    [
      'Remote-Party-ID of an anonymous caller',
      { from: anonymous, headers: ['Remote-Party-ID: <sip:13666666666@x>;party=calling;screen=yes'] },
      { number: null },
    ],
    [
      'an identity from a trunk that is not trusted with it',
      { host: untrusted, from: '<sip:13900000001@x>', headers: [`P-Asserted-Identity: ${two}`] },
      { number: '+8613900000001' },
    ],
    ['a number of another city', { from: '<tel:2123456;phone-context=+86351>' }, { number: '+863512123456' }],
    [
      'parameters of the number',
      { from: '<sip:13912345678;phone-context=+86@x;user=phone>' },
      { number: '+8613912345678' },
    ],
  ])('%s', async (_, ask, expected) => {
    const { caller } = await entryOf(ask)
    expect(caller).toEqual({ ...caller, ...expected })
  })
})
