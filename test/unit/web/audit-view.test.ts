import { expect, test } from 'vitest'
import { auditActions } from '../../../src/audit/action.ts'
import type { AuditEntry } from '../../../src/audit/api.ts'
import { firstUlidAt } from '../../../src/platform/text/ulid-time.ts'
import { problems } from '../../../src/platform/web/problem.ts'
import { type AuditNames, actionTitle, detailsInWords, objectOf } from '../../../src/web/audit/auditView.ts'

const names: AuditNames = {
  unit: (code) => (code === 'cgj' ? '市城市管理局' : code),
  county: (code) => (code === '140403' ? '潞州区' : code),
  category: (code) => (code === '0301' ? '路灯' : code),
  skill: (id) => (id === 'general' ? '综合' : id),
  breakReason: (code) => (code === 'meal' ? '用餐' : code),
}
const now = Date.parse('2026-11-30T15:00:00+08:00')
const at = Date.parse('2026-11-30T14:05:22+08:00')

const words = (details: AuditEntry['details'], action = 'ticket.read') => detailsInWords({ action, details }, names)

test('every action has Chinese words of its own', () => {
  const titles = auditActions.map(actionTitle)
  for (const title of titles) expect(title).toMatch(/[\u4e00-\u9fff]/)
  expect(new Set(titles).size).toBe(titles.length)
  expect(actionTitle('later.action')).toBe('later.action')
})

test('details are read as words, whatever they hold', () => {
  expect(words(null)).toBe('')
  expect(words({ reason: '回访', rows: 3, isWhole: true, empty: '', none: null })).toBe(
    '理由：回访；行数：3 行；完整：是',
  )
  expect(words({ later: 'unknown' })).toBe('later：unknown')
})

test('instants are times, and codes are the words of the pages', () => {
  expect(words({ expiresAt: at })).toBe('有效至：2026年11月30日 14:05:22')
  expect(words({ why: 'wrong password' })).toBe('原因：密码错误')
  expect(words({ reason: 'locked' }, 'session.ended')).toBe('理由：账号停用')
  expect(words({ reason: 'locked' }, 'person.locked')).toBe('理由：locked')
  expect(words({ from: 'READY', state: 'BREAK', breakReason: 'meal', takes: 'after-call' }, 'agent.state-set')).toBe(
    '从：示闲；状态：小休；小休原因：用餐；生效：通话结束后',
  )
  expect(words({ what: 'tickets.exported', filter: { state: 'DISPATCHED,SIGNED', unit: 'cgj', from: at } })).toBe(
    '内容：导出工单；条件：（状态：待签收、办理中；承办单位：市城市管理局；从：2026年11月30日 14:05:22）',
  )
})

test('what was done to a call of several is told in the words of the desk', () => {
  expect(words({ mode: 'consult', to: '12366', refused: 'call.party-pending' }, 'call.party-added')).toBe(
    `方式：咨询；到：12366；被拒绝：${problems['call.party-pending'].title}`,
  )
  expect(words({ action: 'hang-up' }, 'call.acted')).toBe('操作：挂机')
  expect(words({ party: firstUlidAt(at), isMuted: true }, 'call.party-changed')).toBe('静音：是')
})

test('what a list asks for by itself is left out', () => {
  expect(words({ filter: { limit: 50, cursor: 'x', part: 'any', sort: 'newest' }, shown: 12 })).toBe(
    '条件：（不限）；显示：12 条',
  )
})

test('of a changed person only what changed is told, skills with their names', () => {
  const before = { name: '王慧敏', roles: ['SUPERVISOR'], agentNumber: null, skills: [] }
  const after = { ...before, roles: ['AGENT'], agentNumber: '2001', skills: [{ skill: 'general', level: 2 }] }
  expect(words({ username: 'wang', before, after }, 'person.changed')).toBe(
    '用户名：wang；更改前：（角色：班长；工号：无；技能组：无）；更改后：（角色：话务员；工号：2001；技能组：综合（2 级））',
  )
})

test('an object is a name, a number or the time of what it names, and leads to its page where it has one', () => {
  const object = (action: string, subject: string | null, more: Partial<AuditEntry> = {}) =>
    objectOf({ action, subject, subjectName: null, details: null, ...more } as AuditEntry, now)
  const id = firstUlidAt(at)
  expect(object('ticket.caller-revealed', 'CZ20261130000029')).toEqual({
    words: 'CZ20261130000029',
    to: '/tickets/CZ20261130000029',
  })
  expect(object('call.number-revealed', id)).toEqual({ words: '通话 今天 14:05', to: `/calls/${id}` })
  expect(object('recording.played', id, { details: { call: 'X' } })).toEqual({
    words: '录音 今天 14:05',
    to: '/calls/X',
  })
  expect(object('callback.played', id)).toEqual({ words: '回拨 今天 14:05', to: null })
  expect(object('person.locked', '7', { subjectName: '王慧敏（wang）' })).toEqual({ words: '王慧敏（wang）', to: null })
  expect(object('device.chosen', `b-${id}`)?.words).toBe('网页话机')
  expect(object('session.opened', id)).toBeNull()
  expect(object('access.denied', null)).toBeNull()
})
