import { afterEach, expect, test } from 'vitest'
import { settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, stageOf, until, untilPhase } from './support/books.ts'
import { callQuietly } from './support/quiet.ts'

afterEach(() => nothingIsLeft())

/** Two looks 20 s apart, 32 s for an answer, 32 s more until Asterisk has given up the goodbye; and a machine under load. */
const longestMs = 180_000

test('a caller whose phone died leaves the line, and silence alone takes none out of it', {
  timeout: 2 * longestMs,
}, async () => {
  const call = (from: string, answers: 'ok' | 'refuses' | 'never', headers: (readonly [string, string])[] = []) =>
    callQuietly({ sip: settings(), from, answers, headers })
  const muted = await call('13903556001', 'ok')
  const refusing = await call('13903556002', 'refuses')
  const timers = [['Supported', 'timer'] as const, ['Session-Expires', '1800;refresher=uac'] as const]
  // The network asks to be the one that looks, every half hour.
  const dead = [await call('13903556003', 'never'), await call('13903556004', 'never', timers)]
  for (const last of [1, 2, 3, 4]) await untilPhase(`+861390355600${last}`, 'waiting')

  const gone = async (number: string) => ((await stageOf(number)) === null ? true : null)
  await until('one dead phone is out of the line', () => gone('+8613903556003'), longestMs)
  await until('the other one too', () => gone('+8613903556004'), longestMs)
  expect(await closedRecord('+8613903556003')).toMatchObject({ outcome: 'LEFT_QUEUE', endedBy: 'CALLER' })
  expect(await closedRecord('+8613903556004')).toMatchObject({ outcome: 'LEFT_QUEUE', endedBy: 'CALLER' })

  for (const [phone, number] of [
    [muted, '+8613903556001'],
    [refusing, '+8613903556002'],
  ] as const) {
    // Asked at least as often as the dead ones, and still there.
    expect(phone.asked.filter((method) => method === 'UPDATE').length).toBeGreaterThan(0)
    expect(await stageOf(number)).toMatchObject({ phase: 'waiting' })
    await phone.hangUp()
    expect(await closedRecord(number)).toMatchObject({ outcome: 'LEFT_QUEUE' })
  }
  for (const phone of [muted, refusing, ...dead]) phone.close()
})
