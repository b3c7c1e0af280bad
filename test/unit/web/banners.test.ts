import { describe, expect, test } from 'vitest'
import { bannersFor, type Troubles } from '../../../src/web/desk/bar/banners.ts'
import { anAgent } from './build.ts'

const calm: Troubles = {
  isServerAway: false,
  serverTries: 0,
  desk: 'open',
  refusal: '',
  line: 'registered',
  isLineLost: false,
  lineTries: 0,
  isPhoneMissing: false,
  mic: null,
  isSoundBlocked: false,
  isRingSilenced: false,
  rejoin: 'none',
  isInCall: false,
  soundArrives: false,
  isOwnPhone: true,
  me: anAgent(),
  forced: null,
  breaks: [{ code: 'meal', name: '用餐' }],
  told: null,
}
const shown = (over: Partial<Troubles>) => bannersFor({ ...calm, ...over })

describe('troubles are told in words, with a way out', () => {
  test('nothing is said when all is well', () => {
    expect(shown({})).toEqual([])
  })

  test('a missed ring says how to be ready again', () => {
    const [banner] = shown({ me: anAgent({ state: 'NOT_READY', reason: 'ring-missed' }) })
    expect(banner?.text).toBe('振铃未接，已置为示忙，按 R 恢复示闲。')
    expect(banner?.wayOut?.does).toBe('ready')
  })

  test('while the phone is still away nothing is offered that the server would refuse', () => {
    const [banner] = shown({ me: anAgent({ state: 'NOT_READY', reason: 'phone-lost', isReachable: false }) })
    expect(banner?.text).toContain('电话恢复注册后')
    expect(banner?.wayOut).toBeUndefined()
  })

  test('not ready by choice needs no banner', () => {
    expect(shown({ me: anAgent({ state: 'NOT_READY' }) })).toEqual([])
  })

  test('what a supervisor did is told with name, time and reason, and put away when read', () => {
    const notice = { at: Date.parse('2026-11-24T14:05:00+08:00'), by: '王慧敏', reason: '排队人少', sessionId: null }
    const set = (state: 'BREAK' | 'NOT_READY' | 'OFFLINE', over: Partial<Troubles> = {}) =>
      shown({ forced: { ...notice, state, breakReason: state === 'BREAK' ? 'meal' : null }, ...over })
    const [meal] = set('BREAK')
    expect(meal?.text).toBe('班长 王慧敏 14:05 将您置为小休（用餐）：排队人少。')
    expect(meal?.wayOut?.does).toBe('forced-read')
    // One banner, not a second one that says the same without a name.
    const me = anAgent({ state: 'NOT_READY', reason: 'by-supervisor' })
    expect(set('NOT_READY', { me }).map((banner) => banner.id)).toEqual(['by-supervisor'])
    expect(set('NOT_READY', { isInCall: true })[0]?.text).toContain('通话结束后生效')
    expect(set('OFFLINE')[0]?.text).toContain('通话和整理结束后生效')
    expect(set('OFFLINE', { desk: 'signed-out', me: null })[0]?.wayOut).toEqual({ label: '重新签入', does: 'sign-in' })
  })

  test('another tab with the phone is the only thing that counts', () => {
    const banners = shown({ desk: 'occupied', mic: 'refused', isLineLost: true })
    expect(banners.map((banner) => banner.wayOut?.does)).toEqual(['take-over'])
  })

  test('a lost registration says which try it is', () => {
    expect(shown({ isLineLost: true, lineTries: 3 })[0]?.text).toContain('第 3 次')
  })

  test('with the server away the lost registration is no news of its own', () => {
    const banners = shown({ isServerAway: true, isLineLost: true, isInCall: true, rejoin: 'asking' })
    expect(banners.map((banner) => banner.id)).toEqual(['server'])
  })

  test('a call is said to go on only while its sound arrives', () => {
    const said = (over: Partial<Troubles>) => shown({ isServerAway: true, isInCall: true, ...over })[0]?.text
    expect(said({ soundArrives: true })).toContain('通话不受影响')
    expect(said({ soundArrives: false })).not.toContain('通话不受影响')
    expect(said({ soundArrives: false })).toContain('通话可能已中断')
    // At a desk phone it is heard there, if it is.
    expect(said({ isOwnPhone: false })).not.toContain('通话')
    expect(said({ isInCall: false })).not.toContain('通话')
    expect(shown({ isLineLost: true, isInCall: true, soundArrives: true })[0]?.text).toContain('声音仍在')
    expect(shown({ isLineLost: true, isInCall: true })[0]?.text).toContain('没有到达')
  })

  test('each trouble of the microphone has its own words', () => {
    const texts = (['refused', 'missing', 'busy', 'insecure'] as const).map((mic) => shown({ mic })[0]?.text)
    expect(new Set(texts).size).toBe(4)
  })
})
