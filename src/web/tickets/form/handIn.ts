import { ref } from 'vue'
import type { Duplicate } from '../../../tickets/api.ts'
import type { Urgency } from '../../../tickets/life/ticket.ts'
import { request, wordsOf } from '../../api.ts'
import type { MadeHere } from '../made/madeHere.ts'
import { type Faults, type HandIn, missingIn, noteOf, requestOf, type TicketForm } from './form.ts'
import type { FormKeeper } from './keep/formKeeper.ts'
import type { OpenForm } from './keep/openForm.ts'
import { faultsOfHandIn, openSending, withoutCall } from './sending.ts'
import { useDraftBox } from './useDraftBox.ts'

/** Submits the open form: as a ticket, or as an addition to an existing one. */
export function makeHandIn(open: OpenForm, made: MadeHere) {
  const box = useDraftBox()
  const sending = openSending()
  const faults = ref<Faults>({})
  const running = ref<HandIn | 'attach' | null>(null)
  /** The previous form, for another ticket of the same caller. */
  let former: TicketForm | null = null

  /** One at a time. @returns whether it succeeded; else `faults` says why not */
  async function run(
    how: HandIn | 'attach',
    keeper: FormKeeper,
    work: (draftId: string) => Promise<void>,
    faultsIn: (error: unknown) => Faults,
  ): Promise<boolean> {
    running.value = how
    const typed = keeper.form.value
    try {
      // Its files belong to the draft, and reach the ticket through it.
      await keeper.flush()
      await work(keeper.id.value)
    } catch (error) {
      faults.value = faultsIn(error)
      return false
    } finally {
      running.value = null
    }
    former = { ...typed }
    open.leave(keeper)
    return true
  }

  /** @returns whether it is a ticket now; else `faults` says why not */
  async function handIn(how: HandIn, urgency: Urgency): Promise<boolean> {
    const keeper = open.keeper.value
    if (keeper === null || running.value !== null) return false
    const typed = keeper.form.value
    faults.value = missingIn(typed, how)
    if (Object.keys(faults.value).length > 0) return false
    return run(
      how,
      keeper,
      async (draftId) => {
        const { callId } = keeper
        const answer = await sending.send(requestOf(typed, { how, urgency, callId, draftId }), draftId)
        made.tell({ ...answer, callId: keeper.callId })
        // The form was saved under another id in the meantime: what became a ticket is no longer a draft.
        if (answer.isAsBefore && keeper.isOnServer()) void box.discard(draftId).catch(() => undefined)
      },
      (error) => faultsOfHandIn(keeper, error, typed),
    )
  }

  /**
   * One more caller of a matter that has a ticket: a ticket of its own, which is answered with that one.
   * @returns whether it is a ticket now; else `faults` says why not
   */
  async function join(lead: string, urgency: Urgency): Promise<boolean> {
    const keeper = open.keeper.value
    if (keeper === null || running.value !== null) return false
    const typed = keeper.form.value
    faults.value = missingIn(typed, 'dispatch')
    if (Object.keys(faults.value).length > 0) return false
    return run(
      'attach',
      keeper,
      async (draftId) => {
        const { callId } = keeper
        const body = { ...requestOf(typed, { how: 'join', urgency, callId, draftId }), joins: lead }
        made.tell({ ...(await sending.send(body, draftId)), callId })
      },
      (error) => faultsOfHandIn(keeper, error, typed),
    )
  }

  /**
   * Adds what was typed to an existing ticket of the same caller instead of making a new one: 催办.
   * @returns whether it was stored; else `faults` says why not
   */
  async function attach({ number }: Pick<Duplicate, 'number'>): Promise<boolean> {
    const keeper = open.keeper.value
    if (keeper === null || running.value !== null) return false
    const kind = 'urge'
    const isWritten = await run(
      'attach',
      keeper,
      async (draftId) => {
        const call = keeper.callId === null ? {} : { callId: keeper.callId }
        const body = { action: kind, note: noteOf(keeper.form.value), ...call, draftId }
        await request('POST', `/api/tickets/${number}/actions`, body, `${draftId}-${number}`)
      },
      (error) => withoutCall(keeper, error) ?? { form: wordsOf(error) },
    )
    if (isWritten) made.attached.value = { number, kind, callId: keeper.callId }
    return isWritten
  }

  /** A corrected field is no longer marked. */
  function mended(now: Partial<TicketForm>, before: Partial<TicketForm>): void {
    const fields = Object.keys(faults.value) as (keyof Faults)[]
    for (const field of fields) if (field === 'form' || now[field] !== before[field]) delete faults.value[field]
  }

  /** A new form begins. */
  function turnOver(): void {
    faults.value = {}
    made.turnOver()
    sending.forget()
  }

  function forgetFormer(): void {
    former = null
  }

  return { faults, running, former: () => former, handIn, join, attach, mended, turnOver, forgetFormer }
}
