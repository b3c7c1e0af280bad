import { z } from 'zod'
import { categoryCode } from '../../../platform/text/codes.ts'
import { line, step } from '../step.ts'

/**
 * 预审通过: type and matter are right, it may be dispatched; a wrong matter is mended here. What is no matter for
 * dispatch leaves by another exit from the same state. Source: domain model 3.6 and 3.7 (审核).
 */
export const approve = step({
  kind: 'approve',
  title: '预审通过',
  input: z.object({ categoryCode: categoryCode.nullable().default(null).describe('null: the matter is right') }),
  asked: 'ON_VERSION',
  form: {
    key: 'Y',
    fields: [{ name: 'categoryCode', kind: 'category', label: '改为事项', hint: '事项无误则不填', isRequired: false }],
  },
  from: ['PENDING_REVIEW'],
  to: 'REGISTERED',
  who: ['DISPATCHER'],
  changes: (ticket, given) => ({ categoryCode: given.categoryCode ?? ticket.categoryCode }),
  wakesDispatch: true,
  notice: null,
  lines: ({ details: { before, after } }) => [...line('原事项', before), ...line('更正为', after)],
})
