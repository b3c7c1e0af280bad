import { describe, expect, it } from 'vitest'
import type { TicketDetail } from '../../../src/tickets/api.ts'
import type { EventKind } from '../../../src/tickets/life/ticket.ts'
import { firstValues } from '../../../src/web/tickets/steps/firstValues.ts'

const words = { publicReply: '已更换灯头', internalReply: '换灯头' }
const entry = (kind: EventKind, details: object = {}) => ({ kind, details })
const part = {
  ...{ unit: { code: 'gas', name: '燃气公司' }, role: 'CO', step: 'ANSWERED', from: null, answer: '已停气检修' },
}
const ticket = (history: object[], parts: object[] = []) =>
  ({
    requests: [],
    suggestedUnit: null,
    leadUnit: { code: 'cgj', name: '城管局' },
    parts,
    history,
  }) as never as TicketDetail
const first = (kind: EventKind, of: TicketDetail) => firstValues(kind, of, 'cgj', 0)

describe('the form of an answer', () => {
  it('begins with what was handed in for a signature, also after it was sent back', () => {
    const proposed = [entry('sign'), entry('propose-reply', words)]
    expect(first('propose-reply', ticket(proposed))).toEqual(words)
    const sentBack = ticket([...proposed, entry('reject-proposal')])
    expect([first('propose-reply', sentBack), first('reply', sentBack)]).toEqual([words, words])
  })

  it('begins with the last words, and with none of an answer that was given or of another unit', () => {
    const again = [entry('propose-reply', { ...words, publicReply: '旧' }), entry('propose-reply', words)]
    expect(first('propose-reply', ticket(again))).toEqual(words)
    for (const kind of ['countersign', 'sign'] as const) {
      expect(first('propose-reply', ticket([...again, entry(kind)]))).toEqual({})
    }
  })

  it('begins with what the parts say, until something was written', () => {
    const composed = { internalReply: '【燃气公司】已停气检修' }
    expect(first('propose-reply', ticket([], [part]))).toEqual(composed)
    expect(first('reply', ticket([], [part]))).toEqual(composed)
    expect(first('answer-part', ticket([], [part]))).toEqual({ answer: composed.internalReply })
    expect(first('propose-reply', ticket([entry('propose-reply', words)], [part]))).toEqual(words)
  })
})
