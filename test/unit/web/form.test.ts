import { anything, assert, dictionary, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallId } from '../../../src/platform/types.ts'
import { newTicket } from '../../../src/tickets/api.ts'
import {
  emptyForm,
  faultsOf,
  formFrom,
  handedOver,
  isBlank,
  missingIn,
  requestOf,
  type TicketForm,
} from '../../../src/web/tickets/form/form.ts'

const draftId = '01JDMZ0000000000000000DRAF'
const call = '01JDMZ0000000000000000CA11' as CallId
const filled: TicketForm = {
  ...emptyForm(),
  content: '英雄中路路灯不亮 𠀀🐎',
  categoryCode: '030401',
  countyCode: '140403',
  place: '英雄中路',
  type: 'HELP',
}
const request = (form: TicketForm, how: 'dispatch' | 'direct', isByPhone = true) =>
  requestOf(form, { how, urgency: 'P3', callId: isByPhone ? call : null, draftId })

describe('what is handed in', () => {
  test('is what the server takes, for dispatch and answered on the spot', () => {
    expect(newTicket.parse(request(filled, 'dispatch'))).toMatchObject({
      channel: 'PHONE',
      callIds: [call],
      answer: null,
      suggestedUnit: null,
      accusedUnit: null,
      draftId,
    })
    expect(newTicket.parse(request({ ...filled, accusedUnit: 'cgj' }, 'dispatch')).accusedUnit).toBe('cgj')
    const asked: TicketForm = { ...filled, type: 'CONSULT', answer: '八点半到十二点', unit: 'cgj', unitReason: '归它' }
    expect(newTicket.parse(request(asked, 'direct'))).toMatchObject({
      answer: { publicReply: '八点半到十二点' },
      suggestedUnit: null,
    })
    expect(newTicket.parse(request(asked, 'dispatch'))).toMatchObject({ suggestedUnit: 'cgj', suggestedReason: '归它' })
  })

  test('without a call has the channel that was chosen', () => {
    expect(newTicket.parse(request({ ...filled, channel: 'LETTER' }, 'dispatch', false))).toMatchObject({
      channel: 'LETTER',
      callIds: [],
    })
  })

  test('misses nothing that only the one who types can say', () => {
    expect(missingIn(emptyForm(), 'dispatch')).toEqual({
      content: '请填写诉求内容',
      categoryCode: '请选择事项分类',
      type: '请选择诉求类型',
    })
    expect(missingIn(filled, 'dispatch')).toEqual({})
    expect(missingIn({ ...filled, unit: 'cgj' }, 'dispatch')).toEqual({ unitReason: '请填写改派理由' })
    const report: TicketForm = {
      ...filled,
      type: 'REPORT',
      home: 'no',
      accusedUnit: 'cgj',
      unit: 'cgj',
      unitReason: '归它',
    }
    expect(missingIn(report, 'dispatch')).toEqual({ unit: '举报件不能派给被举报单位，请另选' })
    // Who reports is asked whether the place is their home; nobody else is.
    expect(missingIn({ ...report, unit: '', home: '' }, 'dispatch').home).toContain('住处')
    expect(missingIn({ ...report, unit: '', home: '', place: '' }, 'dispatch')).toEqual({})
    expect(missingIn({ ...report, type: 'COMPLAINT' }, 'dispatch')).toEqual({})
    expect(missingIn(filled, 'direct')).toEqual({ answer: '直办须写明给来电人的答复' })
    expect(missingIn({ ...filled, type: 'REPORT', answer: 'x' }, 'direct').type).toContain('须派单办理')
  })
})

test('a fault of the server is told beside its field, and what belongs to none above the buttons', () => {
  const refusal = (code: string, faults: { path: string; message: string }[] = []) =>
    faultsOf({ code, message: '说明', faults }, filled)
  expect(
    refusal('request.invalid', [
      { path: 'body.content', message: '诉求内容最多 5000 个字' },
      { path: 'body.caller.phone', message: '号码无法识别' },
      { path: 'body.answer.publicReply', message: '答复内容最多 5000 个字' },
      { path: 'headers.idempotency-key', message: '不对' },
    ]),
  ).toEqual({
    content: '诉求内容最多 5000 个字',
    callerPhone: '号码无法识别',
    answer: '答复内容最多 5000 个字',
    form: '不对',
  })
  expect(refusal('ticket.category-unknown')).toEqual({ categoryCode: '说明' })
  expect(refusal('ticket.unit-unknown')).toEqual({ unit: '说明' })
  expect(refusal('database.away')).toEqual({ form: '说明' })
})

describe('a draft', () => {
  test('comes back as it was typed', () => {
    const typed: TicketForm = { ...filled, urgency: 'P1', isConfidential: true, answer: '答\n复', channel: 'LETTER' }
    expect(formFrom(JSON.parse(JSON.stringify(typed)))).toEqual(typed)
  })

  test('of another version, or of nobody knows what, is read as far as it can be', () => {
    expect(formFrom({ content: '字', type: 'GOSSIP', urgency: 4, isAnonymous: 'yes', extra: {} })).toEqual({
      ...emptyForm(),
      content: '字',
    })
    assert(
      property(dictionary(string(), anything()), (kept) => {
        const form = formFrom(kept)
        expect(formFrom({ ...form })).toEqual(form)
      }),
    )
  })

  test('without a word is not worth keeping', () => {
    expect(isBlank(emptyForm())).toBe(true)
    expect(isBlank({ ...emptyForm(), type: 'HELP', isConfidential: true })).toBe(true)
    expect(isBlank({ ...emptyForm(), place: '英雄中路' })).toBe(false)
  })
})

test('a matter that an emergency service has is filled in with what the record proves', () => {
  const proof = [
    { service: '120', inWords: '14:05:01 呼叫120急救，对方占线' },
    { service: '119', inWords: '14:05:21 呼叫119消防救援，14:05:29 对方接听' },
  ]
  const form: TicketForm = { ...filled, type: '', exit: 'hand-over', ...handedOver({ type: '' }, proof) }
  expect(form).toMatchObject({ type: 'HELP', urgency: 'P1', exitCode: '119' })
  expect(form.exitNote).toBe(`${proof[0]?.inWords}；${proof[1]?.inWords}。`)
  expect(missingIn(form, 'exit')).toEqual({})
  expect(handedOver({ type: 'OTHER' }, proof)).toMatchObject({ type: 'OTHER' })
  expect(handedOver({ type: '' }, [])).toEqual({})
})
