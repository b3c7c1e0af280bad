import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { abandonedMs, openRescue, strandedIn } from '../../../src/calls/rescue.ts'
import { createLogger } from '../../../src/platform/log.ts'
import type { CallId, ChannelId } from '../../../src/platform/types.ts'
import type { LiveChannel } from '../../../src/telephony/ari.ts'

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
    const world = { claim: '7 1 first' as string | null, at: 0 }
    const rescue = openRescue({
      claim: async () => world.claim,
      channels: async () => ({ ok: true, value: [caller] }),
      async giveToFallback(id) {
        given.push(id)
        return { ok: true, value: undefined }
      },
      setAside: async () => {},
      hangUp: async () => ({ ok: true, value: undefined }),
      callIdOf,
      monotonic: () => world.at,
      log,
    })
    async function seen(ms: number, claim: string | null) {
      world.at += ms
      world.claim = claim
      await rescue.look()
      return given.splice(0)
    }
    return seen
  }

  it('when whoever led has given no sign for ten seconds', async () => {
    const seen = hotline()
    expect(await seen(0, '7 1 first')).toEqual([])
    expect(await seen(abandonedMs - 1, '7 1 first')).toEqual([])
    expect(await seen(1, '7 1 first')).toEqual([caller.id])
  })

  it('never while somebody beats, nor because Asterisk did not answer or this process stood still', async () => {
    const seen = hotline()
    for (let beat = 1; beat < 20; beat += 1) expect(await seen(2_000, `7 ${beat} first`)).toEqual([])
    expect(await seen(60_000, '7 60 first')).toEqual([])
    expect(await seen(8_000, null)).toEqual([])
    expect(await seen(8_000, '7 60 first')).toEqual([])
  })
})
