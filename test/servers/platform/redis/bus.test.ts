import { Writable } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { type Bus, openBus } from '../../../../src/bus.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId } from '../../../../src/platform/types.ts'
import { eventually } from '../../../../src/tools/setup/files.ts'
import type { Announcements } from '../../../../src/topics.ts'
import { aRedisOfItsOwn, freshRedisUrl } from '../../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const hangup = { name: 'hangup', callId: '01CALL' as CallId, agentId: '7' as AgentId } as const
const opened: Bus[] = []

async function aBus(redisUrl: string): Promise<Bus> {
  const bus = await openBus({ redisUrl }, log)
  opened.push(bus)
  return bus
}

afterEach(() => {
  for (const bus of opened.splice(0)) bus.close()
})

test('everybody who listens hears an announcement', async () => {
  const url = await freshRedisUrl()
  const [speaker, first, second] = [await aBus(url), await aBus(url), await aBus(url)]
  const heard: string[] = []
  const twoHeard = new Promise<void>((resolve) => {
    const hear = (who: string) => (message: Announcements['devices.changed']) => {
      heard.push(`${who} ${message.deviceId}`)
      if (heard.length === 2) resolve()
    }
    void first.subscribe('devices.changed', hear('first'))
    void second.subscribe('devices.changed', hear('second')).then(async () => {
      speaker.publish('devices.changed', { deviceId: 'b-张' })
    })
  })
  await twoHeard
  expect(heard.sort()).toEqual(['first b-张', 'second b-张'])
})

test('a hotline on another database of the same Redis hears nothing', async () => {
  const [ours, theirs] = [await aBus(await freshRedisUrl()), await aBus(await freshRedisUrl())]
  let strays = 0
  await theirs.subscribe('queue.changed', () => {
    strays += 1
  })
  const heard = new Promise<void>((resolve) => void ours.subscribe('queue.changed', () => resolve()))
  await ours.subscribe('queue.changed', () => {})
  ours.publish('queue.changed', {})
  await heard
  expect(strays).toBe(0)
})

test('a request is answered by whoever responds', async () => {
  const url = await freshRedisUrl()
  const [asker, answerer] = [await aBus(url), await aBus(url)]
  await answerer.respond('call.command', async (ask) => ({ ok: false, code: 'call.gone', message: ask.callId }))
  await expect(asker.request('call.command', hangup, 2_000)).resolves.toEqual({
    ok: false,
    code: 'call.gone',
    message: '01CALL',
  })
})

test('of several responders the one that the question is for answers', async () => {
  const url = await freshRedisUrl()
  const [asker, other, right] = [await aBus(url), await aBus(url), await aBus(url)]
  await other.respond('call.command', async () => undefined)
  await right.respond('call.command', async () => ({ ok: true }))
  await expect(asker.request('call.command', hangup, 2_000)).resolves.toEqual({ ok: true })
})

test('a responder that throws answers with a refusal instead of silence', async () => {
  const url = await freshRedisUrl()
  const [asker, answerer] = [await aBus(url), await aBus(url)]
  await answerer.respond('device.push', async () => {
    throw new Error('broken')
  })
  const answer = await asker.request('device.push', { deviceId: 'b-1' }, 2_000)
  expect(answer).toMatchObject({ ok: false, code: 'internal' })
})

test('a request that nobody answers fails at its limit', async () => {
  const bus = await aBus(await freshRedisUrl())
  await expect(bus.request('device.push', { deviceId: 'b-1' }, 100)).rejects.toMatchObject({ code: 'timeout' })
})

test('who could not announce something says so when he can again, and who listens reads the truth anew', async () => {
  const url = await freshRedisUrl()
  const [speaker, listener] = [await aBus(url), await aBus(url)]
  let heard = 0
  await listener.subscribe('queue.changed', () => {
    heard += 1
  })
  const isTold = new Promise<void>((resolve) => void listener.onBack(resolve))
  // The listener's own connection for hearing stays.
  await cutCommands(url)
  speaker.publish('queue.changed', {})
  await isTold
  expect(heard).toBe(0)
})

test('one announcement that came too late, without a reconnect, is told as lost and the next loss told again', async () => {
  const server = await aRedisOfItsOwn()
  const warnings: string[] = []
  const warn = createLogger(
    'test',
    'warn',
    new Writable({ write: (line, _encoding, done) => done(void warnings.push(String(line))) }),
  )
  const speaker = await openBus(server, warn)
  const listener = await openBus(server, log)
  opened.push(speaker, listener)
  let gaps = 0
  listener.onBack(() => {
    gaps += 1
  })
  const lostAndTold = async () => {
    const before = gaps
    const admin = await openRedis(server, 'commands', log)
    // A little longer than an answer may take, and not so long that the connection is given up.
    await admin.call('CLIENT', 'PAUSE', 2_700, 'WRITE')
    speaker.publish('queue.changed', {})
    expect(await eventually(async () => gaps > before, 12_000)).toBe(true)
    closeRedis(admin)
  }
  await lostAndTold()
  await lostAndTold()
  expect(warnings.filter((line) => line.includes('an announcement is lost'))).toHaveLength(2)
}, 40_000)

test('who sent news himself has everybody read the truth', async () => {
  const url = await freshRedisUrl()
  const [speaker, listener] = [await aBus(url), await aBus(url)]
  const isTold = new Promise<void>((resolve) => void listener.onBack(resolve))
  speaker.missed()
  await isTold
})

/** Ends the connections of one database that are for commands. */
async function cutCommands(redisUrl: string): Promise<void> {
  const admin = await openRedis({ redisUrl }, 'commands', log)
  const own = await admin.client('ID')
  const database = new URL(redisUrl).pathname.slice(1)
  const list = (await admin.client('LIST', 'TYPE', 'NORMAL')) as string
  for (const line of list.split('\n')) {
    const [, id] = /^id=(\d+) /.exec(line) ?? []
    if (id === undefined || Number(id) === own || !line.includes(` db=${database} `)) continue
    await admin.client('KILL', 'ID', Number(id))
  }
  closeRedis(admin)
}
