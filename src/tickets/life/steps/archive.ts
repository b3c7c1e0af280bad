import { nothing, step } from '../step.ts'

/** 归档: the time in which it could be taken up again is over; from here on there are addenda only. By the machine. */
export const archive = step({
  kind: 'archive',
  title: '归档',
  input: nothing,
  asked: 'NEVER',
  from: ['CLOSED'],
  to: 'ARCHIVED',
  who: ['SYSTEM'],
  notice: null,
  lines: () => [],
})
