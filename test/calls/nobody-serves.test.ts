import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callbacks } from '../../src/calls/records/schema.ts'
import { wait } from '../../src/tools/setup/files.ts'
import { settings } from './hotline.ts'
import {
  callbackOf,
  closedRecord,
  crashController,
  nothingIsLeft,
  stageOf,
  until,
  untilNobodyServes,
  untilPhase,
  withDatabase,
} from './support/books.ts'
import { openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'
import { toneShare } from './support/sound.ts'

const toneHz = 600

beforeAll(untilNobodyServes)
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

const withheld = null

async function call(from: string): Promise<Citizen> {
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  return citizen
}

/** The way out has been told, to its end. */
async function untilTold(number: string | null): Promise<void> {
  await until(`${number} is told the way out`, async () => {
    const stage = await stageOf(number)
    return stage?.phase === 'waiting' && stage.announcement !== null ? true : null
  })
  await until(`${number} has heard it`, async () => {
    const stage = await stageOf(number)
    return stage?.phase === 'waiting' && stage.announcement === null ? true : null
  })
}

describe('with nobody at work', () => {
  test('a caller hears so at once, leaves a message and is thanked, whatever happens to the controller', async () => {
    const number = '+8613903557001'
    const citizen = await call('13903557001')
    await untilTold(number)
    await citizen.media.press('2')
    await untilPhase(number, 'prompt')
    await crashController()
    await untilPhase(number, 'recording')
    citizen.media.speak(toneHz)
    await wait(3_000)
    await crashController()
    await citizen.media.press('#')
    await untilPhase(number, 'thanks')
    citizen.media.speak(null)
    await crashController()
    expect((await citizen.ended).by).toBe('hotline')

    const record = await closedRecord(number)
    expect(record).toMatchObject({ outcome: 'LEFT_MESSAGE', endedBy: 'SYSTEM' })
    const row = await until('the message is measured', async () => {
      const found = await callbackOf(record.id)
      return found?.sha256 ? found : null
    })
    expect(row).toMatchObject({ reason: 'MESSAGE', status: 'TO_CALL_BACK', callerNumber: number })
    expect(row.durationMs).toBeGreaterThan(2_000)
    expect(await toneShare(join(settings().spoolDir, 'recording', row.fileName ?? ''), toneHz)).toBeGreaterThan(0.5)
  })

  test('one who hangs up in the middle of the message has left it', async () => {
    const number = '+8613903557002'
    const citizen = await call('13903557002')
    await untilTold(number)
    await citizen.media.press('2')
    await untilPhase(number, 'recording')
    citizen.media.speak(toneHz)
    await wait(3_000)
    await citizen.hangUp()
    const record = await closedRecord(number)
    expect(record).toMatchObject({ outcome: 'LEFT_MESSAGE', endedBy: 'CALLER' })
    const row = await until('the message is measured', async () => {
      const found = await callbackOf(record.id)
      return found?.sha256 ? found : null
    })
    expect(row).toMatchObject({ reason: 'MESSAGE', status: 'TO_CALL_BACK' })
  })

  test('one asks to be called back, and is told so', async () => {
    const number = '+8613903557003'
    const citizen = await call('13903557003')
    await untilTold(number)
    await citizen.media.press('1')
    await untilPhase(number, 'done')
    await crashController()
    expect((await citizen.ended).by).toBe('hotline')
    const record = await closedRecord(number)
    expect(record).toMatchObject({ outcome: 'CALLBACK_ASKED', endedBy: 'SYSTEM' })
    expect(await callbackOf(record.id)).toMatchObject({ reason: 'ASKED', callerNumber: number })
  })

  test('one whose number is withheld keys one in, also with the next controller', async () => {
    const citizen = await callIn({ sip: settings(), from: null, to: '12345' })
    await citizen.answered
    await untilTold(withheld)
    await citizen.media.press('1')
    await untilPhase(withheld, 'number')
    for (const key of '0355') await citizen.media.press(key)
    await crashController()
    await untilPhase(withheld, 'number')
    // Asked again from the beginning.
    for (const key of '03552123456#') await citizen.media.press(key)
    await untilPhase(withheld, 'confirm')
    await crashController()
    await untilPhase(withheld, 'number')
    for (const key of '03552123456#') await citizen.media.press(key)
    await untilPhase(withheld, 'confirm')
    await citizen.media.press('1')
    expect((await citizen.ended).by).toBe('hotline')
    const row = await until('the callback is written', () =>
      withDatabase(async (db) => {
        const [found] = await db.select().from(callbacks).where(eq(callbacks.callerNumber, '+863552123456'))
        return found ?? null
      }),
    )
    expect(row).toMatchObject({ reason: 'ASKED', status: 'TO_CALL_BACK' })
  })

  test('an agent who becomes ready gets the caller in the middle of these words, and a callback ends with that', async () => {
    const number = '+8613903557005'
    const first = await call('13903557005')
    await untilTold(number)
    await first.hangUp()
    const gaveUp = await closedRecord(number)
    expect(gaveUp).toMatchObject({ outcome: 'LEFT_QUEUE' })
    expect(await callbackOf(gaveUp.id)).toMatchObject({ reason: 'GAVE_UP', status: 'TO_CALL_BACK' })

    const again = await call('13903557005')
    await untilPhase(number, 'waiting')
    const desk = await openDesk('1001')
    try {
      await desk.ready()
      await desk.answer()
      await untilPhase(number, 'talking')
      const through = await until('the callback is closed', async () => {
        const row = await callbackOf(gaveUp.id)
        return row?.status === 'GOT_THROUGH' ? row : null
      })
      expect(through.handledBy).not.toBeNull()
      await again.hangUp()
      await desk.finishWrapUp()
    } finally {
      await desk.close()
    }
  })
})
