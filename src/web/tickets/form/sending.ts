import type { TicketMade } from '../../../tickets/api.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import type { Made } from '../made/made.ts'
import { type Faults, faultsOf, type TicketForm } from './form.ts'
import type { FormKeeper } from './keep/formKeeper.ts'

/** One form is one ticket, however often it is sent: the draft's id at the first attempt is the key. */
export interface Sending {
  send(body: object, draftId: string): Promise<Omit<Made, 'callId'>>
  /** A new form begins. */
  forget(): void
}

export function openSending(): Sending {
  /** Sent and not answered: it may have arrived. */
  let tried: { key: string; body: object } | null = null

  return {
    async send(body, draftId) {
      const before = tried
      const key = before?.key ?? draftId
      try {
        return { ...(await request<TicketMade>('POST', '/api/tickets', body, key)), isAsBefore: false }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.code === 'ticket.repeated-differently' && before !== null) {
          return { ...(await request<TicketMade>('POST', '/api/tickets', before.body, key)), isAsBefore: true }
        }
        if (error.status === 0 || error.status >= 500) tried = { key, body }
        throw error
      }
    },
    forget() {
      tried = null
    },
  }
}

/** Why a form did not become a ticket, in the words shown beside its fields. */
export function faultsOfHandIn(open: FormKeeper, error: unknown, typed: TicketForm): Faults {
  const isTold = error instanceof ApiError && error.status !== 0
  return (
    withoutCall(open, error) ?? (isTold ? faultsOf(error, typed) : { form: `${wordsOf(error)}再次提交不会重复建单。` })
  )
}

/** An hour after the call its caller may be hidden from the agent: the form continues without the call. */
export function withoutCall(open: FormKeeper, error: unknown): Faults | null {
  if (!(error instanceof ApiError && error.code === 'call.caller-hidden')) return null
  open.forgetCall()
  return { form: `${wordsOf(error)}内容已保留，并已与这通电话脱开：可填写联系电话，再次提交。` }
}
