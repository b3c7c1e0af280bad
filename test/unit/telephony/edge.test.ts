import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChannel, readEvent } from '../../../src/telephony/ari/ari-events.ts'
import { endpointObjects } from '../../../src/telephony/ari/endpoint.ts'
import { Heartbeat } from '../../../src/telephony/ari/heartbeat.ts'
import { difference, readTree } from '../../../src/telephony/fallback/fallback.ts'
import { fill } from '../../../src/telephony/render/render.ts'

const channel = {
  id: 'node-1-1.0',
  name: 'PJSIP/trunk-local-0000001a',
  state: 'Ring',
  creationtime: '2026-11-23T21:13:16.554+0000',
  caller: { name: '张三', number: '13900000001' },
  dialplan: { app_name: 'Stasis', app_data: 'hotline,12345,%2C,,,1795468396555' },
  channelvars: { HOTLINE_CALL: '' },
}
const timestamp = '2026-11-23T21:13:16.557+0000'

describe('what Asterisk says', () => {
  it('is read into our own words', () => {
    expect(readEvent({ type: 'StasisStart', timestamp, args: ['12345'], channel }, 'hotline')).toEqual({
      type: 'channel-entered',
      at: Date.parse('2026-11-23T21:13:16.557Z'),
      args: ['12345'],
      channel: {
        id: 'node-1-1.0',
        state: 'Ring',
        createdAt: Date.parse('2026-11-23T21:13:16.554Z'),
        endpoint: 'trunk-local',
        callerNumber: '13900000001',
        callerName: '张三',
        stasisArgs: ['12345'],
        isInApp: true,
        variables: { HOTLINE_CALL: '' },
      },
    })
  })

  it('tells channels of ours, with what they entered with, from others', () => {
    expect(readChannel(channel, 'hotline')).toMatchObject({
      isInApp: true,
      stasisArgs: ['12345', '%2C', '', '', '1795468396555'],
    })
    expect(readChannel(channel, 'other')).toMatchObject({ isInApp: false, stasisArgs: [] })
  })

  it('knows the phone of a channel by its name, and that others have none', () => {
    expect(readChannel({ ...channel, name: 'PJSIP/b-01JD-0000000f' }, 'hotline')).toMatchObject({ endpoint: 'b-01JD' })
    expect(readChannel({ ...channel, name: 'Local/s@arrival-0000000f;1' }, 'hotline')).toMatchObject({ endpoint: null })
  })

  it('gives a Q.850 cause for a hang-up of the caller’s, none for one that we asked for', () => {
    const leaving = (more: object) =>
      readEvent({ type: 'ChannelHangupRequest', timestamp, channel, ...more }, 'hotline')
    expect(leaving({ cause: 16 })).toMatchObject({ type: 'channel-leaving', cause: 16 })
    expect(leaving({ cause: 32, soft: true })).toMatchObject({ type: 'channel-leaving', cause: null })
    expect(leaving({})).toMatchObject({ type: 'channel-leaving', cause: null })
  })

  it('is null, never an error, when it is not understood', () => {
    fc.assert(fc.property(fc.anything(), (raw) => void readEvent(raw, 'hotline')))
    expect(readEvent({ type: 'Dial', timestamp }, 'hotline')).toBeNull()
    expect(readEvent({ type: 'StasisEnd', timestamp: 'yesterday', channel }, 'hotline')).toBeNull()
  })
})

describe('the heartbeat', () => {
  it('notices silence within three seconds', () => {
    const beat = new Heartbeat(0)
    let noticed = 0
    for (let now = 200; noticed === 0; now += 200) if (beat.isSilent(now)) noticed = now
    expect(noticed).toBeLessThanOrEqual(3_000)
  })

  it('does not take our own standstill for the other end being dead', () => {
    const beat = new Heartbeat(0)
    expect(beat.isSilent(200)).toBe(false)
    expect(beat.isSilent(10_000)).toBe(false)
    expect(beat.isFresh(10_000)).toBe(true)
    let noticed = 0
    for (let now = 10_200; noticed === 0; now += 200) if (beat.isSilent(now)) noticed = now
    expect(noticed).toBeLessThan(13_000)
  })
})

describe('the fallback', () => {
  it('changes only what differs in its queue', () => {
    const member = (endpoint: string, paused = '0') => ({
      event: 'QueueMember',
      location: `PJSIP/${endpoint}`,
      paused,
    })
    const wanted = [
      { endpoint: 'b-1', name: '甲' },
      { endpoint: 'b-2', name: '乙' },
      { endpoint: 'b-3', name: '丙' },
    ]
    expect(
      difference(wanted, [member('b-1'), member('b-2', '1'), member('b-9', '1'), { event: 'QueueParams' }]),
    ).toEqual({
      add: [{ endpoint: 'b-3', name: '丙' }],
      remove: ['PJSIP/b-9'],
      wake: ['PJSIP/b-2'],
    })
  })

  it('sorts what the dialplan left by call', () => {
    const tree = readTree([
      { key: '/hotline-fallback/n-1.0/caller', val: '139,' },
      { key: '/hotline-fallback/n-1.0/ended', val: '1795468396555,16' },
      { key: '/hotline-fallback/n-1.1/caller', val: '' },
      { key: '/other/n-1.1/caller', val: 'x' },
      { key: 'junk' },
    ])
    expect(Object.fromEntries(tree)).toEqual({
      'n-1.0': { caller: '139,', ended: '1795468396555,16' },
      'n-1.1': { caller: '' },
    })
  })
})

describe('a phone at Asterisk', () => {
  const place = { host: '127.0.0.1' }
  it('is known by its digest only and can neither transfer nor reach anything', () => {
    const { auth, endpoint } = endpointObjects({ id: 'b-1', digest: 'd', kind: 'BROWSER', callerNumber: null }, place)
    expect(auth).toMatchObject({ md5_cred: 'd', username: 'b-1', realm: 'asterisk' })
    expect(auth).not.toHaveProperty('password')
    expect(endpoint).toMatchObject({ context: 'from-agent', allow_transfer: 'no', webrtc: 'yes' })
  })

  it('of a guest calls with its number, in a context of its own', () => {
    const guest = endpointObjects({ id: 'g', digest: 'd', kind: 'GUEST', callerNumber: '139\r\n;x' }, place)
    expect(guest.endpoint).toMatchObject({ context: 'from-guest', callerid: '<139>' })
  })
})

it('a template with a hole is an error, not a configuration', () => {
  expect(fill('a {{b}} {c}', { b: 'x' }, 'f')).toBe('a x {c}')
  expect(() => fill('{{missing}}', {}, 'f.conf')).toThrow('f.conf: no value for {{missing}}')
})
