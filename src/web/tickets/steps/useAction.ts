import { computed, onScopeDispose, ref, watch } from 'vue'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { EventKind } from '../../../tickets/life/ticket.ts'
import { serverNow } from '../../live/clock.ts'
import { useSession } from '../../session/useSession.ts'
import type { Refused } from '../ticket/useTicket.ts'
import { type DraftOf, dropDraft, readDraft, sweepDrafts, writeDraft } from './actionDrafts.ts'
import { emptyValues, fieldsOf, isEmpty, missingOf, type Values } from './actionForms.ts'
import { firstValues } from './firstValues.ts'
import { useHeldClose } from './useHeldClose.ts'

/**
 * The step that is being filled in. Every key is kept on this machine until the server has taken it: neither a reload
 * nor another ticket nor a refusal loses what was typed.
 */
export function useAction(parts: {
  ticket: () => TicketDetail
  act: (kind: EventKind, values: Values) => Promise<Refused | null>
  /** Whether the form of the step is opened, where it has fields at all. */
  needsForm: (kind: EventKind) => boolean
  /** Told after the server has taken it. */
  done: (kind: EventKind) => void
}) {
  const session = useSession()
  const heldClose = useHeldClose()
  const kind = ref<EventKind | null>(null)
  const values = ref<Values>({})
  const refused = ref<Refused | null>(null)
  const missing = ref<Record<string, string>>({})
  /** Version that was on the screen when the form was opened. */
  const openedAt = ref(0)
  const faults = computed(() => ({ ...missing.value, ...refused.value?.faults }))

  const draftOf = (number: string, of: EventKind): DraftOf => ({ personId: session.person?.id ?? 0, number, kind: of })
  sweepDrafts(localStorage, serverNow())

  watch(
    () => parts.ticket().number,
    () => close(),
  )
  watch(
    values,
    (now) => {
      if (kind.value === null) return
      const of = draftOf(parts.ticket().number, kind.value)
      if (isEmpty(now)) dropDraft(localStorage, of)
      else writeDraft(localStorage, of, now, serverNow())
    },
    { deep: true, flush: 'sync' },
  )
  onScopeDispose(close)

  function close(): void {
    kind.value = null
    refused.value = null
    missing.value = {}
  }

  function hasDraft(of: EventKind): boolean {
    return readDraft(localStorage, draftOf(parts.ticket().number, of)) !== null
  }

  /** Opens the form of a step, or does it where nothing is to be filled in: at once, or so that it can be taken back. */
  async function begin(wanted: EventKind): Promise<void> {
    close()
    if (wanted === 'close' && !parts.needsForm(wanted)) {
      heldClose.hold(parts.ticket())
      parts.done(wanted)
      return
    }
    if (fieldsOf(wanted).length === 0 || !parts.needsForm(wanted)) {
      await send(wanted, {})
      return
    }
    const ticket = parts.ticket()
    values.value = {
      ...emptyValues(wanted),
      ...firstValues(wanted, ticket, unitOf(session), serverNow()),
      ...readDraft(localStorage, draftOf(ticket.number, wanted)),
    }
    openedAt.value = ticket.version
    kind.value = wanted
  }

  async function submit(): Promise<void> {
    if (kind.value === null) return
    missing.value = missingOf(kind.value, values.value)
    if (Object.keys(missing.value).length > 0) {
      refused.value = null
      return
    }
    await send(kind.value, values.value)
  }

  async function send(wanted: EventKind, filled: Values): Promise<void> {
    const { number } = parts.ticket()
    const answer = await parts.act(wanted, filled)
    if (answer === null) dropDraft(localStorage, draftOf(number, wanted))
    // Another ticket was opened in the meantime: a message about this one comes too late.
    if (number !== parts.ticket().number) return
    refused.value = answer
    if (answer !== null) return
    // While a step without a form was on its way the form of the next one may have been opened.
    if (kind.value === wanted) close()
    if (kind.value === null) parts.done(wanted)
  }

  /** Discards what was typed. */
  function discard(): void {
    if (kind.value !== null) dropDraft(localStorage, draftOf(parts.ticket().number, kind.value))
    close()
  }

  return { kind, values, refused, faults, openedAt, begin, submit, close, discard, hasDraft }
}

type Session = ReturnType<typeof useSession>
/** Null: of the hotline. */
export const unitOf = (session: Session): string | null =>
  session.has('unit') ? (session.person?.unitCode ?? null) : null
