import { expect, test } from 'vitest'
import { auditActions } from '../../../src/audit/action.ts'
import type { AuditEntry } from '../../../src/audit/api.ts'
import { actionTitle, detailsInWords, pageOf } from '../../../src/web/audit/auditView.ts'

test('every action has Chinese words of its own', () => {
  const titles = auditActions.map(actionTitle)
  for (const title of titles) expect(title).toMatch(/[\u4e00-\u9fff]/)
  expect(new Set(titles).size).toBe(titles.length)
  expect(actionTitle('later.action')).toBe('later.action')
})

test('details are read as words, whatever they hold', () => {
  expect(detailsInWords(null)).toBe('')
  expect(detailsInWords({ reason: '回访', rows: 3, isWhole: true, empty: '', none: null })).toBe(
    '理由：回访；行数：3；完整：是',
  )
  expect(detailsInWords({ before: { roles: ['AGENT', 'SUPERVISOR'], skills: [] }, filter: {} })).toBe(
    '更改前：（角色：AGENT、SUPERVISOR；技能组：无）；条件：（无）',
  )
})

test('an object leads to its page where it has one', () => {
  const entry = (action: string, subject: string | null) => pageOf({ action, subject } as AuditEntry)
  expect(entry('ticket.caller-revealed', 'CZ20261130000029')).toBe('/tickets/CZ20261130000029')
  expect(entry('call.number-revealed', '01J00000000000000000000000')).toBe('/calls/01J00000000000000000000000')
  expect(entry('session.opened', '01J00000000000000000000000')).toBeNull()
  expect(entry('access.denied', null)).toBeNull()
})
