import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { loadSettings } from '../../../../../src/settings.ts'
import { claimPorts } from '../../../../../src/tools/setup/ports.ts'
import { refuseSilentServers } from '../../../../../src/tools/setup/servers/own-servers.ts'
import { freshServers } from '../../../world.ts'

/** An HTTP server that says this to everybody. */
async function answering(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function refused(env: NodeJS.ProcessEnv): Promise<string> {
  const failure = await refuseSilentServers(loadSettings(env)).catch((error: unknown) => error)
  return failure instanceof Error ? failure.message : 'nothing was refused'
}

test('servers of one’s own that answer are taken, and private ones are not asked', async () => {
  const { databaseUrl, redisUrl } = await freshServers()
  await refuseSilentServers(loadSettings({}))
  await refuseSilentServers(
    loadSettings({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ARI_URL: await answering(200) }),
  )
})

test('all that do not answer are named at once, without their passwords', async () => {
  const nowhere = `127.0.0.1:${await claimPorts(1)}`
  const words = await refused({
    DATABASE_URL: `mysql://hotline:secret@${nowhere}/hotline`,
    REDIS_URL: `redis://:secret@${nowhere}/0`,
    ARI_URL: `http://${nowhere}`,
  })
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'ARI_URL']) {
    expect(words).toMatch(new RegExp(`${name}: ${nowhere}.*: connect ECONNREFUSED`))
  }
  expect(words).not.toContain('secret')
})

test('a wrong password or database, and a server that is no Asterisk, are called by their names', async () => {
  const { databaseUrl, redisUrl } = await freshServers()
  const elsewhere = new URL(databaseUrl)
  elsewhere.pathname = '/nowhere'
  const stranger = new URL(redisUrl)
  stranger.password = 'guess'
  const words = await refused({ DATABASE_URL: elsewhere.href, REDIS_URL: stranger.href, ARI_URL: await answering(404) })
  expect(words).toMatch(/DATABASE_URL: .*Unknown database 'nowhere'/)
  expect(words).toMatch(/REDIS_URL: .*(WRONGPASS|invalid|AUTH)/)
  expect(words).toMatch(/ARI_URL: .*answers 404/)
  expect(await refused({ ARI_URL: await answering(401) })).toContain('refuses ARI_USERNAME and ARI_PASSWORD')
})
