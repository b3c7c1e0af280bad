import type { IncomingMessage } from 'node:http'
import { assert, constantFrom, dictionary, property, string } from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { clientOf, openOrigins } from '../../../../src/platform/web/origin.ts'

type Headers = Record<string, string>
const asked = (headers: Headers, remoteAddress = '127.0.0.1') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage

const direct = openOrigins({ TRUST_PROXY: [], HTTP_HOST: '127.0.0.1', publicUrl: 'https://hotline.example.gov.cn' })
const proxied = openOrigins({
  TRUST_PROXY: ['127.0.0.1', '10.0.0.0/28', '2001:db8:1::/64'],
  HTTP_HOST: '127.0.0.1',
  publicUrl: 'https://hotline.example.gov.cn',
})

describe('the address of a client', () => {
  it.each<[headers: Headers, peer: string, address: string]>([
    [{}, '198.51.100.7', '198.51.100.7'],
    [{}, '::ffff:198.51.100.7', '198.51.100.7'],
    [{ 'x-forwarded-for': '198.51.100.7' }, '127.0.0.1', '198.51.100.7'],
    [{ 'x-forwarded-for': '198.51.100.7' }, '::ffff:10.0.0.5', '198.51.100.7'],
    [{ 'x-forwarded-for': '198.51.100.7' }, '2001:db8:1::5', '198.51.100.7'],
    // Written by the client, and added to by the proxy.
    [{ 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }, '127.0.0.1', '198.51.100.7'],
    // Two proxies of ours.
    [{ 'x-forwarded-for': '198.51.100.7, 10.0.0.3' }, '127.0.0.1', '198.51.100.7'],
    [{ 'x-forwarded-for': '198.51.100.7:5555' }, '127.0.0.1', '198.51.100.7'],
    [{ forwarded: 'for=198.51.100.7;proto=https;host=hotline.example.gov.cn' }, '127.0.0.1', '198.51.100.7'],
    [{ forwarded: 'for=203.0.113.9, for="[2001:db8::7]:4711"' }, '127.0.0.1', '2001:db8::7'],
    // Not from a proxy of ours.
    [{ 'x-forwarded-for': '203.0.113.9' }, '198.51.100.7', '198.51.100.7'],
    [{ forwarded: 'for=203.0.113.9' }, '198.51.100.7', '198.51.100.7'],
    [{ 'x-forwarded-for': '203.0.113.9' }, '10.0.0.16', '10.0.0.16'],
    // Nothing that a proxy writes.
    [{ 'x-forwarded-for': 'unknown' }, '127.0.0.1', '127.0.0.1'],
    [{ 'x-forwarded-for': "203.0.113.9, ' OR 1=1" }, '127.0.0.1', '127.0.0.1'],
    // One of the two is the client's own.
    [{ 'x-forwarded-for': '203.0.113.9', forwarded: 'for=198.51.100.7' }, '127.0.0.1', '127.0.0.1'],
  ])('%j from %s is %s', (headers, peer, address) => expect(proxied.addressOf(asked(headers, peer))).toBe(address))

  it('is its own where no proxy is named, whatever it says', () => {
    assert(
      property(
        dictionary(constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host'), string()),
        (headers) => {
          expect(direct.addressOf(asked(headers, '198.51.100.7'))).toBe('198.51.100.7')
        },
      ),
    )
  })
})

test('one that an unnamed proxy passed on is known as such', () => {
  expect(direct.isThroughStranger(asked({ 'x-forwarded-for': '198.51.100.7' }))).toBe(true)
  expect(direct.isThroughStranger(asked({ forwarded: 'for=198.51.100.7' }))).toBe(true)
  expect(direct.isThroughStranger(asked({}))).toBe(false)
  expect(proxied.isThroughStranger(asked({ 'x-forwarded-for': '198.51.100.7' }))).toBe(false)
})

test.each<[headers: Headers, isForUs: boolean]>([
  [{ host: 'hotline.example.gov.cn' }, true],
  [{ host: 'Hotline.Example.gov.cn.:443' }, true],
  [{ host: 'localhost:12345' }, true],
  // A name that an attacker's server points at our address is none of ours; an address cannot be pointed.
  [{ host: '192.0.2.1:12345' }, true],
  [{ host: '[::1]:12345' }, true],
  [{ host: 'evil.example' }, false],
  [{ host: 'hotline.example.gov.cn.evil.example' }, false],
  [{ host: 'evil.example@hotline.example.gov.cn' }, false],
  [{ host: '' }, false],
  [{}, false],
  // Only a proxy of ours may say that another host was meant.
  [{ host: 'evil.example', 'x-forwarded-host': 'hotline.example.gov.cn' }, false],
])('a request for %j is for us: %s', (headers, isForUs) => expect(direct.isForUs(asked(headers))).toBe(isForUs))

test('what host was asked for is what our proxy says', () => {
  const inner = { host: 'hotline', 'x-forwarded-host': 'hotline.example.gov.cn' }
  expect(proxied.isForUs(asked(inner))).toBe(true)
  expect(proxied.isForUs(asked({ host: 'hotline', forwarded: 'for=1.2.3.4;host=hotline.example.gov.cn' }))).toBe(true)
  expect(proxied.isForUs(asked({ ...inner, 'x-forwarded-host': 'evil.example' }))).toBe(false)
  expect(proxied.isForUs(asked(inner, '198.51.100.7'))).toBe(false)
})

test('a page of ours has our host and port, whatever ends TLS before us', () => {
  const ours = (headers: Headers) => direct.isOurPage(asked(headers))
  expect(ours({ host: 'a:1' })).toBe(true)
  expect(ours({ host: 'a:1', origin: 'http://a:1' })).toBe(true)
  expect(ours({ host: 'a', origin: 'https://a' })).toBe(true)
  expect(ours({ host: 'a:443', origin: 'https://a' })).toBe(true)
  expect(ours({ host: 'a:1', origin: 'http://a:2' })).toBe(false)
  expect(ours({ host: 'a', origin: 'http://b.a' })).toBe(false)
  expect(ours({ host: 'a', origin: 'null' })).toBe(false)
  expect(ours({ host: '\u0000', origin: 'http://a' })).toBe(false)
  expect(ours({ host: 'inner', origin: 'https://a', 'x-forwarded-host': 'a' })).toBe(false)
  expect(proxied.isOurPage(asked({ host: 'inner', origin: 'https://a', 'x-forwarded-host': 'a' }))).toBe(true)
  expect(ours({ host: 'a', origin: 'http://a', 'sec-fetch-site': 'cross-site' })).toBe(false)
})

test('a client of IPv6 is its network', () => {
  expect(clientOf('198.51.100.7')).toBe('198.51.100.7')
  expect(clientOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(clientOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(clientOf('::1')).toBe('0:0:0:0::/64')
})
