import { computed, ref, shallowRef, watch } from 'vue'
import type { CallId } from '../../../../platform/types.ts'
import type { AttachmentList, TicketDraft } from '../../../../tickets/api.ts'
import { request } from '../../../api.ts'
import { serverNow } from '../../../live/clock.ts'
import { useSession } from '../../../session/useSession.ts'
import { useWhose } from '../../whose/useWhose.ts'
import { formFrom, isBlank } from '../form.ts'
import { useDraftBox } from '../useDraftBox.ts'
import { type KeptForm, sweepForms, unsentForms } from './formDrafts.ts'
import { type FormKeeper, keepTicketForm } from './formKeeper.ts'

/** The open form of this page, and all forms that may still have something to send. */
export function makeOpenForm() {
  const session = useSession()
  const box = useDraftBox()
  const whose = useWhose()
  const keeper = shallowRef<FormKeeper | null>(null)
  const form = computed(() => keeper.value?.form.value ?? null)
  /** A new form has new fields: the page rebuilds them. */
  const formKey = ref(0)
  const isEmpty = computed(() => form.value === null || isBlank(form.value))
  const keepers = new Set<FormKeeper>()

  /** The open form is put away first. @returns whether a person is logged in to own the form */
  function begin(kept: KeptForm): boolean {
    putDown()
    const personId = session.person?.id
    if (personId === undefined) return false
    keeper.value = keep(personId, kept)
    formKey.value += 1
    box.setOpen(kept.id)
    return true
  }

  function keep(personId: number, kept: KeptForm): FormKeeper {
    const one = keepTicketForm(personId, kept)
    keepers.add(one)
    return one
  }

  // The next person at this machine neither sees nor sends what the previous one typed.
  watch(
    () => session.person?.id,
    () => {
      for (const one of keepers) one.stop()
      keepers.clear()
      keeper.value = null
      box.clear()
      whose.forget()
    },
  )

  /** A draft as the server has it. */
  function keptOf({ id, callId, content, version, changedAt, call }: TicketDraft): KeptForm {
    const of = callId as CallId | null
    if (of !== null && call !== null) whose.learn(of, call)
    return { id, callId: of, form: formFrom(content), version, unanswered: [], savedAt: changedAt, isSent: true }
  }

  /** Puts the form away; what was typed waits in the draft box. */
  function putDown(): void {
    const open = keeper.value
    if (open === null) return
    keeper.value = null
    box.setOpen(null)
    if (isBlank(open.form.value)) {
      open.end()
      if (open.isOnServer()) void clearAway(open.id.value)
      return
    }
    open.putDown()
    box.putIn({ id: open.id.value, callId: open.callId, form: open.form.value })
  }

  /** All of it was deleted again, and it has no files: it is not worth keeping. */
  async function clearAway(id: string): Promise<void> {
    try {
      const { attachments } = await request<AttachmentList>('GET', `/api/attachments?draft=${id}`)
      if (attachments.length === 0) await box.discard(id)
    } catch {
      // It stays in the box, empty as it is.
    }
    void box.load()
  }

  /** It is finished: nothing of it is pending. */
  function leave(open: FormKeeper): void {
    open.end()
    keeper.value = null
    box.setOpen(null)
    box.drop(open.id.value)
  }

  function leftBehind(): KeptForm[] {
    const personId = session.person?.id
    // Forms that this page keeps are sent by their keepers.
    const inHand = new Set([...keepers].map((one) => one.id.value))
    return personId === undefined ? [] : unsentForms(localStorage, personId).filter(({ id }) => !inHand.has(id))
  }

  /** Forms that an earlier page could not send go to the box. */
  function sendLeftBehind(): void {
    const personId = session.person?.id
    if (personId === undefined) return
    for (const kept of leftBehind()) keep(personId, kept).putDown()
    sweepForms(localStorage, personId, serverNow(), keeper.value?.id.value ?? null)
  }

  return { keeper, form, formKey, isEmpty, begin, keptOf, putDown, leave, leftBehind, sendLeftBehind }
}

export type OpenForm = ReturnType<typeof makeOpenForm>
