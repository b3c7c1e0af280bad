import { expect, test } from 'vitest'
import { viewOf, withoutCaller } from '../../../../src/calls/machine/view.ts'
import { maskNumber, maskNumbersIn } from '../../../../src/lines/mask.ts'
import { aCall, anOffer, entry } from '../world.ts'

test.each([
  ['a mobile', '+8613912341234', '139****1234'],
  ['a mobile as another province writes it', '013912341234', '0139****1234'],
  ['a landline of seven digits', '+863555550123', '0355****123'],
  ['a landline as it is dialled', '03555550123', '0355****123'],
  ['a landline of eight digits', '+8675551234567', '0755****4567'],
  ['a landline of Beijing', '+861012345678', '010****5678'],
  ['a landline of Shanghai', '02112345678', '021****5678'],
  ['a number of the city without its area code', '5550123', '****123'],
  ['a 400 number', '+864008001234', '400****234'],
  ['a number from abroad', '+12125550123', '+121****0123'],
  ['a short code', '12333', '12333'],
])('of %s only the middle is hidden', (_, number, masked) => {
  expect(maskNumber(number)).toBe(masked)
})

test('who gave no number has none', () => {
  expect(maskNumber(null)).toBeNull()
})

test('a number in a name is hidden too, a name is not', () => {
  expect(maskNumbersIn('张三 139-1234-1234')).toBe('张三 139****1234')
  expect(maskNumbersIn('张三 12333')).toBe('张三 12333')
  expect(maskNumbersIn(null)).toBeNull()
})

const forwardedFrom = (unknownDiversion: string | null) =>
  viewOf(aCall({ line: { ...entry.line, source: 'UNKNOWN_DIVERSION', unknownDiversion } }).call, '长治').line
    .unknownDiversion

test('desks and floors see where a stranger’s forwarding came from, never whose phone it was', () => {
  expect(forwardedFrom('13912341234')).toBe('139****1234')
  expect(forwardedFrom('03555550123')).toBe('0355****123')
  expect(forwardedFrom('12399')).toBe('12399')
  expect(forwardedFrom('reception')).toBe('reception')
  expect(forwardedFrom(null)).toBeNull()
})

test('the caller of a view is masked', () => {
  expect(viewOf(aCall().call, '长治').caller.number).toBe('139****1234')
  expect(viewOf(aCall().call, '长治').caller.isWithheld).toBe(false)
})

test('the parties of a talk are caller and agent, the agent up once they are let in', () => {
  const rung = viewOf(aCall().ringing().call, null)
  expect(rung.parties.map(({ role, isUp, agentNumber }) => [role, isUp, agentNumber])).toEqual([
    ['CALLER', true, null],
    ['AGENT', false, '1001'],
  ])
  const talk = aCall().talking()
  expect(viewOf(talk.call, null).parties.map((party) => party.isUp)).toEqual([true, true])
  expect(viewOf(talk.on({ type: 'caller-gone', cause: 16 }).call, null).parties).toEqual([])
})

test('the number of a party is masked, and left out where the caller is hidden', () => {
  const view = viewOf(aCall().call, null)
  expect(view.parties.map((party) => party.number)).toEqual(['139****1234'])
  expect(withoutCaller(view).parties.map((party) => party.number)).toEqual([null])
  const other = { kind: 'outside', number: '13900004321', name: '工单相关人', endpoint: '13900004321@carrier' } as const
  const { agentId } = anOffer()
  const talking = aCall().talking().on({ type: 'add-party', agentId, party: 'p', to: other, mode: 'consult' })
  const talk = viewOf(talking.call, null)
  expect(talk.parties.map((party) => party.number)).toEqual(['139****1234', null, '139****4321'])
  expect(withoutCaller(talk).parties.map((party) => party.number)).toEqual([null, null, null])
})
