import { z } from 'zod'
import { line, step } from '../step.ts'
import { inboxMarks } from '../words.ts'

/** 转派单员: no rule fits, a dispatcher decides. */
export const queue = step({
  kind: 'queue',
  title: '转派单员',
  input: z.object({ mark: z.enum(inboxMarks), reason: z.string() }),
  asked: 'NEVER',
  from: ['REGISTERED'],
  to: null,
  who: ['SYSTEM'],
  changes: (_, { mark, reason }) => ({ inboxMark: mark, dispatchReason: reason }),
  notice: { to: 'DISPATCHERS', asksIn: ['REGISTERED'], headline: () => '没有合适的派单规则，请人工派单' },
  record: ({ mark, reason }) => ({ reason: mark, note: reason }),
  lines: ({ note }) => line('原因', note),
})
