import { cancel, clockKinds, meet } from '../clocks.ts'
import { nothing, step } from '../step.ts'

/** 办结: the answer is accepted. */
export const close = step({
  kind: 'close',
  title: '办结',
  input: nothing,
  asked: 'ON_VERSION',
  form: { key: 'C', button: '审核通过，办结' },
  from: ['REPLIED'],
  to: 'CLOSED',
  who: ['DISPATCHER', 'SYSTEM'],
  changes: () => ({ closeKind: 'HANDLED' }),
  clocks: [meet('CHECK'), ...clockKinds.map(cancel)],
  stamps: { closedAt: 'NOW' },
  notice: null,
  lines: () => [],
})
