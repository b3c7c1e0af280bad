import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { isTooDeep } from '../../../../src/platform/web/depth.ts'

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

test('a form is as deep as it needs, and what is made to exhaust the stack is too deep', () => {
  expect(isTooDeep({ caller: { name: '张三' }, tags: ['噪声'] })).toBe(false)
  expect(isTooDeep(nested(33))).toBe(false)
  expect(isTooDeep(nested(34))).toBe(true)
  expect(isTooDeep(JSON.parse(`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`))).toBe(true)
})

test('a file that is still being received is not opened: its stream leads back to itself', async () => {
  const server = createServer((request, response) => {
    response.end(String(isTooDeep(request)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: new Uint8Array(1_024) })
  expect(await answer.text()).toBe('false')
  server.close()
})
