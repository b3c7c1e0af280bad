import { describe, expect, it } from 'vitest'
import { unrecordedMs } from '../../../../src/calls/machine/unrecorded.ts'

const segment = (kind: string, startedAt: number, endedAt: number | null, agent: unknown = { id: '7' }) => ({
  ...{ kind, startedAt, endedAt, agent },
})
const sound = (status: string, startedAt: number, endedAt: number | null) => ({ status, startedAt, endedAt })
const talk = [segment('WAITING', 0, 5_000, null), segment('OFFER', 5_000, 8_000), segment('TALKING', 8_000, 68_000)]

describe('what the recordings leave out of a talk', () => {
  it('is nothing when one covers it, also where hold and talk follow each other', () => {
    expect(unrecordedMs(talk, [sound('KEPT', 8_010, 68_100)], 68_000)).toBe(0)
    const held = [segment('TALKING', 0, 9_000), segment('HOLD', 9_000, 20_000), segment('TALKING', 20_000, 30_000)]
    expect(unrecordedMs(held, [sound('KEPT', 5, 30_000)], 30_000)).toBe(0)
  })

  it('is its beginning when the first try failed and the next one went well', () => {
    expect(unrecordedMs(talk, [sound('LOST', 8_010, 8_020), sound('KEPT', 10_030, 68_000)], 68_000)).toBe(2_030)
  })

  it('is the gap between two, and the end when the second one failed too', () => {
    expect(unrecordedMs(talk, [sound('KEPT', 8_000, 20_000), sound('KEPT', 24_000, 60_000)], 68_000)).toBe(12_000)
  })

  it('is all of it without any, and nothing of a call in which nobody talked', () => {
    expect(unrecordedMs(talk, [], 68_000)).toBe(60_000)
    expect(unrecordedMs(talk.slice(0, 2), [], 8_000)).toBe(0)
    expect(unrecordedMs([segment('FALLBACK', 0, 90_000, null)], [], 90_000)).toBe(0)
  })

  it('counts one that goes on as going on, and one that was deleted later as having been there', () => {
    expect(unrecordedMs([segment('TALKING', 0, null)], [sound('RECORDING', 200, null)], 9_000)).toBe(0)
    expect(unrecordedMs(talk, [sound('DELETED', 8_010, 68_000)], 68_000)).toBe(0)
  })
})
