import { expect, test } from 'vitest'
import { claimPorts } from '../../../src/setup/ports.ts'

test('claimed ports are given to nobody else, even before anybody listens there', async () => {
  const firsts = await Promise.all(Array.from({ length: 40 }, () => claimPorts(3)))
  const ports = firsts.flatMap((first) => [first, first + 1, first + 2])
  expect(new Set(ports).size).toBe(120)
  // Whoever asks the system for any port, to listen or for a connection, is not given one of them.
  for (const port of ports) expect(port).toBeLessThan(32_768)
})
