import { createServer } from 'node:http'
import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, onTestFinished, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { Call, CallEvent } from '../../../src/calls/machine/call.ts'
import type { Party, PartyTarget } from '../../../src/calls/machine/party.ts'
import { openEmergencyPackets } from '../../../src/emergency/packets.ts'
import { emergencyHandovers } from '../../../src/emergency/schema.ts'
import { writeHandovers } from '../../../src/emergency/store.ts'
import { readUserToUser } from '../../../src/exchange/headers.ts'
import { type NoticeFacts, noticeHeadline } from '../../../src/notifications/notification.ts'
import { type Announcement, tell } from '../../../src/notifications/teller.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { AgentId } from '../../../src/platform/types.ts'
import { notifications, ticketDrafts } from '../../../src/tickets/records/schema.ts'
import { openProvince } from '../../../src/tools/province/province.ts'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { aCall, anOffer } from '../../unit/calls/world.ts'
import { aWeb, site, until } from '../web/world.ts'

/** A caller in danger is handed over to a service that the program of the sample plays: what it is told, and the record. */

const secret = 'a secret of at least thirty-two signs'
const fire: PartyTarget = {
  ...{ kind: 'outside', number: '119', name: '消防救援', endpoint: '119@trunk-carrier', isEmergency: true },
}

async function world() {
  const port = await claimPorts(1)
  const web = await aWeb({ emergencyUrl: `http://127.0.0.1:${port}/emergency` })
  const agent = await web.agent('1001')
  const callId = await web.call({ agentId: agent.id, answeredAt: Date.now() })
  // It stands: what is due does not hang on how fast the machine is.
  const clock = { ahead: 0 }
  const startedAt = Date.now()
  const parts = { site, now: () => startedAt + clock.ahead, log: createLogger('test', 'fatal') }
  const settings = { emergencyUrl: `http://127.0.0.1:${port}/emergency`, emergencySecret: secret }
  const packets = openEmergencyPackets({ db: web.db, settings, ...parts })
  if (!packets) throw new Error('no interface')
  const start = async () => {
    const province = await openProvince({
      ...{ http: { host: '127.0.0.1', port }, sip: { host: '127.0.0.1', port: 0 }, secret, file: ':memory:' },
      ...{ hotlineUrl: 'http://127.0.0.1:9/', hotlineSip: { host: '127.0.0.1', port: 9 } },
    })
    onTestFinished(() => province.stop())
    return province
  }
  const heard = async () => {
    const { messages } = await (await fetch(`http://127.0.0.1:${port}/state`)).json()
    return messages.map(({ message }: { message: { msg_id: string; body: object } }) => message)
  }
  const party = ulid()
  const offer = { ...anOffer(), agentId: String(agent.id) as AgentId }
  const talk = aCall({ id: callId, arrivedAt: startedAt }).talking(offer)
  const asked: CallEvent = { type: 'add-party', party, to: fire, mode: 'three-way', agentId: offer.agentId }
  talk.on(asked)
  const found = talk.call.parties.find(({ id }) => id === party)
  if (!found) throw new Error('nobody was asked')
  const row = async () => (await web.db.select().from(emergencyHandovers))[0] ?? null
  return { web, port, agent, callId, clock, db: web.db, packets, start, heard, talk, party: found, row, parts }
}

/** Takes the packet and never answers. */
async function aMuteService(port: number) {
  let asked = 0
  const server = createServer(() => {
    asked += 1
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(stop)
  return { asked: () => asked, stop }
}

const untilState = (row: () => Promise<{ packetState: string } | null>, state: string) =>
  until(row, (now) => now?.packetState === state)

test('the service knows of caller, place and matter while its phone rings; key, pick-up and leave are proved', async () => {
  const { web, db, agent, callId, packets, start, heard, talk, party, row } = await world()
  await start()
  const at = Date.now()
  await db.insert(ticketDrafts).values({
    ...{ id: ulid(at), ownerId: agent.id, callId, version: 1, createdAt: at, changedAt: at },
    content: { content: '三楼冒浓烟', type: 'HELP', place: '英雄中路 12 号', callerPhone: '13800138000' },
  })
  const headers = packets.push(party, talk.call)
  expect(readUserToUser(headers?.['PJSIP_HEADER(add,User-to-User)'] ?? '')).toBe(party.id)
  await untilState(row, 'ACKED')
  const [message] = await heard()
  expect(message).toMatchObject({ msg_id: party.id, from: '140400', to: '140400' })
  expect(message.body).toMatchObject({
    ...{ emergency: '119', summary: '三楼冒浓烟', place: '英雄中路 12 号', callback: '13800138000' },
    caller: { number: '+8613903551234' },
  })

  talk.on({ type: 'leg-dialled', leg: party.channel }).on({ type: 'leg-up', leg: party.channel }, 3_000)
  talk.on({ type: 'command', command: 'leave', agentId: String(agent.id) as AgentId }, 20_000)
  await writeHandovers(db, [talk.call])
  // A late older state changes nothing.
  await writeHandovers(db, [{ ...talk.call, version: 1, segments: talk.call.segments.slice(0, -1) }])
  await web.person('boss', ['SUPERVISOR'])
  const supervisor = await web.logIn('boss')
  const list = (await web.get('/api/emergency-handovers', supervisor)).json()
  expect(list.handovers).toEqual([
    expect.objectContaining({
      ...{ callId, service: '119', agent: { number: '1001', name: expect.any(String) }, endedAt: null },
      ...{ dialledAt: expect.any(Number), pickedUpAt: expect.any(Number), agentLeftAt: expect.any(Number) },
      packet: expect.objectContaining({ state: 'ACKED', tries: 1, answer: { reply: 'ACK', code: null, text: '' } }),
      inWords: expect.stringMatching(/呼叫119消防救援，.*对方接听，.*话务员退出$/),
    }),
  ])
  const own = await web.logIn('1001')
  expect((await web.get(`/api/calls/${callId}/emergency-handovers`, own)).json().handovers).toHaveLength(1)
  expect((await web.get('/api/emergency-handovers', own)).statusCode).toBe(403)
  const audited = await db.select().from(auditEvents)
  expect(audited.map(({ action, subject }) => [action, subject])).toContainEqual(['emergency.told', callId])
})

test('a service that does not answer is called at once and told later, by whichever process is there', async () => {
  const { db, port, packets, start, heard, talk, party, row, clock } = await world()
  const mute = await aMuteService(port)
  expect(packets.push(party, talk.call)).toEqual({ 'PJSIP_HEADER(add,User-to-User)': expect.any(String) })
  // The phone may ring already, though the service was not even asked yet.
  expect(mute.asked()).toBe(0)
  await until(
    async () => mute.asked(),
    (times) => times === 1,
  )
  expect(await row()).toBeNull()
  await mute.stop()
  await untilState(row, 'WAITING')
  await start()
  clock.ahead = 5_000
  await packets.look()
  expect(await row()).toMatchObject({ packetState: 'ACKED', packetTries: 2 })
  // Sent again by another process that knows nothing of it: the service has it once.
  await db.update(emergencyHandovers).set({ packetState: 'WAITING', nextAt: 1, packet: null })
  await packets.look()
  expect(await row()).toMatchObject({ packetState: 'ACKED' })
  expect(await heard()).toHaveLength(1)
})

test('a controller that dies with the packet unsent leaves it to the next process', async () => {
  const { db, packets, start, heard, talk, row, clock } = await world()
  await start()
  await writeHandovers(db, [talk.call])
  await packets.look()
  expect(await heard()).toEqual([])
  clock.ahead = 5_000
  await packets.look()
  expect(await row()).toMatchObject({ packetState: 'ACKED' })
  expect((await heard())[0].body).toMatchObject({ emergency: '119', agent: '1001' })
})

test('without a database the service is told what the call itself says', async () => {
  const { start, heard, talk, party, parts } = await world()
  const province = await start()
  const settings = { emergencyUrl: `${province.url}/emergency`, emergencySecret: secret }
  const never = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error('no database')
      },
    },
  )
  const alone = openEmergencyPackets({ db: never as never, settings, ...parts })
  expect(alone?.push(party, talk.call)).not.toBeNull()
  const [message] = await until(heard, (messages) => messages.length === 1)
  expect(message.body).toMatchObject({ emergency: '119', summary: '', caller: { number: '+8613903551234' } })
})

test('a packet of somebody else is refused: told at once to who can mend it, and sent on for a quarter of an hour', async () => {
  const { web, start, heard, talk, party, parts, db, row, clock } = await world()
  await web.person('root', ['ADMIN'])
  await web.person('boss', ['SUPERVISOR'])
  await web.person('dispatcher', ['DISPATCHER'])
  const province = await start()
  const settings = { emergencyUrl: `${province.url}/emergency`, emergencySecret: `other ${secret}` }
  const wrong = openEmergencyPackets({ db, settings, ...parts })
  wrong?.push(party, talk.call)
  // Its first try is over: the answer is signed with the other secret as well, and counts as none.
  await untilState(row, 'WAITING')
  expect(await heard()).toEqual([])
  const notices = async () => {
    const rows = await db.select().from(outbox).where(eq(outbox.topic, 'packet.refused'))
    const bus = { publish: () => undefined }
    for (const { topic, payload } of rows)
      await tell({ db, bus, hasMail: false, now: parts.now }, topic, payload as Announcement)
    const kept = await db.select().from(notifications).where(eq(notifications.topic, 'packet.refused'))
    return kept.map(({ payload }) => noticeHeadline('packet.refused', payload as NoticeFacts))
  }
  const bySecret = expect.stringMatching(/^119消防救援.*密钥不一致.*EMERGENCY_SECRET/)
  expect(await until(notices, (all) => all.length > 0)).toEqual([bySecret, bySecret])
  clock.ahead = 5_000
  await wrong?.look()
  expect(await row()).toMatchObject({ packetState: 'WAITING', packetTrouble: 'NOT_OURS', packetTries: 2 })
  // The second try says nothing new.
  expect(await notices()).toHaveLength(2)
  const list = async (query: string) =>
    (await web.get(`/api/emergency-handovers?${query}`, await web.logIn('dispatcher'))).json().handovers
  expect(await list('isTold=no&service=119')).toMatchObject([
    { packet: { id: party.id, state: 'WAITING', tries: 2, trouble: 'NOT_OURS', answer: null } },
  ])
  expect(await list('isTold=yes')).toEqual([])
  expect(await list('service=110')).toEqual([])
  clock.ahead = 16 * 60_000
  await wrong?.look()
  expect(await row()).toMatchObject({
    packetState: 'GIVEN_UP',
    packetTrouble: 'NOT_OURS',
    packetTries: 2,
    nextAt: null,
  })
  const late = expect.stringMatching(/15 分钟内没有送达119消防救援/)
  expect(await notices()).toEqual([bySecret, bySecret, late, late])
})

test('a packet that the service refuses is told of with its receipt', async () => {
  const { web, port, start, packets, talk, party, row, db } = await world()
  await start()
  const manner = (word: string) =>
    fetch(`http://127.0.0.1:${port}/play`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ manner: word }),
    })
  await manner('refuses')
  packets.push(party, talk.call)
  await untilState(row, 'NACKED')
  const told = await until(
    () => db.select().from(outbox).where(eq(outbox.topic, 'packet.refused')),
    (rows) => rows.length === 1,
  )
  expect(told).toMatchObject([{ payload: { packet: { to: '119消防救援', why: 'REFUSED' } } }])
  await web.person('boss', ['SUPERVISOR'])
  const { handovers } = (await web.get('/api/emergency-handovers', await web.logIn('boss'))).json()
  expect(handovers[0].packet.answer).toEqual({ reply: 'NACK', code: 401, text: '不属于本平台受理范围' })
})

test('a service without an interface is only called', async () => {
  const { packets, talk, parts, db } = await world()
  expect(openEmergencyPackets({ db, settings: { emergencyUrl: null, emergencySecret: '' }, ...parts })).toBeNull()
  const outside = talk.call.parties.find(({ role }) => role === 'AGENT') as Party
  expect(packets.push(outside, talk.call as Call)).toBeNull()
})
