import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { BridgeId, ChannelId, PlaybackId, RecordingName } from '../../src/platform/types.ts'
import { openAmi } from '../../src/telephony/ami/ami.ts'
import type { AriEvent, DynamicEndpoint } from '../../src/telephony/ari/ari.ts'
import { type Fallback, openFallback } from '../../src/telephony/fallback/fallback.ts'
import { openDoorToFallback } from '../../src/telephony/fallback/fallback-door.ts'
import { missingSounds, promptsOf } from '../../src/telephony/speech/sounds-check.ts'
import { openCitizens } from '../../src/tools/bench/sip/citizen.ts'
import { inviteFrom, openStranger, registerFrom } from '../../src/tools/chaos/abuse/stranger.ts'
import { startTestAsterisk, type TestAsterisk, whileSilent } from './support/asterisk.ts'
import { refusedBy } from './support/ban.ts'
import { startSoftPhone } from './support/baresip.ts'
import { connectTo, type EdgeController, until } from './support/edge.ts'
import { callIn } from './support/sipp.ts'

/** The edge to Asterisk, alone with a real one: no controller, no database. */

/** What the dialplan would put something else for. */
const expansion = (what: string) => `\${${what}}`

const log = pino({ level: 'silent' })
let asterisk: TestAsterisk
const leftOver: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  asterisk = await startTestAsterisk()
})
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end()
})
afterAll(() => asterisk?.stop())

const connect = (options?: Parameters<typeof connectTo>[2]): Promise<EdgeController> =>
  connectTo(asterisk, leftOver, options)

function device(id: string, kind: DynamicEndpoint['kind'], callerNumber: string | null = null) {
  const password = `secret-of-${id}`
  const digest = createHash('md5').update(`${id}:asterisk:${password}`).digest('hex')
  return { password, endpoint: { id, digest, kind, callerNumber } }
}

async function phone(controller: EdgeController, id: string, kind: DynamicEndpoint['kind'], callerNumber?: string) {
  const { password, endpoint } = device(id, kind, callerNumber)
  // A browser's phone speaks WebRTC; the rights of its context are what is tried here.
  expect(await controller.link.ari.pushEndpoint(endpoint)).toMatchObject({ ok: true })
  const soft = await startSoftPhone({ sip: asterisk.settings, id, password, answers: 'auto' })
  leftOver.push(() => soft.stop())
  await soft.until('REGISTER_OK')
  return soft
}

describe('the connection to Asterisk', () => {
  it('comes back after Asterisk was killed, with the inventory of the new one', async () => {
    const controller = await connect()
    const before = controller.inventories[0]?.asteriskStartedAt ?? 0
    expect(controller.inventories[0]).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/) })
    expect(controller.inventories[0]?.builtAt).toBeLessThan(before)
    asterisk.program.kill('SIGKILL')
    await until(() => controller.lost.length === 1)
    expect(controller.link.isConnected()).toBe(false)
    expect(await controller.link.ari.startMusic('nobody' as ChannelId)).toMatchObject({ ok: false })
    await until(() => controller.inventories.length === 2)
    expect(controller.link.isConnected()).toBe(true)
    expect(controller.inventories[1]?.asteriskStartedAt).toBeGreaterThan(before)
  })

  it('is given up when Asterisk falls silent, and taken up again when it speaks', async () => {
    const controller = await connect()
    await whileSilent(asterisk.program, async () => {
      const request = controller.link.ari.startMusic('nobody' as ChannelId)
      await until(() => controller.lost.length === 1)
      expect(controller.lost).toEqual(['silent'])
      expect(await request).toMatchObject({ ok: false, why: 'timeout' })
    })
    await until(() => controller.inventories.length === 2)
    const citizen = await callIn({ sip: asterisk.settings, to: '12345' })
    await controller.event('channel-entered')
    await citizen.hangUp()
    await controller.event('channel-left')
  })

  it('answers what is gone, refused or impossible instead of throwing', async () => {
    const { link } = await connect()
    const { ari } = link
    const nobody = 'nobody' as ChannelId
    expect(await ari.hangup(nobody, 'normal')).toMatchObject({ ok: false, why: 'gone' })
    expect(await ari.stopPlayback('none' as PlaybackId)).toMatchObject({ ok: false, why: 'gone' })
    expect(await ari.createBridge('b.1' as BridgeId, 'b.1')).toEqual({ ok: true, value: undefined })
    expect((await ari.addToBridge('b.1' as BridgeId, [nobody])).ok).toBe(false)
    expect(await ari.destroyBridge('b.1' as BridgeId)).toEqual({ ok: true, value: undefined })
    const ask = {
      callerNumber: '139****0001',
      callerName: '长治12345',
      ringSeconds: 5,
      appArgs: ['leg'],
      variables: {},
    }
    expect(await ari.originate({ ...ask, channelId: 'leg.1' as ChannelId, endpoint: 'nobody' })).toMatchObject({
      ok: false,
      why: 'refused',
    })
    await ari.pushEndpoint(device('d-away', 'DESK').endpoint)
    expect(await ari.originate({ ...ask, channelId: 'leg.2' as ChannelId, endpoint: 'd-away' })).toMatchObject({
      ok: false,
      why: 'refused',
    })
    expect(await ari.dropEndpoint('d-away')).toEqual({ ok: true, value: undefined })
    expect(await ari.dropEndpoint('d-away')).toEqual({ ok: true, value: undefined })
  })

  it('knows which prompts there are', async () => {
    const { ari } = (await connect()).link
    expect(await ari.hasSound('zh/greeting-12345')).toEqual({ ok: true, value: true })
    expect(await ari.hasSound('zh/not-there')).toEqual({ ok: true, value: false })
    expect(await missingSounds(ari, [...promptsOf(asterisk.site), 'not-there'])).toEqual(['not-there'])
  })
})

describe('a call from the telephone network', () => {
  it.each(['99999', '13912345678', '0086123', '12345678', 's', 'arrival', '_X.'])(
    'to %s, none of our numbers, is refused with 404',
    async (to) => {
      const controller = await connect()
      const citizen = await callIn({ sip: asterisk.settings, to })
      expect((await citizen.ended).codes).toEqual([404])
      expect(controller.events.filter((event) => event.type === 'channel-entered')).toEqual([])
    },
  )

  it('brings what was dialled and what the network says, whatever characters stand in it', async () => {
    const controller = await connect()
    const diversion = `"a, ${expansion('EXTEN')} \\"张三😀\\" ;:|&" <sip:12333@10.0.0.1>;reason=unconditional`
    const history = '<sip:12333@a?Reason=SIP%3Bcause%3D302>;index=1'
    const citizen = await callIn({
      sip: asterisk.settings,
      to: '+8635512345',
      from: '013912345678',
      fromHeader: `"李四 😀 ${expansion('SHELL(id)')}, ;" <sip:013912345678@127.0.0.1>`,
      headers: [
        `Diversion: ${diversion}`,
        'Diversion: <sip:12319@10.0.0.1>',
        `History-Info: ${history}`,
        'History-Info: <sip:12345@b>;index=1.1',
        'P-Called-Party-ID: <sip:12345@c>',
      ],
    })
    const { channel, args } = await controller.event('channel-entered')
    expect(args.slice(0, 4).map(decodeURIComponent)).toEqual([
      '+8635512345',
      `${diversion},<sip:12319@10.0.0.1>`,
      `${history},<sip:12345@b>;index=1.1`,
      '<sip:12345@c>',
    ])
    expect(channel.callerNumber).toBe('013912345678')
    expect(channel.callerName).toBe(`李四 😀 ${expansion('SHELL(id)')}, ;`)
    const listed = await controller.link.ari.inventory()
    expect(listed.ok && listed.value.channels.find((one) => one.id === channel.id)?.stasisArgs).toEqual(args)
    await citizen.hangUp()
    await controller.event('channel-left')
  })

  it('is known to be forwarded however the network writes the names of its headers', async () => {
    const controller = await connect()
    const citizen = await callIn({
      sip: asterisk.settings,
      to: '12345',
      headers: ['diversion: <sip:12333@a>', 'HISTORY-INFO: <sip:12319@b>', 'p-Called-party-Id: <sip:12345@c>'],
    })
    const { args } = await controller.event('channel-entered')
    expect(args.slice(1, 4).map(decodeURIComponent)).toEqual(['<sip:12333@a>', '<sip:12319@b>', '<sip:12345@c>'])
    await citizen.hangUp()
    await controller.event('channel-left')
  })

  it('is taken with a header far too long, and with one that tries to break the dialplan', async () => {
    for (const value of ['x'.repeat(3_000), `${')'.repeat(50)}:1:2}${expansion('EXTEN')}`, '((((,,,,', '%00%ff%2']) {
      const controller = await connect()
      const citizen = await callIn({ sip: asterisk.settings, to: '12345', headers: [`Diversion: ${value}`] })
      const { args } = await controller.event('channel-entered')
      expect(args).toHaveLength(9)
      expect(args[0]).toBe('12345')
      expect(Number(args[4])).toBeGreaterThan(1e12)
      await citizen.hangUp()
      await controller.event('channel-left')
      for (const end of leftOver.splice(0).reverse()) await end()
    }
  })

  it('may come without a number and by TCP', async () => {
    const controller = await connect()
    const citizen = await callIn({ sip: asterisk.settings, to: '03555550333', from: null, transport: 'tcp' })
    const { channel, args } = await controller.event('channel-entered')
    expect(args[0]).toBe('03555550333')
    await citizen.answered
    await controller.link.ari.hangup(channel.id, 'normal')
    expect((await citizen.ended).by).toBe('hotline')
  })

  it('hears prompts, presses keys, and is recorded in its bridge', async () => {
    const name = '2026/11/23/test.1' as RecordingName
    const controller = await connect({ openRecordings: async () => [name, 'not-running' as RecordingName] })
    const { ari } = controller.link
    const citizen = await callIn({ sip: asterisk.settings, to: '12345' })
    const { channel } = await controller.event('channel-entered')
    await citizen.answered
    citizen.media.speak(600)
    expect(await ari.play({ channel: channel.id }, 'p.1' as PlaybackId, ['sound:zh/greeting-12345'])).toMatchObject({
      ok: true,
    })
    await until(() => citizen.media.loudness() > 0.01)
    await citizen.media.press('2')
    expect((await controller.event('digit')).digit).toBe('2')
    expect(await ari.stopPlayback('p.1' as PlaybackId)).toMatchObject({ ok: true })
    await controller.event('playback-finished')

    expect(await ari.startMusic(channel.id)).toMatchObject({ ok: true })
    await until(() => citizen.media.loudness() > 0.005)
    expect(await ari.stopMusic(channel.id)).toMatchObject({ ok: true })

    const bridge = 'b.2' as BridgeId
    expect(await ari.createBridge(bridge, bridge)).toMatchObject({ ok: true })
    expect(await ari.addToBridge(bridge, [channel.id])).toMatchObject({ ok: true })
    expect(await ari.recordBridge(bridge, name)).toMatchObject({ ok: true })
    const listed = await ari.inventory()
    expect(listed).toMatchObject({ ok: true, value: { recordings: [name], bridges: [{ id: bridge }] } })
    expect(await ari.stopRecording(name)).toMatchObject({ ok: true })
    expect((await controller.event('recording-finished')).name).toBe(name)
    expect(existsSync(join(asterisk.settings.spoolDir, 'recording', `${name}.wav`))).toBe(true)

    await citizen.hangUp()
    await controller.event('channel-left')
    expect(await ari.destroyBridge(bridge)).toMatchObject({ ok: true })
    await controller.event('bridge-destroyed')
  })
})

describe('a recording', () => {
  it('that fails at its start is told, also while nobody is in its bridge', async () => {
    const controller = await connect()
    const { ari } = controller.link
    const folder = join(asterisk.settings.spoolDir, 'recording')
    await mkdir(folder, { recursive: true })
    // Where a folder is wanted stands a file: nothing can be written below it.
    await writeFile(join(folder, 'taken'), '')
    const [bridge, name] = ['b.record' as BridgeId, 'taken/test.1' as RecordingName]
    expect(await ari.createBridge(bridge, bridge)).toMatchObject({ ok: true })
    expect(await ari.recordBridge(bridge, name)).toMatchObject({ ok: true })
    // Asterisk 22.10.1 calls it finished, with a length of 0.
    const ended = await controller.event('recording-finished')
    expect(ended).toMatchObject({ name, durationMs: 0 })
    expect(await ari.destroyBridge(bridge)).toMatchObject({ ok: true })
  })

  it('is told as ended when the last one leaves the bridge, and each thing is told once', async () => {
    const controller = await connect()
    const { ari } = controller.link
    const citizen = await callIn({ sip: asterisk.settings, to: '12345' })
    const { channel } = await controller.event('channel-entered')
    await citizen.answered
    const [bridge, name] = ['b.once' as BridgeId, 'once/test.1' as RecordingName]
    expect(await ari.createBridge(bridge, bridge)).toMatchObject({ ok: true })
    expect(await ari.addToBridge(bridge, [channel.id])).toMatchObject({ ok: true })
    expect(await ari.recordBridge(bridge, name)).toMatchObject({ ok: true })
    await citizen.media.press('5')
    await controller.event('digit')
    expect(await ari.removeFromBridge(bridge, channel.id)).toMatchObject({ ok: true })
    await controller.event('recording-finished')
    await citizen.hangUp()
    await controller.event('channel-left')
    expect(await ari.destroyBridge(bridge)).toMatchObject({ ok: true })
    await controller.event('bridge-destroyed')
    const types = controller.events.map((event) => event.type)
    for (const type of ['digit', 'recording-finished', 'channel-left', 'bridge-destroyed'] as const) {
      expect([type, types.filter((one) => one === type).length]).toEqual([type, 1])
    }
  })
})

describe('a phone that the controller pushed', () => {
  it('registers, is seen to come and go, rings and talks', async () => {
    const controller = await connect()
    const { ari } = controller.link
    const soft = await phone(controller, 'd-1001', 'DESK')
    const seen = () =>
      controller.events.filter((event) => event.type === 'contact-changed' && event.endpoint === 'd-1001')
    await until(() => seen().at(-1)?.type === 'contact-changed' && isReachable(seen().at(-1)))
    const listed = await ari.inventory()
    expect(listed.ok && listed.value.reachable).toEqual(['d-1001'])

    const leg = 'leg.3' as ChannelId
    const ask = { callerNumber: '139****0001', callerName: '长治12345', ringSeconds: 10, appArgs: ['leg', 'x'] }
    const asked = { ...ask, channelId: leg, endpoint: 'd-1001', variables: { HOTLINE_CALL: 'x' } }
    expect(await ari.originate(asked)).toMatchObject({ ok: true })
    await soft.until('CALL_ESTABLISHED')
    expect((await controller.event('channel-entered')).args).toEqual(['leg', 'x'])
    // The account is withdrawn in the middle of a call: the registration ends, the call does not.
    expect(await ari.dropEndpoint('d-1001')).toMatchObject({ ok: true })
    await until(() => !isReachable(seen().at(-1)))
    const during = await ari.inventory()
    expect(during.ok && during.value.channels.map((channel) => channel.id)).toEqual([leg])
    await ari.hangup(leg, 'normal')
    await soft.until('CALL_CLOSED')
  })

  it('cannot register with a wrong password', async () => {
    const controller = await connect()
    await controller.link.ari.pushEndpoint(device('d-1002', 'DESK').endpoint)
    const soft = await startSoftPhone({ sip: asterisk.settings, id: 'd-1002', password: 'guess', answers: 'auto' })
    leftOver.push(() => soft.stop())
    await soft.until('REGISTER_FAIL')
  })

  it('of an agent reaches nobody, neither outside nor inside', async () => {
    const controller = await connect()
    const soft = await phone(controller, 'd-1003', 'DESK')
    for (const number of ['12345', '13912345678', '0013912345678', 's', 'd-1003']) {
      const before = soft.events.length
      soft.command('dial', `sip:${number}@${asterisk.settings.SIP_HOST}:${asterisk.settings.SIP_PORT}`)
      await until(() => soft.events.slice(before).some((event) => event.type === 'CALL_CLOSED'))
      expect(soft.events.slice(before).map((event) => event.type)).not.toContain('CALL_ESTABLISHED')
    }
    expect(controller.events.filter((event) => event.type === 'channel-entered')).toEqual([])
  })
})

describe('a phone in a browser', () => {
  /** Asks Asterisk's websocket as the web server would that had let everything pass. @returns the answers' codes */
  async function codesOf(invite: (socket: WebSocket) => void): Promise<number> {
    const socket = new WebSocket(`${asterisk.settings.ariUrl.replace('http', 'ws')}/ws`, ['sip'])
    leftOver.push(async () => socket.terminate())
    await once(socket, 'open')
    const codes: number[] = []
    socket.on('message', (data) => codes.push(Number(/^SIP\/2\.0 (\d+)/.exec(String(data))?.[1])))
    invite(socket)
    await until(() => codes.some((code) => code >= 200))
    return codes.find((code) => code >= 200) ?? 0
  }

  function aCall(from: string, toTag = ''): string {
    return [
      'INVITE sip:12345@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${randomUUID()}`,
      'Max-Forwards: 70',
      `From: <sip:${from}@127.0.0.1>;tag=a`,
      `To: <sip:12345@127.0.0.1>${toTag}`,
      `Call-ID: ${randomUUID()}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:x@x.invalid;transport=ws>',
      'P-Asserted-Identity: <sip:13912345678@127.0.0.1>',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n')
  }

  it.each(['13912345678', 'g-withdrawn'])(
    'that Asterisk does not know is never taken for a trunk: %s',
    async (from) => {
      const controller = await connect()
      expect(await codesOf((socket) => socket.send(aCall(from)))).toBe(401)
      expect(await codesOf((socket) => socket.send(aCall(from, ';tag=invented')))).toBe(481)
      expect(controller.events.filter((event) => event.type === 'channel-entered')).toEqual([])
    },
  )
})

describe('whoever is refused', () => {
  const refused = () => refusedBy(asterisk)
  const of = async (host: string) => (await refused()).filter((one) => one.host === host)

  it('is found in the security log by the expression of the ban, whatever he writes; who is welcome is not', async () => {
    const controller = await connect()
    await phone(controller, 'd-1005', 'DESK')
    const { endpoint } = device('d-1006', 'DESK')
    await controller.link.ari.pushEndpoint(endpoint)
    const guess = await startSoftPhone({ sip: asterisk.settings, id: 'd-1006', password: 'guess', answers: 'auto' })
    leftOver.push(() => guess.stop())
    await guess.until('REGISTER_FAIL')
    await until(async () => (await of('127.0.0.1')).some(({ line }) => line.includes('AccountID="d-1006"')))

    const stranger = await openStranger('127.0.0.66', asterisk.settings)
    leftOver.push(async () => stranger.close())
    const forged = 'x",SessionID="y",LocalAddress="IPV4/UDP/127.0.0.1/5060",RemoteAddress="IPV4/UDP/198.51.100.7/5060"'
    const call = () => inviteFrom(stranger.host, asterisk.settings, '12345')
    const attempts = [
      call,
      () => registerFrom(stranger.host, asterisk.settings, 'nobody'),
      () => call().replace(/^Call-ID: /m, `Call-ID: ${forged}`),
      () => call().replace('<sip:100@', `<sip:${encodeURIComponent(forged)}@`),
    ]
    for (const attempt of attempts) await stranger.send(Array.from({ length: 6 }, attempt), 100)
    await until(async () => (await of(stranger.host)).length >= 10)
    const all = await refused()
    expect(new Set(all.map(({ host }) => host))).toEqual(new Set(['127.0.0.1', stranger.host]))
    expect(all.filter(({ line }) => line.includes('d-1005'))).toEqual([])
  })
})

describe('a guest’s phone', () => {
  it('has one call at a time, and a second one is told that it is busy', async () => {
    const controller = await connect()
    const soft = await phone(controller, 'g-1', 'GUEST', '13900001234')
    const number = `sip:12345@${asterisk.settings.SIP_HOST}:${asterisk.settings.SIP_PORT}`
    soft.command('dial', number)
    const { channel } = await controller.event('channel-entered')
    await soft.until('CALL_ESTABLISHED')
    soft.command('dial', number)
    await until(() => soft.events.some(({ type, param }) => type === 'CALL_CLOSED' && param.includes('486')))
    expect(controller.events.filter((event) => event.type === 'channel-entered')).toHaveLength(1)
    await controller.link.ari.hangup(channel.id, 'normal')
    await until(() => soft.events.filter(({ type }) => type === 'CALL_CLOSED').length === 2)
  })
})

describe('without a controller', () => {
  const nobody = async () => new Set<ChannelId>()

  async function openFallbackEdge() {
    const ami = openAmi(asterisk.settings, { requestMs: 3_000, log })
    ami.start()
    leftOver.push(() => ami.stop())
    await until(() => ami.isConnected())
    return openFallback(ami, { spoolDir: asterisk.settings.spoolDir, log })
  }

  /** Of the only caller, as soon as the dialplan has written of him. */
  async function channelInFallback(fallback: Fallback): Promise<ChannelId> {
    await until(async () => (await fallback.collect(nobody))?.length === 1)
    const [call] = (await fallback.collect(nobody)) ?? []
    if (!call) throw new Error('no record of the call')
    return call.channel
  }

  it('a caller leaves a message, which is collected once', async () => {
    const fallback = await openFallbackEdge()
    const citizen = await callIn({
      sip: asterisk.settings,
      to: '12345',
      from: '13912345678',
      name: '王五😀',
      headers: ['Diversion: <sip:12333@10.0.0.1>;reason=unconditional'],
    })
    await citizen.answered
    // Apology, request for a message, tone: then it listens.
    await until(() => citizen.media.shareOf(440, 300) > 0.9)
    citizen.media.speak(700)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    citizen.media.speak(null)
    expect((await citizen.ended).by).toBe('hotline')

    const [call, ...others] = (await fallback.collect(nobody)) ?? []
    expect(others).toEqual([])
    expect(call).toMatchObject({
      caller: { number: '13912345678', name: '王五😀' },
      answered: null,
      isHandedOver: false,
      cause: 16,
    })
    expect(call?.entry.slice(0, 2).map(decodeURIComponent)).toEqual([
      '12345',
      '<sip:12333@10.0.0.1>;reason=unconditional',
    ])
    expect(call?.message?.durationMs).toBeGreaterThan(2_000)
    expect(existsSync(join(asterisk.settings.spoolDir, 'recording', call?.message?.file ?? ''))).toBe(true)
    const instants = [call?.arrivedAt, call?.pickedUpAt, call?.endedAt]
    expect(instants).toEqual(instants.toSorted())
    if (call) expect(await fallback.forget(call.channel)).toBe(true)
    expect(await fallback.collect(nobody)).toEqual([])
  })

  it('a caller who gives up leaves a record, and one who still talks is left alone', async () => {
    const fallback = await openFallbackEdge()
    const citizen = await callIn({ sip: asterisk.settings, to: '12369' })
    await citizen.answered
    const channel = await channelInFallback(fallback)
    expect(await fallback.collect(async () => new Set([channel]))).toEqual([])
    await citizen.hangUp()
    await until(async () => (await fallback.collect(async () => new Set([channel])))?.length === 1)
    const [call] = (await fallback.collect(nobody)) ?? []
    expect(call).toMatchObject({
      message: null,
      answered: null,
      entry: ['12369', '', '', '', expect.any(String), expect.any(String), '', '', ''],
    })
    await fallback.forget(channel)
  })

  it('a caller who hangs up before a sound of his has come, and so before a controller hears of him, leaves a record', async () => {
    const controller = await connect()
    const fallback = await openFallbackEdge()
    const { SIP_HOST: host, SIP_PORT: sipPort } = asterisk.settings
    const citizens = await openCitizens({ host, sipPort, mediaPort: 9 })
    leftOver.push(async () => citizens.close())
    const dialogue = await citizens.call({ to: '12333', from: '13912345678' })
    await dialogue.hangUp()
    await until(async () => (await fallback.collect(nobody))?.[0]?.endedAt != null)
    const [call] = (await fallback.collect(nobody)) ?? []
    expect(call).toMatchObject({
      isLeftAtOnce: true,
      isHandedOver: false,
      caller: { number: '13912345678' },
      entry: ['12333', '', '', '', `${call?.arrivedAt}`, expect.any(String), '', '', ''],
      pickedUpAt: call?.arrivedAt,
    })
    expect(controller.events.filter((event) => event.type === 'channel-entered')).toEqual([])
    if (call) await fallback.forget(call.channel)
  })

  it('a call that ends between two looks is read once more, to its end', async () => {
    const fallback = await openFallbackEdge()
    const citizen = await callIn({ sip: asterisk.settings, to: '12369' })
    await citizen.answered
    const channel = await channelInFallback(fallback)
    const [call] =
      (await fallback.collect(async () => {
        await citizen.hangUp()
        await until(async () => (await fallback.collect(async () => new Set([channel])))?.length === 1)
        return new Set()
      })) ?? []
    expect(call?.endedAt).toBeGreaterThan(1e12)
    if (call) await fallback.forget(call.channel)
    expect(await fallback.collect(async () => null)).toBeNull()
  })

  it('an agent who was ready is rung and takes the call', async () => {
    const controller = await connect()
    const soft = await phone(controller, 'd-1004', 'DESK')
    const fallback = await openFallbackEdge()
    expect(await fallback.keepMembers([{ endpoint: 'd-1004', name: '赵六' }])).toBe(true)
    await controller.link.stop()
    const citizen = await callIn({ sip: asterisk.settings, to: '12345' })
    await citizen.answered
    await soft.until('CALL_ESTABLISHED')
    soft.command('hangup')
    expect((await citizen.ended).by).toBe('hotline')
    const [call] = (await fallback.collect(nobody)) ?? []
    expect(call).toMatchObject({ answered: { endpoint: 'd-1004' }, message: null })
    if (call) await fallback.forget(call.channel)
    expect(await fallback.keepMembers([])).toBe(true)
  })

  it('a controller that comes back in time gets the call', async () => {
    const fallback = await openFallbackEdge()
    const citizen = await callIn({ sip: asterisk.settings, to: '12333' })
    await citizen.answered
    await channelInFallback(fallback)
    const controller = await connect()
    const { channel, args } = await controller.event('channel-entered')
    expect(args[0]).toBe('12333')
    expect(channel.state).toBe('Up')
    await controller.link.ari.hangup(channel.id, 'normal')
    await citizen.ended
    const [call] = (await fallback.collect(nobody)) ?? []
    expect(call).toMatchObject({ channel: channel.id, isHandedOver: true })
    if (call) await fallback.forget(call.channel)
  })

  it('a caller whose controller came back and died too is the fallback’s own again', async () => {
    const fallback = await openFallbackEdge()
    const citizen = await callIn({ sip: asterisk.settings, to: '12333' })
    await citizen.answered
    await channelInFallback(fallback)
    const controller = await connect()
    const { channel } = await controller.event('channel-entered')
    await controller.link.stop()
    const door = openDoorToFallback(asterisk.settings, log)
    leftOver.push(async () => door.close())
    expect(await door.handToFallback(channel.id)).toMatchObject({ ok: true })
    await until(async () => (await fallback.collect(nobody))?.[0]?.isHandedOver === false)
    await citizen.hangUp()
    await until(async () => (await fallback.collect(nobody))?.[0]?.endedAt != null)
    const [call] = (await fallback.collect(nobody)) ?? []
    expect(call).toMatchObject({ channel: channel.id, isHandedOver: false })
    if (call) await fallback.forget(call.channel)
  })
})

function isReachable(event: AriEvent | undefined): boolean {
  return event?.type === 'contact-changed' && event.isReachable
}
