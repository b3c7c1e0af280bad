import { describe, expect, test } from 'vitest'
import { helpText, isWanted, readArguments, wantedFigures } from '../../../../src/tools/bench/arguments.ts'
import { type Figure, ratioOf, verdictOf } from '../../../../src/tools/bench/goal.ts'
import type { Measurement } from '../../../../src/tools/bench/measurement.ts'
import { tableOf } from '../../../../src/tools/bench/table.ts'

const figure: Figure = {
  goal: 'P2',
  what: 'knee of flow A',
  value: 90,
  unit: '/s',
  target: { atLeast: 100 },
  against: { arm: 'F', value: 100 },
  range: [88, 92],
  samples: 900,
  voids: [],
}

describe('a figure', () => {
  test('is met or missed by its target, the limit itself included', () => {
    expect(verdictOf(figure)).toBe('missed')
    expect(verdictOf({ ...figure, value: 100 })).toBe('met')
    expect(verdictOf({ ...figure, value: 15, target: { atMost: 15 } })).toBe('met')
    expect(verdictOf({ ...figure, value: 15.1, target: { atMost: 15 } })).toBe('missed')
    expect(verdictOf({ ...figure, target: null })).toBe('noted')
  })

  test('that may not be claimed is void, however good it looks', () => {
    expect(verdictOf({ ...figure, value: 200, voids: ['2 calls failed'] })).toBe('void')
    expect(verdictOf({ ...figure, value: null })).toBe('void')
    expect(verdictOf({ ...figure, value: Number.NaN })).toBe('void')
  })

  test('is held against its arm', () => {
    expect(ratioOf(figure)).toBe(0.9)
    expect(ratioOf({ ...figure, against: undefined })).toBeNull()
    expect(ratioOf({ ...figure, against: { arm: 'N', value: 0 } })).toBeNull()
  })
})

test('the table shows each figure in the order of the goals, and says why one is void', () => {
  const text = tableOf([
    figure,
    { ...figure, goal: 'U1', what: 'warm start', value: 6.234, unit: 's', target: { atMost: 10 }, against: undefined },
    { ...figure, goal: 'P10', what: 'statements', voids: ['SIPp used 82 % of a core'] },
  ])
  const lines = text.split('\n')
  expect(lines.slice(1, 4).map((line) => line.trim().split(/\s+/)[0])).toEqual(['U1', 'P2', 'P10'])
  expect(lines[1]).toMatch(/6\.23 s .*≤ 10 s .*✓ met/)
  expect(lines[2]).toMatch(/90 \/s .*88–92 .*F 100 .*0\.90 .*≥ 100 \/s .*✗ missed/)
  expect(lines[3]).toMatch(/statements \[1\].*– void/)
  expect(text).toContain('[1] P10 statements: SIPp used 82 % of a core')
})

describe('the command line', () => {
  const measurement = (name: string, goals: Measurement['goals']): Measurement => ({
    name,
    goals,
    title: `${name} is quick`,
    how: 'by a stopwatch',
    run: async () => [],
  })
  const all = [measurement('flow-a', ['P1', 'P3']), measurement('knee', ['P2'])]

  test('takes goals and names in any case', () => {
    expect(readArguments(['p3', 'KNEE', '--full'], all)).toEqual({
      isFull: true,
      isPinned: false,
      isHelp: false,
      wanted: ['P3', 'KNEE'],
    })
    expect(readArguments([], all)).toMatchObject({ isFull: false, wanted: [] })
  })

  test('names what it does not know', () => {
    expect(() => readArguments(['P99'], all)).toThrow(/no such goal: P99.*P1 P3 KNEE P2/)
    expect(() => readArguments(['--fast'], all)).toThrow(/not known: --fast/)
  })

  test('measures a flow for any of its goals, and shows those that were asked for', () => {
    const [flow] = all
    if (!flow) throw new Error('no flow')
    const figures: Figure[] = [
      { ...figure, goal: 'P1' },
      { ...figure, goal: 'P3' },
    ]
    expect(isWanted(flow, ['P3'])).toBe(true)
    expect(isWanted(flow, ['P2'])).toBe(false)
    expect(wantedFigures(figures, flow, ['P3']).map(({ goal }) => goal)).toEqual(['P3'])
    expect(wantedFigures(figures, flow, ['FLOW-A'])).toHaveLength(2)
    expect(wantedFigures(figures, flow, [])).toHaveLength(2)
  })

  test('helps with every measurement', () => {
    expect(helpText(all)).toMatch(/flow-a\s+P1 P3: flow-a is quick/)
  })
})
