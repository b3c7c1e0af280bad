import { z } from 'zod'
import { pendingOf } from '../requests.ts'
import { refusal, step } from '../step.ts'
import { cancelDecisions, lapsing } from './asking.ts'

/** 撤回申请: the unit takes back what it asked for, of whatever kind, while nobody has decided. */
export const withdraw = step({
  kind: 'withdraw',
  title: '撤回申请',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'O' },
  from: ['DISPATCHED', 'SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket) =>
    pendingOf(ticket) === null ? refusal('ticket.wrong-state', '该工单没有待审的申请，请刷新。') : null,
  settles: lapsing,
  clocks: cancelDecisions,
  notice: null,
  lines: () => [],
})
