import { expect, test } from 'vitest'
import { riskOf } from '../../../src/catalogue/risk.ts'

const now = Date.parse('2026-11-30T10:00:00+08:00')
const risk = (change: object) => riskOf({ returns: 0, disputes: 0, ruleFrom: null, ...change }, now)

test('past returns, open disputes and an old rule are told in words, and raise the risk', () => {
  expect(risk({})).toMatchObject({ level: 'LOW', words: [] })
  expect(risk({ ruleFrom: '2025-01-01' }).level).toBe('LOW')
  expect(risk({ returns: 2 })).toMatchObject({ level: 'MIDDLE', words: ['近 180 天该单位退回同类工单 2 次'] })
  expect(risk({ returns: 3 }).level).toBe('HIGH')
  expect(risk({ disputes: 1 })).toMatchObject({ level: 'HIGH', words: ['该事项有 1 件争议未裁定'] })
  expect(risk({ ruleFrom: '2022-11-01' })).toMatchObject({
    level: 'MIDDLE',
    words: ['规则已用 4 年，请核对职责有无调整'],
  })
})
