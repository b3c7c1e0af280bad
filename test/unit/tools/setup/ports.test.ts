import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { claimPorts, privatePorts } from '../../../../src/tools/setup/ports.ts'

test('claimed ports are given to nobody else, even before anybody listens there', async () => {
  const firsts = await Promise.all(Array.from({ length: 40 }, () => claimPorts(3)))
  const ports = firsts.flatMap((first) => [first, first + 1, first + 2])
  expect(new Set(ports).size).toBe(120)
  // Whoever asks the system for any port, to listen or for a connection, is not given one of them.
  for (const port of ports) expect(port).toBeLessThan(32_768)
})

test('ports of the environment are taken while they are free, not those of a hotline that runs on them', async () => {
  const port = await claimPorts(1)
  const env = { HTTP_PORT: String(port), SIP_PORT: '5090', RTP_PORTS: '40000-40099' }
  expect(await privatePorts(env, '18000-18999')).toEqual(env)
  const { SIP_PORT: _, ...withoutSip } = env
  expect(await privatePorts(withoutSip, '18000-18999')).toMatchObject({ SIP_PORT: String(port + 5) })

  const running = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void running.close())
  await new Promise((done) => running.once('listening', done))
  const found = await privatePorts(env, '18000-18999')
  expect(found.HTTP_PORT).not.toBe(env.HTTP_PORT)
  expect(found).toMatchObject({ SIP_PORT: String(Number(found.HTTP_PORT) + 5), RTP_PORTS: '18000-18999' })
})
