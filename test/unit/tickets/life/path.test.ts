import { describe, expect, it } from 'vitest'
import type { CategoryCode, UnitCode } from '../../../../src/platform/types.ts'
import {
  type Actor,
  actionsOf,
  advance,
  plainTerms,
  stepOf,
  type Terms,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
} from '../../../../src/tickets/life/ticket.ts'
import { aTicket, by } from './walk.ts'

/** Review before the dispatch, progress, the second signature, archive and addenda. */

const cgj = 'cgj' as UnitCode
const [agent, dispatcher] = [by('AGENT'), by('DISPATCHER', null, 2)]
const [writer, signer] = [by('CLERK', cgj, 11), by('CLERK', cgj, 12)]
const system: Actor = { by: 'system' }
const second: Terms = { ...plainTerms, isReplySigned: true }

function follow(ticket: Ticket, terms: Terms, ...steps: [TicketEvent, Actor][]): Ticket {
  return steps.reduce((current, [event, actor]) => {
    const step = advance(current, event, actor, 0, terms)
    if (!step.ok) throw new Error(`${event.kind}: ${step.refusal.detail}`)
    return step.ticket
  }, ticket)
}
const refusal = (ticket: Ticket, event: TicketEvent, actor: Actor, terms = plainTerms) => {
  const step = advance(ticket, event, actor, 0, terms)
  return step.ok ? null : step.refusal.detail
}
const actions = ({ person }: Extract<Actor, { by: 'person' }>, ticket: Ticket, terms = plainTerms) =>
  actionsOf(person as TicketPerson, ticket, 0, terms)

const toUnit: TicketEvent = { kind: 'dispatch', lead: cgj, coUnits: [], ruleKey: null, reason: '属地', returnBy: null }
const signed = follow(
  aTicket(),
  plainTerms,
  [{ kind: 'register' }, agent],
  [toUnit, dispatcher],
  [{ kind: 'sign' }, writer],
)
const words = { publicReply: '已更换灯头，当晚已亮', internalReply: '换灯头' }

describe('a review before the dispatch', () => {
  const submitted = follow(aTicket(), plainTerms, [{ kind: 'submit' }, agent])

  it('keeps the ticket from the units until a dispatcher has passed it, and the citizen waits all the time', () => {
    expect(submitted).toMatchObject({ state: 'PENDING_REVIEW', running: [{ clock: 'DISPATCH', unit: null }] })
    expect(refusal(submitted, toUnit, dispatcher)).toBe('工单当前为“待预审”，不能派单，请刷新。')
    expect(refusal(submitted, { kind: 'approve', categoryCode: null }, agent)).toBe('您不能对该工单执行“预审通过”。')
    const passed = follow(submitted, plainTerms, [{ kind: 'approve', categoryCode: null }, dispatcher])
    expect(passed).toMatchObject({
      state: 'REGISTERED',
      categoryCode: submitted.categoryCode,
      running: submitted.running,
    })
    // Only now the catalogue looks for a unit.
    expect([stepOf('submit').wakesDispatch, stepOf('approve').wakesDispatch]).toEqual([undefined, true])
  })

  it('mends the matter, or sends it out by another door', () => {
    const other = '030402' as CategoryCode
    expect(follow(submitted, plainTerms, [{ kind: 'approve', categoryCode: other }, dispatcher]).categoryCode).toBe(
      other,
    )
    expect(actions(dispatcher as never, submitted)).toEqual(
      expect.arrayContaining(['approve', 'answer', 'classify', 'hand-over', 'void', 'merge', 'urge', 'supplement']),
    )
    const question = { ...submitted, type: 'CONSULT' as const }
    const spoken: TicketEvent = { kind: 'answer', publicReply: '工作日八点半', isKnowledge: false }
    expect(follow(question, plainTerms, [spoken, dispatcher])).toMatchObject({
      ...{ state: 'DIRECT_CLOSED', closeKind: 'DIRECT', running: [] },
    })
  })

  it('lets who took it correct the matter while it waits, and does not pass it by that', () => {
    const other = '030402' as CategoryCode
    const corrected = follow(submitted, plainTerms, [{ kind: 'correct', categoryCode: other }, agent])
    expect(corrected).toMatchObject({
      ...{ state: 'PENDING_REVIEW', categoryCode: other, running: [{ clock: 'DISPATCH', unit: null }] },
    })
    expect(actions(dispatcher as never, corrected)).toContain('approve')
  })
})

describe('a progress report', () => {
  const report: TicketEvent = { kind: 'progress', note: '已购灯头，明天安装' }

  it('stops its clock, and the next one is due as long after it', () => {
    const step = advance(signed, report, writer, 0)
    expect(step).toMatchObject({
      ticket: { state: 'SIGNED', running: expect.arrayContaining([{ clock: 'PROGRESS', unit: cgj }]) },
      clocks: [
        { do: 'meet', clock: 'PROGRESS', unit: cgj },
        { do: 'start', clock: 'PROGRESS', unit: cgj },
      ],
    })
    // Where the profile asks for none, it may be written all the same.
    const without = { ...signed, running: signed.running.filter(({ clock }) => clock !== 'PROGRESS') }
    expect(advance(without, report, writer, 0)).toMatchObject({ ok: true, clocks: [] })
  })

  it('is told to the citizen when the unit says so, and asked of nobody after the answer', () => {
    const { tells } = stepOf('progress')
    expect(tells?.(signed, report, { handleDueAt: null })).toBeUndefined()
    expect(tells?.(signed, { ...report, tell: '明天安装' } as never, { handleDueAt: null })).toBe('明天安装')
    const replied = follow(signed, plainTerms, [{ kind: 'reply', ...words }, writer])
    expect(replied.running.map(({ clock }) => clock)).not.toContain('PROGRESS')
    expect(refusal(signed, { kind: 'progress', note: ' ' }, writer)).toBe('请填写进展情况。')
    // An answer that was not accepted is none: the next report is due again.
    const back = advance(replied, { kind: 'send-back', note: '没有说明时间' }, dispatcher, 0)
    expect(back).toMatchObject({
      ticket: { state: 'SIGNED', running: expect.arrayContaining([{ clock: 'PROGRESS', unit: cgj }]) },
      clocks: expect.arrayContaining([{ do: 'start', clock: 'PROGRESS', unit: cgj }]),
    })
  })

  it('is owed by the unit that gave the ticket back until the next one has signed, and each has its own clock', () => {
    const rsj = 'rsj' as UnitCode
    const next = by('CLERK', rsj, 21)
    const handedOn = follow(
      signed,
      plainTerms,
      [{ kind: 'return', reason: 'U2', note: '三定', suggestedUnit: null }, writer],
      [{ ...toUnit, lead: rsj } as TicketEvent, dispatcher],
    )
    expect(advance(handedOn, report, writer, 0)).toMatchObject({
      ticket: { state: 'DISPATCHED', running: expect.arrayContaining([{ clock: 'PROGRESS', unit: rsj }]) },
      clocks: [
        { do: 'meet', clock: 'PROGRESS', unit: cgj },
        { do: 'start', clock: 'PROGRESS', unit: cgj },
      ],
    })
    expect(refusal(handedOn, report, next)).toBe('您不能对该工单执行“阶段反馈”。')
    const taken = follow(handedOn, plainTerms, [{ kind: 'sign' }, next])
    expect(refusal(taken, report, writer)).toBe('您不能对该工单执行“阶段反馈”。')
    expect(refusal(taken, report, next)).toBeNull()
    const sent = follow(aTicket(), plainTerms, [{ kind: 'register' }, agent], [toUnit, dispatcher])
    expect(refusal(sent, report, writer)).toBe('请先签收，再写阶段反馈。')
  })
})

describe('a second person in the unit', () => {
  const proposal: TicketEvent = { kind: 'propose-reply', ...words }
  const proposed = follow(signed, second, [proposal, writer])

  it('signs what another one wrote; until then it is no answer and the clock goes on', () => {
    expect(refusal(signed, { kind: 'reply', ...words }, writer, second)).toBe(
      '本单位的答复须由第二人审签，请提交审签。',
    )
    expect(proposed).toMatchObject({ state: 'SIGNED', publicReply: null, proposed: { ...words, by: 11 } })
    expect(proposed.running).toEqual(signed.running)
    expect(refusal(proposed, { kind: 'countersign' }, writer, second)).toBe('答复由您起草，须由本单位另一人审签。')
    expect(follow(proposed, second, [{ kind: 'countersign' }, signer])).toMatchObject({
      ...{
        state: 'REPLIED',
        ...words,
        proposed: null,
        running: expect.arrayContaining([{ clock: 'CHECK', unit: null }]),
      },
    })
  })

  it('may want it written differently', () => {
    const back = follow(proposed, second, [{ kind: 'reject-proposal', note: '写明时间' }, signer])
    expect(back).toMatchObject({ state: 'SIGNED', proposed: null })
    expect(refusal(back, { kind: 'countersign' }, signer, second)).toBe('该工单没有待审签的答复，请刷新。')
    expect(actions(writer as never, back, second)).toContain('propose-reply')
  })

  it('is asked for only where the unit wants it, and never of a body without accounts', () => {
    expect(refusal(signed, proposal, writer)).toBe('本单位的答复无须审签，请直接答复。')
    const outsider: Actor = { by: 'person', person: { id: null, roles: ['CLERK'], unitCode: cgj } }
    expect(refusal(signed, { kind: 'reply', ...words }, outsider, second)).toBeNull()
  })

  it('may not be the one who answered the same matter before', () => {
    expect(refusal({ ...proposed, notBy: [12] }, { kind: 'countersign' }, signer, second)).toContain('另一人复核')
    // Nor may the words be theirs.
    expect(refusal({ ...proposed, notBy: [11] }, { kind: 'countersign' }, signer, second)).toContain('另一人重新起草')
  })

  it('leaves nothing behind when the ticket ends in another way', () => {
    const ended = follow(
      proposed,
      second,
      [{ kind: 'end', reason: 'WITHDRAWN', note: '来电撤回', tell: '可重新反映' }, writer],
      [{ kind: 'grant-end' }, dispatcher],
    )
    expect(ended).toMatchObject({ state: 'CLOSED', proposed: null, publicReply: '可重新反映' })
  })
})

describe('an archived ticket', () => {
  const closed = follow(signed, plainTerms, [{ kind: 'reply', ...words }, writer], [{ kind: 'close' }, dispatcher])
  const archived = follow(closed, plainTerms, [{ kind: 'archive' }, system])
  const more: TicketEvent = { kind: 'addendum', note: '灯杆已列入年度更换计划' }

  it('takes addenda and nothing else', () => {
    expect(archived.state).toBe('ARCHIVED')
    for (const actor of [agent, dispatcher, by('CALLBACK'), writer]) {
      expect(actions(actor as never, archived)).toEqual(['addendum'])
    }
    for (const kind of ['redo', 'reopen'] as const) {
      expect(
        refusal(archived, { kind, reason: 'UNTRUE', note: '不符', lead: null } as TicketEvent, dispatcher),
      ).toContain('已归档')
    }
    expect(follow(archived, plainTerms, [more, writer])).toEqual({ ...archived, version: archived.version + 1 })
    expect(refusal(archived, { ...more, note: ' ' }, agent)).toBe('请填写补记内容。')
  })

  it('is archived by the machine alone', () => {
    expect(refusal(closed, { kind: 'archive' }, dispatcher)).toBe('您不能对该工单执行“归档”。')
    expect(refusal(signed, { kind: 'archive' }, system)).toContain('办理中')
  })
})

it('is closed by a person who has looked at the answer, never by the machine', () => {
  const replied = follow(signed, plainTerms, [{ kind: 'reply', ...words }, writer])
  expect(refusal(replied, { kind: 'close' }, system)).toBe('您不能对该工单执行“办结”。')
  expect(refusal(replied, { kind: 'close' }, writer)).toBe('您不能对该工单执行“办结”。')
  expect(follow(replied, plainTerms, [{ kind: 'close' }, dispatcher]).state).toBe('CLOSED')
})
