import type { Decision, RequestKind } from '../life/ticket.ts'
import type { Demand } from './check.ts'

export interface Demanded {
  title: string
  content: string
  wish: string
  requests: readonly { kind: RequestKind; decision: Decision | null }[]
}

/** What the citizen asked for, as the check compares it; a date may be named where a promise with a plan was granted. */
export function demandOf({ title, content, wish, requests }: Demanded): Demand {
  const hasPromise = requests.some(({ kind, decision }) => kind === 'PROMISE' && decision === 'GRANTED')
  return { title, text: `${content}\n${wish}`, hasPromise }
}
