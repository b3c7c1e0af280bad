import { expect, test } from 'vitest'
import { answeredLines } from '../../../src/lines/answered.ts'
import type { PromptId, SkillId } from '../../../src/platform/types.ts'
import type { Line } from '../../../src/site/site.ts'

function aLine(number: string, effectiveFrom: string | null = null, effectiveTo: string | null = null): Line {
  return {
    ...{ number, name: number, department: '热线中心', mode: 'MERGED_FORWARD', landingDids: [], menu: null },
    ...{ greeting: 'greeting' as PromptId, skill: 'general' as SkillId, priority: 5, effectiveFrom, effectiveTo },
    ...{ keepNumber: true, isSample: true },
  }
}

test('an old number is answered from its first day to its last, as the city counts days', () => {
  const lines = [
    aLine('12345', null, '2020-01-01'),
    aLine('12301', '2021-12-31'),
    aLine('12312', '2026-11-24'),
    aLine('12315', null, '2026-11-23'),
  ]
  const numbers = (at: string) => answeredLines(lines, Date.parse(at)).map((line) => line.number)
  expect(numbers('2026-11-23T15:59:59Z')).toEqual(['12345', '12301', '12315'])
  expect(numbers('2026-11-23T16:00:00Z')).toEqual(['12345', '12301', '12312'])
})
