import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openMedia } from '../../../../src/tools/bench/sip/media.ts'

test('a call does not hear what the call before it still says on the same port', async () => {
  const { heard, asterisk, listen, say } = await world()
  const port = await asterisk()

  const first = listen('the first', port)
  say(port, 1, 'one')
  await vi.waitUntil(() => heard.length === 1)
  first.close()
  listen('the second', port)
  say(port, 1, 'one, late')
  say(port, 2, 'two')
  await vi.waitUntil(() => heard.length > 1)
  expect(heard).toEqual(['the first hears one', 'the second hears two'])
})

test('a call hears its own sound, also when the first of it came before anybody listened', async () => {
  const { heard, asterisk, listen, say } = await world()
  const [port, other] = [await asterisk(), await asterisk()]

  const first = listen('the first', port)
  say(port, 1, 'one')
  await vi.waitUntil(() => heard.length === 1)
  first.close()
  listen('another', other)
  say(port, 2, 'two, early')
  // What is sent later is read later: when this is heard, the early one was read.
  say(other, 3, 'three')
  await vi.waitUntil(() => heard.length === 2)
  listen('the second', port)
  say(port, 1, 'one, late')
  say(port, 2, 'two')
  await vi.waitUntil(() => heard.length > 2)
  expect(heard).toEqual(['the first hears one', 'another hears three', 'the second hears two'])
})

async function world() {
  const media = await openMedia('127.0.0.1')
  const sockets = new Map<number, Socket>()
  onTestFinished(() => {
    media.close()
    for (const socket of sockets.values()) socket.close()
  })
  const heard: string[] = []
  return {
    heard,
    /** @returns one of Asterisk's ports */
    async asterisk(): Promise<number> {
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      const { port } = socket.address()
      sockets.set(port, socket)
      return port
    },
    listen: (call: string, port: number) => media.leg(port, (payload) => heard.push(`${call} hears ${payload}`)),
    say(port: number, source: number, text: string): void {
      const head = Buffer.alloc(12)
      head[1] = 8
      head.writeUInt32BE(source, 8)
      sockets.get(port)?.send(Buffer.concat([head, Buffer.from(text)]), media.port, '127.0.0.1')
    },
  }
}
