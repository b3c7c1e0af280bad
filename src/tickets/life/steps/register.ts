import { start } from '../clocks.ts'
import { nothing, step } from '../step.ts'

/** 登记: submitted for dispatch. */
export const register = step({
  kind: 'register',
  title: '登记',
  input: nothing,
  asked: 'NEVER',
  from: ['DRAFT'],
  to: 'REGISTERED',
  who: ['HOTLINE', 'DISPATCHER', 'FOLLOW_UP', 'SYSTEM'],
  clocks: [start('DISPATCH')],
  wakesDispatch: true,
  notice: null,
  lines: () => [],
})
