import { expect, test } from 'vitest'
import type { CallId } from '../../../src/platform/types.ts'
import { duplicatesAsked } from '../../../src/tickets/api.ts'
import { questionOf } from '../../../src/web/tickets/duplicates/useDuplicates.ts'
import { emptyForm, isSecret, noteOf } from '../../../src/web/tickets/form/form.ts'

const call = '01JDMZ0000000000000000CA11' as CallId
const form = { ...emptyForm(), categoryCode: '030401' }

test('duplicates are looked for as soon as there is a matter and something to go by', () => {
  expect(questionOf({ ...form, categoryCode: '', place: '英雄路88号' }, call)).toBeNull()
  expect(questionOf(form, null)).toBeNull()
  expect(questionOf({ ...form, callerPhone: '1390000' }, null)).toBeNull()
  expect(questionOf({ ...form, callerPhone: '13900000001', isAnonymous: true }, null)).toBeNull()
  for (const question of [
    questionOf(form, call),
    questionOf({ ...form, place: ' 英雄路88号 ', countyCode: '140403' }, null),
    questionOf({ ...form, callerPhone: '139 0000 0001' }, null),
  ]) {
    expect(duplicatesAsked.parse(question)).toMatchObject({ categoryCode: '030401' })
  }
  // The number of a call is the server's to know.
  expect(questionOf({ ...form, callerPhone: '13900000001' }, call)).not.toHaveProperty('phone')
})

test('what is added is all that was typed, and as much as a note holds', () => {
  expect(noteOf({ ...form, content: '灯又黑了', place: '英雄路88号', wish: '尽快修' })).toBe(
    '灯又黑了\n地点：英雄路88号\n期望：尽快修',
  )
  expect(noteOf(form)).toBe('来电人再次反映')
  expect([...noteOf({ ...form, content: '𠀀'.repeat(3_000) })]).toHaveLength(2_000)
})

test('who may not be known is never added to what a unit reads', () => {
  expect(isSecret(form)).toBe(false)
  for (const change of [{ isConfidential: true }, { isAnonymous: true }, { type: 'REPORT' as const }]) {
    expect(isSecret({ ...form, ...change })).toBe(true)
  }
})
