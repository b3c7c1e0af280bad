import { z } from 'zod'
import { line, missing, refusal, said, step } from '../step.ts'

const input = z.object({ note: said('复核要求') })

interface Second {
  note: string
  /** Persons who answered the same matter before; the store finds them. */
  notBy: number[]
}

/**
 * 他人复核: the same citizen complains of the same matter for the third time. Another person has to look at it: no one who
 * answered it before answers it now.
 */
export const secondOpinion = step({
  kind: 'second-opinion',
  title: '要求他人复核',
  input,
  asked: 'ON_VERSION',
  fill: (given: z.output<typeof input>): Second => ({ ...given, notBy: [] }),
  from: ['REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: null,
  who: ['DISPATCHER'],
  bars: ({ notBy }) => (notBy.length > 0 ? refusal('ticket.wrong-state', '该工单已要求他人复核。') : null),
  refuses: (_, { note, notBy }) =>
    missing(note, '复核要求') ??
    (notBy.length === 0
      ? refusal('ticket.wrong-state', '90 天内没有承办单位答复过同一来电人的这一事项，不需要他人复核。')
      : null),
  changes: (_, { notBy }) => ({ notBy }),
  notice: { to: 'UNIT', asksIn: ['DISPATCHED', 'SIGNED'], headline: () => '须由此前答复人以外的人复核办理' },
  lines: ({ note }) => line('要求', note),
})
