import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openMedia } from '../../../src/bench/sip/media.ts'

test('a call does not hear what the call before it still says on the same port', async () => {
  const media = await openMedia('127.0.0.1')
  const asterisk = createSocket('udp4')
  asterisk.bind(0, '127.0.0.1')
  await once(asterisk, 'listening')
  onTestFinished(() => {
    media.close()
    asterisk.close()
  })
  const { port } = asterisk.address()
  const heard: string[] = []
  const listen = (call: string) => media.leg(port, (payload) => heard.push(`${call} hears ${payload}`))
  const say = (source: number, text: string) => {
    const head = Buffer.alloc(12)
    head[1] = 8
    head.writeUInt32BE(source, 8)
    asterisk.send(Buffer.concat([head, Buffer.from(text)]), media.port, '127.0.0.1')
  }

  const first = listen('the first')
  say(1, 'one')
  await vi.waitUntil(() => heard.length === 1)
  first.close()
  listen('the second')
  say(1, 'one, late')
  say(2, 'two')
  await vi.waitUntil(() => heard.length > 1)
  expect(heard).toEqual(['the first hears one', 'the second hears two'])
})
