import { describe, expect, it } from 'vitest'
import { judgeSip } from '../../../src/phone/sip-message.ts'

const me = 'b-01ARZ3NDEKTSV4RRFFQ69G5FAV'

interface Parts {
  method?: string
  from?: string
  to?: string
  more?: string[]
  body?: string
  after?: string
}

function aRequest({ method = 'INVITE', from, to, more = [], body = '', after = '' }: Parts): Buffer {
  const lines = [
    `${method} sip:12345@127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1',
    from ?? `From: <sip:${me}@127.0.0.1>;tag=a`,
    to ?? 'To: <sip:12345@127.0.0.1>',
    'Call-ID: 1',
    `CSeq: 1 ${method}`,
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}${after}`)
}

const isPassed = (parts: Parts) => judgeSip(aRequest(parts), me).ok

describe('SIP of a browser', () => {
  it.each([
    `From: <sip:${me}@127.0.0.1>;tag=a`,
    `f:sip:${me}@127.0.0.1;tag=a`,
    `FROM \t: "李 \\"<sip:x@y>" <SIP:${me}@[::1]:5060;transport=ws>;tag=a`,
    `From:\r\n "a"\r\n\t<sip:${me}@a.example>;tag=a`,
  ])('passes with its own name: %s', (from) => expect(isPassed({ from, body: 'v=0 🐎\r\n' })).toBe(true))

  it.each([
    'From: <sip:13912345678@127.0.0.1>;tag=a',
    'From: <sip:127.0.0.1>;tag=a',
    'From: <tel:13912345678>;tag=a',
    `From: "<sip:${me}@x>" <sip:evil@x>;tag=a`,
    `From: <sip:evil@x>;tag=a;x=<sip:${me}@x>`,
    `From: <sip:evil@x>, <sip:${me}@x>`,
    `From: <sip:${me}@x>, <sip:evil@x>`,
    `From: <sip:evil:${me}@x>;tag=a`,
    `From: <sip:${me.replace('-', '%2D')}@x>;tag=a`,
    `From: <sip:${me.toLowerCase()}@x>;tag=a`,
    `From: <sip:${me}@x>;tag=a\r\nf: <sip:evil@x>;tag=b`,
    `From: <sip:${me}@x>;tag=a\nf: <sip:evil@x>;tag=b`,
    `From: <sip:${me}@x>\u0000<sip:evil@x>;tag=a`,
    'X: y',
  ])('is refused with any other: %s', (from) => expect(isPassed({ from })).toBe(false))

  it('registers nobody else', () => {
    const own = `To: <sip:${me}@127.0.0.1>`
    expect(isPassed({ method: 'REGISTER', to: own })).toBe(true)
    expect(isPassed({ method: 'REGISTER' })).toBe(false)
    const other = 'From: <sip:other@127.0.0.1>;tag=a'
    expect(isPassed({ method: 'REGISTER', from: other, to: `${own};tag=b` })).toBe(false)
  })

  it('goes on in a call that came in, where a page is known by its contact', () => {
    const from = 'From: <sip:8f3kd02l@x.invalid>;tag=a'
    const to = 'To: <sip:139****0001@127.0.0.1>;tag=b'
    expect(judgeSip(aRequest({ method: 'BYE', from, to }), me)).toEqual({ ok: true, isNewCall: false })
    expect(isPassed({ method: 'BYE', from, to: 'To: <sip:1@x;tag=b>' })).toBe(false)
  })

  it('brings one message at a time, whose length is the one it says', () => {
    expect(isPassed({ after: aRequest({ from: 'From: <sip:evil@x>;tag=a' }).toString() })).toBe(false)
    expect(isPassed({ more: ['l: 0'] })).toBe(false)
    expect(judgeSip(Buffer.from(aRequest({ body: 'abc' }).toString().replace('h: 3', 'h: 2')), me).ok).toBe(false)
    expect(judgeSip(Buffer.from(aRequest({}).toString().replace('h: 0', 'h:\r\n 0')), me).ok).toBe(false)
    expect(judgeSip(Buffer.from(`\r\n${aRequest({})}`), me).ok).toBe(false)
  })

  it('comes by websocket and says so', () => {
    expect(judgeSip(Buffer.from(aRequest({}).toString().replace('0/WSS', '0/UDP')), me).ok).toBe(false)
  })

  it('may be a response or a sign of life, and nothing that is no SIP', () => {
    const answer =
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x\r\nFrom: <sip:x@y>\r\nTo: <sip:z@y>\r\nContent-Length: 0\r\n\r\n'
    expect(judgeSip(Buffer.from(answer), me).ok).toBe(true)
    expect(judgeSip(Buffer.from('\r\n\r\n'), me).ok).toBe(true)
    for (const junk of ['', '𠀀🐎', 'x'.repeat(60_000), 'SIP/2.0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']) {
      expect(judgeSip(Buffer.from(junk), me).ok).toBe(false)
    }
  })

  it('tells new calls, which are counted', () => {
    expect(judgeSip(aRequest({}), me)).toEqual({ ok: true, isNewCall: true })
    expect(judgeSip(aRequest({ method: 'ACK' }), me)).toEqual({ ok: true, isNewCall: false })
  })
})
