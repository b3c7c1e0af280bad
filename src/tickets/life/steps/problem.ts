import { z } from 'zod'
import { problems, problemTitles } from '../../rounds/words.ts'
import { line, step, wordOf } from '../step.ts'
import { openStates } from '../words.ts'

/** 列为问题工单: by the machine; one unit alone does not solve it. Source: domain model 2, 1.2. */
export const problem = step({
  kind: 'problem',
  title: '列为问题工单',
  input: z.object({ problem: z.enum(problems) }),
  asked: 'NEVER',
  from: openStates,
  to: null,
  who: ['SYSTEM'],
  changes: (_, given) => ({ problem: given.problem }),
  notice: { to: 'LEADERSHIP', asksIn: openStates, headline: () => '已列为问题工单，请牵头协调' },
  lines: ({ details }) =>
    line('原因', wordOf(problemTitles, typeof details.problem === 'string' ? details.problem : null)),
})
