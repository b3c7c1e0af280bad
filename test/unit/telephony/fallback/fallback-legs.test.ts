import { expect, test } from 'vitest'
import type { ChannelId } from '../../../../src/platform/types.ts'
import type { LiveChannel } from '../../../../src/telephony/ari/ari.ts'
import { fallbackIn } from '../../../../src/telephony/fallback/fallback-legs.ts'

const channel = (id: string, of: string, change: Partial<LiveChannel> = {}): LiveChannel => ({
  id: id as ChannelId,
  state: 'Up',
  createdAt: 1,
  endpoint: 'trunk-local',
  callerNumber: '',
  callerName: '',
  stasisArgs: [],
  isInApp: false,
  variables: { HOTLINE_CALL: '', HOTLINE_FALLBACK: of },
  ...change,
})
const phone = (id: string, of: string, state = 'Up') => channel(id, of, { endpoint: `b-${id}`, state })

test('phones that bear a caller’s id are rung or put through by the fallback, callers and other calls are not', () => {
  const caller = channel('1', '1')
  const sight = fallbackIn([caller, phone('2', '1'), channel('3', '3'), phone('4', '3', 'Ringing'), channel('5', '')])
  expect(sight.legs).toMatchObject([
    { id: '2', endpoint: 'b-2', caller, isUp: true, since: 1 },
    { id: '4', endpoint: 'b-4', isUp: false },
  ])
})

test('it serves as long as a caller in it has nobody yet, and is empty without callers', () => {
  const flags = (...channels: LiveChannel[]) => {
    const { isServing, isEmpty } = fallbackIn(channels)
    return [isServing, isEmpty]
  }
  expect(flags()).toEqual([false, true])
  expect(flags(channel('1', ''), phone('2', '9'))).toEqual([false, true])
  expect(flags(channel('1', '1'))).toEqual([true, false])
  expect(flags(channel('1', '1'), phone('2', '1', 'Ringing'))).toEqual([true, false])
  expect(flags(channel('1', '1'), phone('2', '1'))).toEqual([false, false])
  expect(flags(channel('1', '1'), phone('2', '1'), channel('3', '3'))).toEqual([true, false])
})
