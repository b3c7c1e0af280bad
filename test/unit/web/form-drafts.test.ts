import { beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyForm } from '../../../src/web/tickets/form/form.ts'
import {
  afterStale,
  dropForm,
  type KeptForm,
  keepForm,
  sweepForms,
  textOf,
  unsentForms,
} from '../../../src/web/tickets/form/keep/formDrafts.ts'
import { callId, Drawer } from './build.ts'

const day = 86_400_000
let store: Drawer
beforeEach(() => {
  store = new Drawer()
})
const form = (content: string) => ({ ...emptyForm(), content })
const kept = (n: number, change: Partial<KeptForm> = {}): KeptForm => ({
  id: `draft-${n}`,
  callId: callId(n),
  form: form(`第 ${n} 通 𠮷`),
  version: 0,
  unanswered: [],
  savedAt: n,
  isSent: false,
  ...change,
})
const ids = (personId = 7) => unsentForms(store, personId).map(({ id }) => id)

describe('what was typed', () => {
  test('is found again after a reload, four-byte characters included, the newest first', () => {
    keepForm(store, 7, kept(1))
    keepForm(store, 7, kept(2))
    expect(unsentForms(store, 7)).toEqual([kept(2), kept(1)])
  })

  test('is nobody else’s', () => {
    keepForm(store, 7, kept(1))
    expect(ids(8)).toEqual([])
    expect(ids(77)).toEqual([])
  })

  test('is read past what another version of the page left behind', () => {
    store.setItem('hotline.form.7.x', '{"half')
    store.setItem('hotline.form.7.y', '{"text":"a note"}')
    keepForm(store, 7, kept(1))
    expect(ids()).toEqual(['draft-1'])
  })

  test('goes on to be typed when the browser has no room: that is told, not thrown', () => {
    vi.spyOn(store, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    expect(keepForm(store, 7, kept(1))).toBe(false)
  })

  test('does not stay on a shared machine once the server has it, nor for ever', () => {
    keepForm(store, 7, kept(1, { isSent: true, savedAt: 10 * day }))
    keepForm(store, 7, kept(2, { savedAt: 10 * day }))
    keepForm(store, 7, kept(3, { savedAt: 6 * day }))
    keepForm(store, 7, kept(4, { isSent: true, savedAt: 10 * day }))
    sweepForms(store, 7, 10 * day, 'draft-4')
    expect(ids()).toEqual(['draft-2'])
    expect(store.length).toBe(2)
    dropForm(store, 7, 'draft-2')
    expect(ids()).toEqual([])
  })
})

describe('a draft that the server has in another version', () => {
  const content = (text: string) => ({ ...form(text), answer: '' }) as Record<string, unknown>

  test('is our own of which the answer was lost, in whatever order its keys come back: it is gone on with', () => {
    const turned = Object.fromEntries(Object.entries(content('写到一半')).reverse())
    const ours = { unanswered: [textOf(form('写')), textOf(form('写到一半'))] }
    expect(afterStale(ours, { content: turned, version: 4 })).toEqual({ do: 'go-on', version: 4 })
  })

  test('was typed elsewhere, or ended there: both stay', () => {
    const ours = { unanswered: [textOf(form('这里写的'))] }
    expect(afterStale(ours, { content: content('那里写的'), version: 4 })).toEqual({ do: 'fork' })
    expect(afterStale(ours, null)).toEqual({ do: 'fork' })
    expect(afterStale({ unanswered: [] }, { content: content('那里写的'), version: 4 })).toEqual({ do: 'fork' })
  })
})
