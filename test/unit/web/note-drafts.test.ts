import { beforeEach, describe, expect, test } from 'vitest'
import { readDraft, sweepDrafts, textToShow, unsentDrafts, writeDraft } from '../../../src/web/desk/noteDrafts.ts'
import { callId, Drawer } from './build.ts'

const day = 86_400_000
let store: Drawer
beforeEach(() => {
  store = new Drawer()
})
const draft = (n: number, isSent: boolean, savedAt = 0) => ({
  callId: callId(n),
  text: `第 ${n} 通 𠮷`,
  savedAt,
  isSent,
})

describe('what was typed', () => {
  test('is found again after a reload, four-byte characters included', () => {
    writeDraft(store, 7, draft(1, false))
    expect(readDraft(store, 7, callId(1))).toEqual(draft(1, false))
  })

  test('is nobody else’s', () => {
    writeDraft(store, 7, draft(1, false))
    expect(readDraft(store, 8, callId(1))).toBeNull()
    expect(unsentDrafts(store, 8)).toEqual([])
  })

  test('counts before the server’s text until the server has it', () => {
    expect(textToShow(draft(1, false), '旧')).toBe('第 1 通 𠮷')
    expect(textToShow(draft(1, true), '服务器')).toBe('服务器')
    expect(textToShow(null, '服务器')).toBe('服务器')
  })

  test('does not stay on a shared machine once it has arrived', () => {
    writeDraft(store, 7, draft(1, true))
    writeDraft(store, 7, draft(2, false))
    writeDraft(store, 7, draft(3, true))
    sweepDrafts(store, 7, 0, callId(3))
    expect(readDraft(store, 7, callId(1))).toBeNull()
    expect(readDraft(store, 7, callId(2))).not.toBeNull()
    expect(readDraft(store, 7, callId(3))).not.toBeNull()
  })

  test('is dropped after days in which no server took it', () => {
    writeDraft(store, 7, draft(1, false, 0))
    sweepDrafts(store, 7, 4 * day, null)
    expect(store.length).toBe(0)
  })

  test.each(['{', '[]', 'null', '"text"', '{"a":1}'])('damaged storage (%s) is as good as none', (text) => {
    store.setItem(`hotline.note.7.${callId(1)}`, text)
    expect(readDraft(store, 7, callId(1))).toBeNull()
    expect(unsentDrafts(store, 7)).toEqual([])
  })
})
