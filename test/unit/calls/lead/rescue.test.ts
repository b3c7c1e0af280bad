import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { isOusted, readClaim } from '../../../../src/calls/lead/lease.ts'
import { abandonedMs, openRescue, strandedIn } from '../../../../src/calls/lead/rescue.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import type { CallId, ChannelId } from '../../../../src/platform/types.ts'
import type { LiveChannel } from '../../../../src/telephony/ari/ari.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const callId = '01JD0000000000000000000000' as CallId

function channel(id: string, change: Partial<LiveChannel> = {}): LiveChannel {
  return {
    id: id as ChannelId,
    state: 'Up',
    createdAt: 0,
    endpoint: null,
    callerNumber: '',
    callerName: '',
    stasisArgs: [],
    isInApp: true,
    variables: {},
    ...change,
  }
}

const callIdOf = ({ id }: LiveChannel) => (id === 'node-1-1.1' ? callId : null)
const caller = channel('node-1-1.1')

describe('stranded', () => {
  it('is a caller in our application with nobody to talk to, with the phone that rings for him', () => {
    expect(strandedIn([caller], callIdOf)).toEqual([{ caller: caller.id, callId, legs: [] }])
    const ringing = channel(`${callId}.leg3`, { state: 'Ringing', isInApp: false })
    expect(strandedIn([caller, ringing], callIdOf)).toEqual([{ caller: caller.id, callId, legs: [ringing.id] }])
  })

  it('is nobody in a talk or on hold, nobody in the dialplan, and no phone', () => {
    const leg = channel(`${callId}.leg3`)
    expect(strandedIn([caller, leg], callIdOf)).toEqual([])
    expect(strandedIn([{ ...caller, isInApp: false }], callIdOf)).toEqual([])
    expect(strandedIn([leg, channel('node-1-9.9')], callIdOf)).toEqual([])
  })
})

describe('callers are given to the fallback', () => {
  function hotline() {
    const given: ChannelId[] = []
    const hungUp: ChannelId[] = []
    const world = { claim: '7 1 first' as string | null, at: 0, isServed: false, onRead: () => {} }
    const rescue = openRescue({
      board: {
        async read() {
          const text = world.claim
          world.onRead()
          return text
        },
        async write(text) {
          world.claim = text
          return true
        },
      },
      owner: 'rescuer',
      channels: async () => ({ ok: true, value: [caller].filter(({ id }) => !given.includes(id)) }),
      async handToFallback(id) {
        expect(readClaim(world.claim ?? '')).toMatchObject({ owner: 'rescuer' })
        given.push(id)
        return { ok: true, value: undefined }
      },
      setAside: async () => {},
      async hangUp(id) {
        hungUp.push(id)
        return { ok: true, value: undefined }
      },
      isServed: async () => world.isServed,
      callIdOf,
      now: () => 1_000_000,
      monotonic: () => world.at,
      log,
    })
    async function seen(ms: number, claim: string | null) {
      world.at += ms
      world.claim = claim
      await rescue.look()
      return given.splice(0)
    }
    return { world, seen, hungUp }
  }

  /** Looks as the jobs role does, until this is over. */
  async function watch({ seen }: ReturnType<typeof hotline>, ms: number, claim: string) {
    const given: ChannelId[] = []
    for (let passed = 0; passed < ms && given.length === 0; passed += 2_000) given.push(...(await seen(2_000, claim)))
    return given
  }

  it('when whoever led has given no sign for ten seconds; meanwhile the rescuer leads, then anybody may', async () => {
    const one = hotline()
    expect(await watch(one, abandonedMs, '7 1 first')).toEqual([])
    expect(await watch(one, 2_000, '7 1 first')).toEqual([caller.id])
    const left = readClaim(one.world.claim ?? '')
    expect(left).toMatchObject({ owner: '' })
    expect(isOusted({ epoch: 7, beat: 1, owner: 'first' }, left)).toBe(true)
  })

  it('but not those who were only asked to rate their talk: they wait for nobody', async () => {
    const one = hotline()
    one.world.isServed = true
    expect(await watch(one, abandonedMs + 2_000, '7 1 first')).toEqual([])
    expect(one.hungUp).toEqual([caller.id])
  })

  it('never while somebody beats, nor because Asterisk did not answer or this process stood still', async () => {
    const { seen } = hotline()
    for (let beat = 1; beat < 20; beat += 1) expect(await seen(2_000, `7 ${beat} first`)).toEqual([])
    expect(await seen(2_000, '7 60 first')).toEqual([])
    expect(await seen(60_000, '7 60 first')).toEqual([])
    expect(await seen(4_000, null)).toEqual([])
    for (let looks = 0; looks < 3; looks += 1) expect(await seen(4_000, '7 60 first')).toEqual([])
  })

  it('not when a controller beats or claims in the last moment', async () => {
    const one = hotline()
    expect(await watch(one, abandonedMs, '7 1 first')).toEqual([])
    one.world.onRead = () => {
      one.world.claim = '8 1 second'
    }
    expect(await one.seen(2_000, '7 1 first')).toEqual([])
    expect(one.world.claim).toBe('8 1 second')
  })
})
