import { calls } from '../../../../src/calls/records/schema.ts'
import { anOffice, form } from '../../tickets/office.ts'

export const number = '13900001111'
export const e164 = `+86${number}`
/** What would tell who reported. */
export const traces = /139\*{4}1111|13900001111|举报老王|红色轿车/
export const hour = 3_600_000

/** 1001 took a call, and it became a report. Another call of that number became an open ticket. */
export async function aReport(change: object = {}) {
  const office = await anOffice()
  await office.join('boss', 'SUPERVISOR')
  await office.join('ear', 'QUALITY')
  await office.join('auditor', 'AUDITOR')
  const { id: strangerId } = await office.join('1002', 'AGENT')
  const past = { callerNumber: e164, callerName: number, outcome: 'ANSWERED' as const }
  const call = await office.ownCall(past)
  await office.note(call, '举报老王')
  const open = await office.ownCall(past)
  const made = { ...form, type: 'REPORT', content: '红色轿车', caller: { name: '老王' }, callIds: [call], ...change }
  const ticket = await office.create(made)
  const known = await office.create({ ...form, caller: { name: '王五' }, callIds: [open] })
  await office.db.update(calls).set({ endedAt: Date.now() })
  return { ...office, call, open, ticket, known, strangerId }
}
