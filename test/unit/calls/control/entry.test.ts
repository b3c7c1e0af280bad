import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readEntry } from '../../../../src/calls/control/entry.ts'
import type { ChannelId } from '../../../../src/platform/types.ts'
import { requireSite } from '../../../../src/site/load.ts'
import type { LiveChannel } from '../../../../src/telephony/ari/ari.ts'

const site = requireSite(resolve('config'))
const now = 1_800_000_000_000
const hourMs = 3_600_000
const channel: LiveChannel = {
  id: 'c-1' as ChannelId,
  state: 'Up',
  createdAt: now,
  endpoint: null,
  callerNumber: '13900000001',
  callerName: '',
  stasisArgs: [],
  isInApp: true,
  variables: {},
}
const met = (stampedAt: number) => readEntry(site, 'node-1', channel, ['12345', '', '', '', `${stampedAt}`], now)

test('a call began when Asterisk first saw it, not when a controller met it', () => {
  expect(met(now - 20_000)?.arrivedAt).toBe(now - 20_000)
})

test.each([hourMs, -hourMs])('a clock that was set meanwhile makes no call an hour longer: %i ms', (step) => {
  expect(met(now + step)?.arrivedAt).toBe(now)
  // Whoever meets it: the same id.
  expect(met(now + step)?.id).toBe(readEntry(site, 'node-1', channel, ['12345', '', '', '', `${now + step}`], 0)?.id)
})

test('callers rate their talk where the site asks them, on the lines that it names', () => {
  const met12345 = (survey: typeof site.survey) =>
    readEntry({ ...site, survey }, 'node-1', channel, ['12345', '', '', '', `${now}`], now)?.surveyRules
  const rules = { scale: 5, minTalkMs: 3_000 } as const
  expect(met12345(null)).toBeUndefined()
  expect(met12345(rules)).toEqual(rules)
  expect(met12345({ ...rules, lines: ['12333'] })).toBeUndefined()
  expect(met12345({ ...rules, lines: ['12333', '12345'] })).toEqual(rules)
})
