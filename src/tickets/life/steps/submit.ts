import { start } from '../clocks.ts'
import { nothing, step } from '../step.ts'

/** 提交预审: handed in where the site wants a second look before the dispatch; the citizen waits from here on. */
export const submit = step({
  kind: 'submit',
  title: '登记，待预审',
  input: nothing,
  asked: 'NEVER',
  from: ['DRAFT'],
  to: 'PENDING_REVIEW',
  who: ['HOTLINE', 'DISPATCHER'],
  clocks: [start('DISPATCH')],
  notice: { to: 'DISPATCHERS', asksIn: ['PENDING_REVIEW'], headline: () => '新工单，请预审' },
  lines: () => [],
})
