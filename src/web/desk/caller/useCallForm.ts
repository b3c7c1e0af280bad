import { watch } from 'vue'
import type { CallView } from '../../../calls/machine/view.ts'
import { useLive } from '../../live/useLive.ts'
import { useTicketForm } from '../../tickets/form/useTicketForm.ts'
import { useWhose } from '../../tickets/whose/useWhose.ts'
import { eventTitles } from '../../tickets/words.ts'
import { useDeskSocket } from '../useDeskSocket.ts'
import { useCallNote } from './useCallNote.ts'

/** A call about a ticket has that ticket, and one to a body of the directory is no citizen's. */
export function hasForm(call: Pick<CallView, 'about'> | null): boolean {
  return call?.about?.kind !== 'ticket' && call?.about?.kind !== 'directory'
}

/**
 * The form follows the call: opened with the caller's card, before the phone rings; put aside when the next one comes.
 */
export function useCallForm(): void {
  const desk = useDeskSocket()
  const live = useLive()
  const ticket = useTicketForm()
  const note = useCallNote()
  const whose = useWhose()

  watch(
    () => desk.view.call,
    (call) => {
      if (call) {
        const { caller, line, arrivedAt, direction } = call
        whose.learn(call.id, { caller: caller.number, line, arrivedAt, isOutgoing: direction === 'OUT' })
      }
    },
    { immediate: true },
  )
  watch(
    () => (hasForm(desk.view.call) ? (desk.view.call?.id ?? null) : null),
    (id) => {
      if (id === null) ticket.leaveCall()
      else void ticket.openFor(id)
    },
    { immediate: true },
  )
  watch(
    () => ticket.justMade,
    (made) => {
      if (made?.callId) void note.say(made.callId, `工单 ${made.number}`)
    },
  )
  watch(
    () => ticket.attached,
    (attached) => {
      if (attached?.callId) void note.say(attached.callId, `${eventTitles[attached.kind]} ${attached.number}`)
    },
  )
  watch(
    () => live.state,
    (state) => {
      if (state !== 'on') return
      void ticket.flush()
      ticket.sendLeftBehind()
    },
  )
}
