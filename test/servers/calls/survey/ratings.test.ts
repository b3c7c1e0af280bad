import { expect, test } from 'vitest'
import { advance, enter } from '../../../../src/calls/machine/advance.ts'
import type { Call, CallEvent, Entry } from '../../../../src/calls/machine/call.ts'
import type { CallDetail } from '../../../../src/calls/records/api.ts'
import { openCallStore } from '../../../../src/calls/records/store.ts'
import { callSurveys } from '../../../../src/calls/survey/schema.ts'
import { lineIds } from '../../../../src/lines/store.ts'
import type { AgentId } from '../../../../src/platform/types.ts'
import { anOffer, World as CallWorld, entry, timings } from '../../../unit/calls/world.ts'
import { aWeb, type World } from '../../web/world.ts'

const surveyRules = { scale: 5, minTalkMs: 10_000 } as const

/** A talk of this agent whose caller pressed 4 and then hung up. */
function rated(agentId: number, change: Partial<Entry> = {}): Call {
  const offer = { ...anOffer(), agentId: String(agentId) as AgentId }
  const call = new CallWorld({ ...change, arrivedAt: Date.now(), surveyRules }).talking(offer)
  call.on({ type: 'command', command: 'hangup', agentId: offer.agentId }, 12_000)
  const rest: CallEvent[] = [
    { type: 'digit', digit: '4' },
    { type: 'caller-gone', cause: 16 },
    { type: 'timer', timer: 'teardown' },
  ]
  for (const event of rest) call.on(event)
  return call.call
}

async function storeOf({ db }: World) {
  const ids = await lineIds(db)
  return openCallStore({ db, gaveUpAfterMs: 5_000, recordingDir: '/', lineId: (number) => ids.get(number) ?? 0 })
}

test('a rating stands in the record for who watches over the service, and for no agent', async () => {
  const world = await aWeb()
  const agent = await world.agent('1001')
  await world.agent('1002')
  await world.person('boss', ['SUPERVISOR'])
  await world.person('both', ['SUPERVISOR', 'AGENT'], '1003')
  const call = rated(agent.id)
  await (await storeOf(world)).write([call])

  const read = async (who: string): Promise<CallDetail> =>
    (await world.get(`/api/calls/${call.id}`, await world.logIn(who))).json()
  expect((await read('boss')).rating).toMatchObject({ scale: 5, level: 4, result: 'RATED' })
  // The talk ended when the agent hung up.
  expect(await read('boss')).toMatchObject({ talkMs: 12_000, keys: '', outcome: 'ANSWERED', endedBy: 'AGENT' })
  expect((await read('1001')).rating).toBeNull()
  expect((await read('1002')).rating).toBeNull()
  expect((await read('both')).rating).toMatchObject({ level: 4 })
})

test('a supervisor who spoke does not see their own rating', async () => {
  const world = await aWeb()
  const both = await world.person('both', ['SUPERVISOR', 'AGENT'], '1003')
  const call = rated(both.id)
  await (await storeOf(world)).write([call])
  const detail: CallDetail = (await world.get(`/api/calls/${call.id}`, await world.logIn('both'))).json()
  expect(detail.rating).toBeNull()
})

test('once a call: a record that is written again changes nothing, and a call that was not asked has no row', async () => {
  const world = await aWeb()
  const agent = await world.agent('1001')
  const store = await storeOf(world)
  const call = rated(agent.id)
  const again = { ...call, version: call.version + 1, survey: call.survey && { ...call.survey, level: 1 } }
  await store.write([call])
  await store.write([again as Call])
  const lost = advance(enter(entry, entry.arrivedAt).call, { type: 'platform-lost' }, entry.arrivedAt, timings).call
  await store.write([lost])
  expect(await world.db.select().from(callSurveys)).toMatchObject([{ callId: call.id, level: 4, agentId: agent.id }])
})
