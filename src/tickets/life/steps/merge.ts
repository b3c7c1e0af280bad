import { cancel, clockKinds } from '../clocks.ts'
import { line, step } from '../step.ts'
import { intoLead } from './join.ts'

/** 并单: the same matter as another ticket, which leads from now on. Its own unit and clocks are out. */
export const merge = step({
  kind: 'merge',
  title: '并单',
  input: intoLead,
  asked: 'NEVER',
  from: ['PENDING_REVIEW', 'REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'MERGED',
  who: ['DISPATCHER'],
  settles: { kind: 'ANY', decision: 'LAPSED' },
  changes: (_, { into }) => ({
    ...{ mergedInto: into, tasks: [], inboxMark: null },
    ...{ returnBy: null, ruleKey: null, dispatchReason: null },
  }),
  clocks: clockKinds.map(cancel),
  stamps: { dispatchedAt: null, signedAt: null },
  notice: null,
  lines: ({ details: { lead } }) => line('主单', lead),
})
