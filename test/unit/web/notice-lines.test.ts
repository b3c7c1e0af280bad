import { describe, expect, it } from 'vitest'
import type { NoticeView } from '../../../src/notifications/api.ts'
import { audienceOf, type NoticeTopic, noticeTopics, stillAsks } from '../../../src/notifications/notification.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import { type ClockKind, clockKinds, type TaskStep, ticketStates } from '../../../src/tickets/life/ticket.ts'
import { linesOfNotices, unreadOf } from '../../../src/web/notifications/noticeLines.ts'

const notice = (id: number, number: string | null, over: Partial<NoticeView> = {}): NoticeView => ({
  ...{
    id,
    topic: 'ticket.urge',
    number,
    title: '路灯不亮',
    clock: null,
    dueAt: null,
    unit: null,
    year: null,
    by: null,
    who: null,
    records: null,
    packet: null,
  },
  ...{ at: id, readAt: null, settledAt: null, ...over },
})

describe("the bell's lines", () => {
  it('are one a ticket, led by what still asks for something', () => {
    const rows = [
      notice(9, 'CZ2'),
      notice(8, 'CZ1', { settledAt: 9, readAt: 9 }),
      notice(5, 'CZ1'),
      notice(4, 'CZ1', { readAt: 8 }),
      notice(3, null, { topic: 'calendar.missing' }),
      notice(2, null, { topic: 'calendar.missing' }),
    ]
    const lines = linesOfNotices(rows)
    expect(lines.map(({ row, earlier }) => [row.id, ...earlier.map(({ id }) => id)])).toEqual([
      [9],
      [5, 8, 4],
      [3],
      [2],
    ])
    expect(lines.map(unreadOf)).toEqual([[9], [5], [3], [2]])
  })
})

describe('a notice', () => {
  const [ours, theirs] = ['cgj', 'rsj'] as UnitCode[] as [UnitCode, UnitCode]
  const withUs = { units: [ours], sentTo: [ours] }
  const both = { units: [ours, theirs], sentTo: [ours, theirs] }
  const ofTickets = noticeTopics.filter((topic) => topic.startsWith('ticket.') || topic.startsWith('clock.'))
  const clocksOf = (topic: NoticeTopic) => (topic.startsWith('clock.') ? clockKinds : [undefined])

  it('asks a unit for nothing once another one is in charge', () => {
    for (const topic of ofTickets) {
      for (const clock of clocksOf(topic)) {
        for (const state of ticketStates) {
          const running = clockKinds.map((kind) => ({ clock: kind, unit: theirs }))
          const standing = { state, units: [theirs], sentTo: [theirs], running, asks: ['RETURN' as const], parts: [] }
          expect(stillAsks({ topic, clock, unit: ours }, standing)).toBe(false)
        }
      }
    }
  })

  it('asks nobody for anything once the ticket is closed or not taken on', () => {
    for (const topic of ofTickets) {
      for (const clock of clocksOf(topic)) {
        for (const state of ['CLOSED', 'DIRECT_CLOSED', 'VOIDED'] as const) {
          for (const unit of [ours, null])
            expect(stillAsks({ topic, clock, unit }, { state, ...withUs, running: [], asks: [], parts: [] })).toBe(
              false,
            )
        }
      }
    }
  })

  it.each([
    ['ticket.dispatch', 'DISPATCHED', true],
    ['ticket.dispatch', 'SIGNED', false],
    ['ticket.urge', 'SIGNED', true],
    ['ticket.urge', 'REPLIED', false],
    ['ticket.send-back', 'SIGNED', true],
  ] as const)('%s asks while the ticket is %s: %s', (topic, state, asks) => {
    expect(stillAsks({ topic, unit: ours }, { state, ...withUs, running: [], asks: [], parts: [] })).toBe(asks)
  })

  it('of a dispatch asks whom it was last sent to, and no longer the unit that gave it back', () => {
    const asks = (topic: NoticeTopic, unit: UnitCode) => {
      const units = { units: [ours, theirs], sentTo: [theirs] }
      return stillAsks({ topic, unit }, { state: 'DISPATCHED', ...units, running: [], asks: [], parts: [] })
    }
    expect(asks('ticket.dispatch', theirs)).toBe(true)
    expect(asks('ticket.dispatch', ours)).toBe(false)
    expect(asks('ticket.urge', ours)).toBe(true)
  })

  it('of a clock asks as long as the clock runs', () => {
    const asks = (clock: ClockKind, unit: UnitCode, reader: UnitCode | null = ours) => {
      const standing = { state: 'SIGNED' as const, ...both, running: [{ clock, unit }], asks: [], parts: [] }
      return stillAsks({ topic: 'clock.red', clock: 'HANDLE', unit: reader }, standing)
    }
    expect(asks('HANDLE', ours)).toBe(true)
    expect(asks('SIGN', ours)).toBe(false)
    // One that gave it back has its own to keep.
    expect(asks('HANDLE', theirs)).toBe(false)
    expect(asks('HANDLE', theirs, null)).toBe(true)
  })

  it('of a return asks a dispatcher until that is decided', () => {
    const asks = (...waiting: 'RETURN'[]) =>
      stillAsks(
        { topic: 'ticket.return', unit: null },
        { state: 'SIGNED', ...withUs, running: [], asks: waiting, parts: [] },
      )
    expect(asks('RETURN')).toBe(true)
    expect(asks()).toBe(false)
  })

  it('of a part asks its unit, its sender or its reader, by the step that the part is in', () => {
    const [bureau, station] = ['luzhou-zjj', 'luzhou'] as [UnitCode, UnitCode]
    const asks = (topic: NoticeTopic, unit: UnitCode | null, step: TaskStep, from: UnitCode | null = station) => {
      const part = { unit: bureau, step, from, reader: from ?? station }
      const units = { units: [station, bureau], sentTo: [station] }
      return stillAsks({ topic, unit }, { state: 'SIGNED', ...units, running: [], asks: [], parts: [part] })
    }
    expect(asks('ticket.delegate', bureau, 'SENT')).toBe(true)
    expect(asks('ticket.delegate', bureau, 'SIGNED')).toBe(false)
    expect(asks('ticket.answer-part', station, 'ANSWERED')).toBe(true)
    expect(asks('ticket.answer-part', bureau, 'ANSWERED')).toBe(false)
    expect(asks('ticket.decline-part', station, 'DECLINED')).toBe(true)
    // A co-unit's part was sent by the hotline, and its answer is read by the unit in charge.
    expect(asks('ticket.decline-part', null, 'DECLINED', null)).toBe(true)
    expect(asks('ticket.decline-part', station, 'DECLINED', null)).toBe(false)
    expect(asks('ticket.answer-part', station, 'ANSWERED', null)).toBe(true)
  })

  it('of a late part tells its unit and its sender, and the hotline only of a co-unit', () => {
    const late = { topic: 'clock.red', clock: 'PART', lead: ours, isByMachine: true } as const
    expect(audienceOf({ ...late, coUnits: [], keeper: theirs, sender: ours, reader: ours })).toEqual({
      units: [theirs, ours],
      roles: [],
    })
    expect(audienceOf({ ...late, coUnits: [], keeper: theirs, sender: null, reader: ours })).toEqual({
      units: [theirs, ours],
      roles: ['DISPATCHER'],
    })
  })
})
