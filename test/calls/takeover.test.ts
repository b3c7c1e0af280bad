import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { giveBack, isReady, pagesUrl, pidOf, settings, takeAway, untilReady } from './hotline.ts'
import { closedRecord, keptRecording, nothingIsLeft, until, untilPhase } from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'
import { type Standby, startStandby } from './support/standby.ts'

/** Two controllers for one Asterisk: one leads, the other stands by. */

const agentHz = 1_020

let desk: Desk
let standby: Standby

beforeAll(async () => {
  desk = await openDesk('1001', { toneHz: agentHz })
  standby = await startStandby()
  await until('a controller stands by', async () => ((await health()).hasStandby ? true : null))
})
afterAll(async () => {
  await standby.stop()
  await untilReady()
  await desk.close()
})
afterEach(async () => {
  await everybodyHangsUp()
  await untilReady()
  await nothingIsLeft()
})

interface Health {
  leader: { name: string; epoch: number } | null
  hasStandby: boolean
}

async function health(): Promise<Health> {
  return (await (await fetch(`${pagesUrl()}/readyz`)).json()) as Health
}

async function untilLeads(pid: number): Promise<number> {
  return until(`process ${pid} leads`, async () => {
    const { leader } = await health()
    return leader?.name.endsWith(`:${pid}`) && (await isReady()) ? leader.epoch : null
  })
}

async function leaderPid(): Promise<number> {
  const { leader } = await until('somebody leads', async () => ((await health()).leader ? health() : null))
  return Number(leader?.name.split(':').at(-1))
}

const hearsAgent = (citizen: Citizen) =>
  until('the citizen hears the agent', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))

async function talk(from: string): Promise<Citizen> {
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  await desk.answer()
  await hearsAgent(citizen)
  return citizen
}

describe('when the controller that leads', () => {
  test('stands still in a talk and wakes up later, the other one has the call and keeps it', async () => {
    const paused = (await pidOf('calls')) ?? 0
    expect(await leaderPid()).toBe(paused)
    const { leader: before } = await health()
    const talking = await talk('13903553001')
    process.kill(paused, 'SIGSTOP')
    try {
      // Nobody leads at this moment: the call waits in the application for whoever takes over.
      const waiting = await callIn({ sip: settings(), from: '13903553002', to: '12345' })
      expect(await untilLeads(standby.pid)).toBeGreaterThan(before?.epoch ?? 0)
      await waiting.answered
      await untilPhase('+8613903553002', 'waiting')
      process.kill(paused, 'SIGCONT')
      await until('the one that woke stands by', async () => ((await health()).hasStandby ? true : null))
      expect(await leaderPid()).toBe(standby.pid)
      await hearsAgent(talking)
      expect(await desk.state()).toBe('通话')
      await desk.hangUp()
      expect((await talking.ended).by).toBe('hotline')
      await desk.finishWrapUp()
      await desk.answer()
      await hearsAgent(waiting)
      await waiting.hangUp()
      await desk.finishWrapUp()
    } finally {
      process.kill(paused, 'SIGCONT')
    }
    for (const from of ['+8613903553001', '+8613903553002']) {
      const record = await closedRecord(from)
      expect(record).toMatchObject({ outcome: 'ANSWERED' })
      await keptRecording(record.id)
    }
    expect(await leaderPid()).toBe(standby.pid)
  })

  test('is killed in a talk, the other one has the call', async () => {
    const talking = await talk('13903553003')
    const killed = await leaderPid()
    expect(killed).toBe(standby.pid)
    process.kill(killed, 'SIGKILL')
    await untilLeads((await pidOf('calls')) ?? 0)
    await hearsAgent(talking)
    expect(await desk.state()).toBe('通话')
    await desk.hangUp()
    expect((await talking.ended).by).toBe('hotline')
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903553003')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  })

  test('is stopped in good order, the other one leads at once and the next call is answered', async () => {
    standby = await startStandby()
    await until('a controller stands by', async () => ((await health()).hasStandby ? true : null))
    await takeAway('calls', 'SIGTERM')
    await untilLeads(standby.pid)
    const citizen = await talk('13903553004')
    await giveBack('calls')
    await citizen.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903553004')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  })
})
