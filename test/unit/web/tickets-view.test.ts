import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TicketDetail, TicketSummary } from '../../../src/tickets/api.ts'
import { correctionMs } from '../../../src/tickets/life/steps/correct.ts'
import { type EventKind, eventKinds, eventTitles, stepOf } from '../../../src/tickets/life/ticket.ts'
import { coalesce } from '../../../src/web/live/coalesce.ts'
import { decisionWords } from '../../../src/web/tickets/lists/returnedWords.ts'
import { dropDraft, readDraft, sweepDrafts, writeDraft } from '../../../src/web/tickets/steps/actionDrafts.ts'
import { bodyOf, buttonsOf, emptyValues, isEmpty, missingOf } from '../../../src/web/tickets/steps/actionForms.ts'
import { linesOf } from '../../../src/web/tickets/ticket/historyWords.ts'
import {
  dispatchWorklist,
  newsOf,
  newsQuery,
  stepFrom,
  unitWorklist,
  withKept,
} from '../../../src/web/tickets/worklist/worklistView.ts'
import { Drawer } from './build.ts'

const row = (number: string, version = 1) => ({ number, version }) as TicketSummary
const numbers = (rows: { number: string }[]) => rows.map((one) => one.number)

describe('a worklist', () => {
  it('keeps the ticket that one works on where it was, also when its step took it off the list', () => {
    const kept = { row: row('B', 3), at: 1 }
    expect(numbers(withKept([row('A'), row('C')], kept))).toEqual(['A', 'B', 'C'])
    expect(numbers(withKept([row('A')], { ...kept, at: 7 }))).toEqual(['A', 'B'])
    expect(numbers(withKept([row('A')], null))).toEqual(['A'])
    // Still on it: the newer of the two is shown, once.
    expect(withKept([row('A'), row('B', 2)], kept)).toEqual([row('A'), row('B', 3)])
    expect(withKept([row('A'), row('B', 4)], kept)).toEqual([row('A'), row('B', 4)])
  })

  it('is walked through by J and K, and stops at its ends', () => {
    const rows = [row('A'), row('B')]
    expect(stepFrom(rows, null, 1)).toBe('A')
    expect(stepFrom(rows, 'A', 1)).toBe('B')
    expect(stepFrom(rows, 'B', 1)).toBeNull()
    expect(stepFrom(rows, 'A', -1)).toBeNull()
    expect(stepFrom([], 'A', 1)).toBeNull()
  })

  it('announces what comes from others, not what those who sit there did themselves', () => {
    const sign = (kind: EventKind) => ({ kind, number: 'CZ1', version: 2, state: 'DISPATCHED' as const, at: 0 })
    expect(newsOf(sign('dispatch'), unitWorklist)).toBe('新到工单 CZ1')
    expect(newsOf(sign('sign'), unitWorklist)).toBeNull()
    expect(newsOf(sign('return'), dispatchWorklist)).toBe('退单 CZ1')
    expect(newsOf(sign('dispatch'), dispatchWorklist)).toBeNull()
    expect(newsQuery(sign('dispatch'), unitWorklist)).toBe('state=DISPATCHED&part=lead&sort=due&search=CZ1')
    expect(newsQuery(sign('urge'), unitWorklist)).toBeNull()
    // Handed in for a look before the dispatch; an answer that is to be signed, and one that was.
    expect(newsOf(sign('submit'), dispatchWorklist)).toBe('待预审 CZ1')
    expect(newsOf(sign('countersign'), dispatchWorklist)).toBe('新答复 CZ1')
    expect(newsOf(sign('propose-reply'), unitWorklist)).toBe('答复待审签 CZ1')
    expect(newsOf(sign('reject-proposal'), unitWorklist)).toBe('答复被退改 CZ1')
  })

  it('announces to the dispatchers whatever step of another asks them for something', () => {
    const isAsking = (kind: EventKind) => {
      const { notice, who } = stepOf(kind)
      return notice?.to === 'DISPATCHERS' && who.some((one) => one !== 'DISPATCHER')
    }
    const asking = eventKinds.filter(isAsking)
    expect(asking.length).toBeGreaterThan(5)
    expect(asking.filter((kind) => !(kind in dispatchWorklist.news))).toEqual([])
  })
})

describe('a ticket that a unit gave back', () => {
  it.each([
    ['GRANTED', 'HOLDER', 'DISPATCHED', false, '已同意，新单位签收前由本单位负责'],
    ['GRANTED', 'LEAD', 'DISPATCHED', false, '已同意，后又派回本单位'],
    ['GRANTED', null, 'SIGNED', false, '已同意，改派其他单位'],
    ['GRANTED', 'LEAD', 'VOIDED', false, '工单已作废'],
    ['GRANTED', 'LEAD', 'CLASSIFIED', false, '已分类处理，不由本单位办理'],
    ['LAPSED', 'LEAD', 'SIGNED', false, '事项已更正，重新派单'],
    ['LAPSED', null, 'CLOSED', true, '本单位已答复，不再退单'],
  ] as const)('%s, it is %s of what is %s: %s %s', (decision, holds, state, isAnswered, words) => {
    expect(decisionWords({ decision, holds, state, isAnswered }).words).toBe(words)
  })
})

describe('the next step of a ticket', () => {
  const buttons = (actions: EventKind[], returnBy: number | null = null, now = 100) =>
    buttonsOf({ actions, returnBy, registeredAt: 0, reopenBy: null }, now).map(({ kind, key, tone }) =>
      `${kind} ${key} ${tone}`.trim(),
    )

  it('has one button that one came for, and a key for each', () => {
    expect(buttons(['return', 'sign'])).toEqual(['sign S primary', 'return B danger'])
    expect(buttons(['answer', 'dispatch', 'void', 'urge'])).toEqual([
      'dispatch D primary',
      'answer A',
      'void V danger',
      'urge U',
    ])
  })

  it('may not be a return once its time is over, whatever the server said before', () => {
    expect(buttons(['reply', 'return'], 99)).toEqual(['reply A primary'])
    expect(buttons(['reply', 'return'], 100)).toHaveLength(2)
  })

  it('may be a correction of the matter for ten minutes', () => {
    expect(buttons(['correct', 'supplement'], null, correctionMs)).toEqual(['supplement E primary', 'correct G'])
    expect(buttons(['correct', 'supplement'], null, correctionMs + 1)).toEqual(['supplement E primary'])
    expect(missingOf('correct', emptyValues('correct'))).toEqual({ categoryCode: '请选择正确的事项。' })
    expect(bodyOf('supplement', { note: '灯杆 17' }, 4)).toEqual({ action: 'supplement', note: '灯杆 17' })
  })

  it('is asked for what is missing, field by field, in Chinese', () => {
    const values = { ...emptyValues('return'), note: ' \n' }
    expect(missingOf('return', values)).toEqual({ reason: '请选择退单原因。', note: '请填写法定依据。' })
    expect(missingOf('return', { ...values, reason: 'OTHER', note: '三定' })).toEqual({})
    expect(missingOf('dispatch', emptyValues('dispatch'))).toHaveProperty('lead', '请选择主办单位。')
  })

  it('is sent on the version that was seen; 催办 is right on any', () => {
    const values = { ...emptyValues('return'), reason: 'OTHER', note: '三定' }
    expect(bodyOf('return', values, 4)).toEqual({
      ...{ action: 'return', version: 4, reason: 'OTHER', note: '三定', suggestedUnit: null, evidence: '' },
    })
    expect(bodyOf('urge', { note: '快' }, 4)).toEqual({ action: 'urge', note: '快' })
    expect(bodyOf('sign', {}, 2)).toEqual({ action: 'sign', version: 2 })
    const last = (day: string) => Date.parse(`${day}T23:59:59.999+08:00`)
    const suspended = { reason: 'SEASON', until: '2026-12-31', note: '冬季不能施工' }
    expect(bodyOf('suspend', suspended, 3)).toMatchObject({ until: last('2026-12-31') })
    expect(bodyOf('grant-extension', { amount: '' }, 3)).toMatchObject({ amount: null })
    expect(bodyOf('grant-extension', { amount: '3' }, 3)).toMatchObject({ amount: 3 })
    const planned = { ...emptyValues('promise'), milestones: ['2026-12-31|招标', '|', '2027-03-31|完工'] }
    expect(bodyOf('promise', planned, 3).milestones).toEqual([
      { title: '招标', at: last('2026-12-31') },
      { title: '完工', at: last('2027-03-31') },
    ])
  })
})

describe('what is typed for it', () => {
  const of = { personId: 7, number: 'CZ1', kind: 'reply' as const }
  const typed = { internalReply: '换灯头 𠀀', publicReply: '' }

  it('is kept for this person, ticket and step until it is sent', () => {
    const store = new Drawer()
    writeDraft(store, of, typed, 1)
    expect(readDraft(store, of)).toEqual(typed)
    for (const other of [{ personId: 8 }, { number: 'CZ2' }, { kind: 'return' as const }]) {
      expect(readDraft(store, { ...of, ...other })).toBeNull()
    }
    dropDraft(store, of)
    expect(readDraft(store, of)).toBeNull()
  })

  it('does not stay on a shared machine for ever, and what cannot be read is as good as none', () => {
    const store = new Drawer()
    writeDraft(store, of, typed, 0)
    store.setItem('hotline.ticket.7.CZ2.reply', '{cut o')
    store.setItem('hotline.theme', 'dark')
    expect(readDraft(store, { ...of, number: 'CZ2' })).toBeNull()
    sweepDrafts(store, 8 * 86_400_000)
    expect(readDraft(store, of)).toBeNull()
    expect(store.length).toBe(1)
  })

  it('counts as nothing when nothing is in it', () => {
    expect(isEmpty(emptyValues('dispatch'))).toBe(true)
    expect(isEmpty({ ...emptyValues('dispatch'), coUnits: ['cgj'] })).toBe(false)
  })
})

describe('the history', () => {
  const entry = (kind: EventKind, over: Partial<TicketDetail['history'][number]> = {}) => ({
    ...{ seq: 1, kind, fromState: 'SIGNED' as const, toState: 'SIGNED' as const, at: 0 },
    ...{ actor: '牛海涛', unit: null, reason: null, note: null, details: {} },
    ...over,
  })
  const said = (kind: EventKind, over = {}, now = 0) =>
    linesOf(entry(kind, over), (code) => `<${code}>`, now).map(({ label, text }) => `${label}：${text}`)

  it('says in words who got it, why it came back, and what was answered', () => {
    expect(said('dispatch', { note: '属地', details: { lead: 'cgj', coUnits: ['rsj', 'zjj'] } })).toEqual([
      '主办：<cgj>',
      '协办：<rsj>、<zjj>',
      '理由：属地',
    ])
    expect(said('return', { reason: 'U2', note: '三定', details: { suggestedUnit: null } })).toEqual([
      '原因：U2 不属于本单位职责',
      '依据：三定',
    ])
    expect(said('reply', { details: { internalReply: '换了', publicReply: '亮了' } })).toEqual([
      '办理情况：换了',
      '公开答复：亮了',
    ])
  })

  it('names the end of a return by the day on which it is read', () => {
    const dispatch = { details: { lead: 'cgj', returnBy: Date.parse('2026-11-17T23:59:59+08:00') } }
    const read = (day: string) => said('dispatch', dispatch, Date.parse(`${day}T09:00:00+08:00`))[1]
    expect(read('2026-11-16')).toBe('退单截止：明天 23:59')
    expect(read('2026-11-25')).toBe('退单截止：11月17日 23:59')
  })

  it('has words for every kind, and none for what says it all', () => {
    for (const kind of Object.keys(eventTitles) as EventKind[]) expect(said(kind)).toEqual([])
  })
})

describe('news of many tickets at once', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    return () => vi.useRealTimers()
  })

  it('is read at once, and once more for all that came meanwhile', async () => {
    let reads = 0
    const refresher = coalesce(async () => {
      reads += 1
    }, 1_000)
    for (let n = 0; n < 50; n += 1) refresher.ask()
    await vi.advanceTimersByTimeAsync(0)
    expect(reads).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(reads).toBe(2)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reads).toBe(2)
    refresher.ask()
    await vi.advanceTimersByTimeAsync(0)
    expect(reads).toBe(3)
    refresher.stop()
  })
})
