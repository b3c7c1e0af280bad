import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeRedis, openRedis } from '../../src/platform/redis/redis.ts'
import { openAmi } from '../../src/telephony/ami/ami.ts'
import { openRegisteredSenders } from '../../src/telephony/sip/registered-senders.ts'
import { openSipBlockList } from '../../src/telephony/sip/sip-block-list.ts'
import { firstBlockMs, openSipBlocks, refusalsAllowed } from '../../src/telephony/sip/sip-blocks.ts'
import { settings } from './hotline.ts'
import { startTestAsterisk, type TestAsterisk } from './support/asterisk.ts'
import { refusedBy } from './support/ban.ts'
import { connectTo, until } from './support/edge.ts'
import { askRaw, codeOf } from './support/raw-sip.ts'

/** Whom Asterisk takes a sender for. The trunk has 127.0.0.1; every other address is outside of all networks. */

const trunk = '127.0.0.1'
const outside = '127.0.0.9'

let asterisk: TestAsterisk
const leftOver: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  asterisk = await startTestAsterisk()
})
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end()
})
afterAll(() => asterisk?.stop())

/** Of the configuration as Asterisk has it: `[name]` sections of type endpoint that name no `auth`. */
async function endpointsWithoutAuth(): Promise<string[]> {
  const etc = join(asterisk.settings.varDir, 'asterisk/etc')
  const files = (await readdir(etc)).filter((name) => name.startsWith('pjsip'))
  const text = (await Promise.all(files.map((name) => readFile(join(etc, name), 'utf8')))).join('\n')
  const sections = text.split(/^(?=\[)/m).flatMap((section) => {
    const [, name = '', isTemplate, parent] = /^\[([^\]]+)\](?:\((!)?([^)]*)\))?/.exec(section) ?? []
    return name === '' ? [] : [{ name, isTemplate: isTemplate !== undefined, parent: parent || null, section }]
  })
  const wholeOf = ({ section, parent }: (typeof sections)[number]): string =>
    sections
      .filter((one) => one.isTemplate && one.name === parent)
      .map(wholeOf)
      .join('\n') + section
  return sections
    .filter((one) => !one.isTemplate)
    .filter((one) => /^type *= *endpoint$/m.test(wholeOf(one)) && !/^auth *=/m.test(wholeOf(one)))
    .map(({ name }) => name)
}

async function countRefusals(): Promise<string[]> {
  const counted: string[] = []
  const ami = openAmi(asterisk.settings, {
    requestMs: 3_000,
    onRefused: (why, address) => counted.push(`${why} ${address}`),
    log: pino({ level: 'silent' }),
  })
  ami.start()
  leftOver.push(() => ami.stop())
  await until(() => ami.isConnected())
  return counted
}

describe('an endpoint that is asked for no password', () => {
  it('is known by its address: whoever writes its name into From from elsewhere is refused and counted', async () => {
    const controller = await connectTo(asterisk, leftOver)
    const counted = await countRefusals()
    const names = await endpointsWithoutAuth()
    expect(names).toEqual(['trunk-carrier', 'trunk-province'])
    for (const name of [...names, 'trunk', 'nobody']) {
      const before = counted.length
      const from = `<sip:${name}@${outside}>`
      const ask = { host: outside, target: asterisk.settings, from }
      expect({ name, code: codeOf(await askRaw(ask)) }).toEqual({ name, code: 401 })
      expect(codeOf(await askRaw({ ...ask, method: 'OPTIONS' }))).toBe(401)
      expect(codeOf(await askRaw({ ...ask, method: 'REGISTER', to: from }))).toBe(401)
      await until(() => counted.slice(before).includes(`unknown-sender ${outside}`))
    }
    expect((await refusedBy(asterisk)).filter(({ host }) => host === outside).length).toBeGreaterThanOrEqual(4)
    expect(controller.events.filter(({ type }) => type === 'channel-entered')).toEqual([])
    // The trunk itself is known by the same.
    expect(codeOf(await askRaw({ host: trunk, target: asterisk.settings, from: '<sip:trunk-carrier@x>' }))).toBe(200)
    const { channel } = await controller.event('channel-entered')
    await controller.link.ari.hangup(channel.id, 'normal')
  })

  it('is not reached by saying to come from a browser', async () => {
    const controller = await connectTo(asterisk, leftOver)
    for (const host of [trunk, outside]) {
      const ask = { host, target: asterisk.settings, via: 'WS', from: '<sip:trunk-carrier@x>' }
      expect(codeOf(await askRaw(ask))).toBe(401)
    }
    expect(controller.events.filter(({ type }) => type === 'channel-entered')).toEqual([])
  })
})

describe('a log-in by REGISTER', () => {
  const register = async (host: string, name: string, credentials: string[] = []) =>
    askRaw({
      host,
      target: asterisk.settings,
      method: 'REGISTER',
      uri: 'sip:127.0.0.1',
      from: `<sip:${name}@127.0.0.1>`,
      to: `<sip:${name}@127.0.0.1>`,
      headers: credentials,
    })

  function answerTo(challenge: string, name: string): string[] {
    const nonce = /nonce="([^"]*)"/.exec(challenge)?.[1] ?? randomBytes(8).toString('hex')
    const response = createHash('md5').update(nonce).digest('hex')
    return [
      `Authorization: Digest username="${name}", realm="asterisk", nonce="${nonce}", uri="sip:127.0.0.1", ` +
        `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="x"`,
    ]
  }

  /** What is made up anew for each request. */
  function alike(response: string, name: string): string {
    return response
      .replaceAll(name, 'NAME')
      .replace(/(nonce|opaque)="[^"]*"/g, '$1=""')
      .replace(/^(Via|Call-ID): .*$/gim, '$1')
      .replace(/tag=\w+/g, 'tag')
  }

  it('is answered alike for a name that exists and one that does not, from every address', async () => {
    const controller = await connectTo(asterisk, leftOver)
    const digest = createHash('md5').update('d-2001:asterisk:secret').digest('hex')
    const known = { id: 'd-2001', digest, kind: 'DESK', callerNumber: null } as const
    expect(await controller.link.ari.pushEndpoint(known)).toMatchObject({ ok: true })
    const seen = new Map<string, Set<string>>()
    for (const host of [trunk, outside]) {
      for (const name of ['d-2001', 'd-2002', 'trunk-carrier', 'nobody']) {
        const asked = await register(host, name)
        const wrong = await register(host, name, answerTo(asked, name))
        const stale = await register(host, name, answerTo('', name))
        for (const [what, response] of Object.entries({ asked, wrong, stale })) {
          const answers = seen.get(what) ?? new Set()
          seen.set(what, answers.add(alike(response, name)))
          expect(codeOf(response)).toBe(401)
        }
      }
    }
    expect([...seen].map(([what, answers]) => [what, answers.size])).toEqual([
      ['asked', 1],
      ['wrong', 1],
      ['stale', 1],
    ])
    expect(await controller.link.ari.dropEndpoint('d-2001')).toMatchObject({ ok: true })
  })

  it('that fails again and again is answered 403 for a while, with the right password too, and let in afterwards', async () => {
    const { link } = await connectTo(asterisk, leftOver)
    const redis = await openRedis(settings(), 'commands')
    leftOver.push(async () => closeRedis(redis))
    const clock = { now: Date.now() }
    const log = pino({ level: 'silent' })
    const list = openSipBlockList({ ari: link.ari, redis, node: 'edge-test', now: () => clock.now, log })
    const blocks = openSipBlocks(asterisk.site.trunks.flatMap(({ networks }) => networks))
    const host = '127.0.0.11'
    const ami = openAmi(asterisk.settings, {
      requestMs: 3_000,
      onRefused(_, address) {
        const until = address === null ? null : blocks.refused(address, clock.now)
        if (address !== null && until !== null) void list.block(address, until)
      },
      log,
    })
    ami.start()
    leftOver.push(() => ami.stop())
    await until(() => ami.isConnected())

    for (let guess = 0; guess < refusalsAllowed; guess += 1) await register(host, `d-${4000 + guess}`)
    await until(async () => codeOf(await register(host, 'd-4000')) === 403)
    expect(codeOf(await askRaw({ host, target: asterisk.settings }))).toBe(403)
    // Nobody else is concerned, and no trunk can be silenced by who writes its address.
    expect(codeOf(await register(outside, 'd-4000'))).toBe(401)
    for (let guess = 0; guess <= refusalsAllowed; guess += 1) await register(trunk, `d-${4000 + guess}`)
    expect(codeOf(await register(trunk, 'd-4000'))).toBe(401)

    clock.now += firstBlockMs - 1_000
    await list.sweep()
    expect(codeOf(await register(host, 'd-4000'))).toBe(403)
    clock.now += 1_000
    // Another controller than the one that blocked it.
    await openSipBlockList({ ari: link.ari, redis, node: 'edge-test', now: () => clock.now, log }).sweep()
    expect(codeOf(await register(host, 'd-4000'))).toBe(401)
    expect(await redis.keys('*sip-blocked:edge-test*')).toEqual([])
  })

  it('that worked keeps its address from being blocked by what others send in its name', async () => {
    const { link } = await connectTo(asterisk, leftOver)
    const own = createHash('md5').update('d-2010:asterisk:secret').digest('hex')
    const phone = { id: 'd-2010', digest: own, kind: 'DESK', callerNumber: null } as const
    expect(await link.ari.pushEndpoint(phone)).toMatchObject({ ok: true })
    const ami = openAmi(asterisk.settings, { requestMs: 3_000, log: pino({ level: 'silent' }) })
    ami.start()
    leftOver.push(() => ami.stop())
    await until(() => ami.isConnected())
    const clock = { now: Date.now() }
    const registered = openRegisteredSenders({ ami, now: () => clock.now })
    const office = '127.0.0.12'
    expect(await registered.has(office)).toBe(false)

    const nonce = /nonce="([^"]*)"/.exec(await register(office, 'd-2010'))?.[1] ?? ''
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const asked = md5('REGISTER:sip:127.0.0.1')
    const response = md5(`${own}:${nonce}:00000001:x:auth:${asked}`)
    const answer =
      `Authorization: Digest username="d-2010", realm="asterisk", nonce="${nonce}", uri="sip:127.0.0.1", ` +
      `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="x"`
    expect(codeOf(await register(office, 'd-2010', [answer]))).toBe(200)
    clock.now += 10_000
    expect(await registered.has(office)).toBe(true)
    expect(await registered.has(outside)).toBe(false)
    expect(await link.ari.dropEndpoint('d-2010')).toMatchObject({ ok: true })
  })

  it('that fails is counted at once, for every name and whether a password was tried or not', async () => {
    const counted = await countRefusals()
    const host = '127.0.0.10'
    await register(host, 'd-3001')
    await until(() => counted.includes(`unknown-sender ${host}`))
    const challenge = await register(host, 'd-3002')
    await register(host, 'd-3002', answerTo(challenge, 'd-3002'))
    await until(() => counted.filter((one) => one === `unknown-sender ${host}`).length === 3)
    await until(async () => (await refusedBy(asterisk)).filter((one) => one.host === host).length === 3)
  })
})
