import { expect, test } from 'vitest'
import {
  audioPortOf,
  branchOf,
  header,
  readMessage,
  sdpOf,
  userOf,
  writeMessage,
  writeReply,
} from '../../../../src/tools/bench/sip/message.ts'

const invite = writeMessage(
  'INVITE sip:d-1003-1@127.0.0.1:5070 SIP/2.0',
  [
    ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc'],
    ['From', '"长治" <sip:139****0012@127.0.0.1>;tag=one'],
    ['To', '<sip:d-1003-1@127.0.0.1>'],
    ['Call-ID', 'call-1'],
    ['CSeq', '7 INVITE'],
  ],
  sdpOf('127.0.0.1', 4_000),
)

test('a request is read back as it was written', () => {
  const message = readMessage(invite)
  expect(message).toMatchObject({ method: 'INVITE', user: 'd-1003-1', status: null })
  if (!message) return
  expect(branchOf(message)).toBe('z9hG4bKabc')
  expect(userOf(header(message, 'from'))).toBe('139****0012')
  expect(audioPortOf(message)).toBe(4_000)
  expect(Number(header(message, 'content-length'))).toBe(Buffer.byteLength(message.body))
})

test('a reply belongs to its request and gets a tag once', () => {
  const request = readMessage(invite)
  if (!request) throw new Error('not read')
  const reply = readMessage(writeReply(request, '200 OK', { tag: 'two', contact: '<sip:phone@127.0.0.1>' }))
  if (!reply) throw new Error('not written')
  expect(reply).toMatchObject({ status: 200, method: null })
  expect(header(reply, 'to')).toBe('<sip:d-1003-1@127.0.0.1>;tag=two')
  for (const name of ['via', 'from', 'call-id', 'cseq']) expect(header(reply, name)).toBe(header(request, name))
  const again = readMessage(writeReply({ ...request, headers: reply.headers }, '200 OK', { tag: 'three' }))
  expect(again && header(again, 'to')).toBe('<sip:d-1003-1@127.0.0.1>;tag=two')
})

test('what is no SIP is nothing', () => {
  expect(readMessage('\r\n\r\n')).toBeNull()
  expect(readMessage('GET / HTTP/1.1\r\n\r\n')).toBeNull()
})
