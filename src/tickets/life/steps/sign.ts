import { cancelOf, meet } from '../clocks.ts'
import { nothing, step } from '../step.ts'
import { holderOf, signed } from '../tasks.ts'

/** 签收: the unit has taken the matter on; the machine signs for a unit that does not. From then on it answers for it. */
export const sign = step({
  kind: 'sign',
  title: '签收',
  input: nothing,
  asked: 'ON_VERSION',
  form: { key: 'S' },
  from: ['DISPATCHED'],
  to: 'SIGNED',
  who: ['LEAD_UNIT', 'SYSTEM'],
  changes: ({ tasks }) => ({ tasks: signed(tasks) }),
  // The unit that answered for it until now is relieved.
  clocks: (before) => {
    const holder = holderOf(before)
    return [meet('SIGN'), ...(holder === null ? [] : cancelOf(holder))]
  },
  stamps: { signedAt: 'NOW' },
  notice: {
    to: 'UNIT_UNLESS_ITS_OWN',
    asksIn: ['SIGNED'],
    headline: () => '逾期未签收，系统已代为签收，请办理',
  },
  lines: () => [],
})
