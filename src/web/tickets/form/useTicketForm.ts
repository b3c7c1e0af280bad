import { defineStore } from 'pinia'
import { type ComputedRef, computed, ref, watch } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { TicketDraft } from '../../../tickets/api.ts'
import { type Emergency, emergenciesIn } from '../../../tickets/life/emergency.ts'
import type { Urgency } from '../../../tickets/life/ticket.ts'
import { request } from '../../api.ts'
import { useSession } from '../../session/useSession.ts'
import { makeMade } from '../made/madeHere.ts'
import { useCategories } from '../pickers/useCategories.ts'
import { emptyForm, type HandIn, readAhead, type TicketForm } from './form.ts'
import { makeHandIn } from './handIn.ts'
import type { KeptForm } from './keep/formDrafts.ts'
import { aNewForm } from './keep/formKeeper.ts'
import { makeOpenForm } from './keep/openForm.ts'

/** The one form of this page, with or without a call: it survives while its user looks at other pages. */
export const useTicketForm = defineStore('ticket-form', () => {
  const session = useSession()
  const categories = useCategories()
  const open = makeOpenForm()
  const madeHere = makeMade()
  const handing = makeHandIn(open, madeHere)
  const { keeper, form, isEmpty } = open
  const { made, attached } = madeHere
  /** The call that the desk is in. */
  const inCall = ref<CallId | null>(null)
  /** From an earlier ticket of this number: filled in, and marked as long as it is unchanged. */
  const proposedName = ref('')
  let proposedFor: CallId | null = null
  const callId = computed(() => keeper.value?.callId ?? null)
  const urgencies = urgencyOf(form)

  watch(
    () => ({ ...form.value }),
    (now, before) => {
      keeper.value?.touch()
      handing.mended(now, before)
    },
  )

  watch(
    () => session.person?.id,
    () => {
      madeHere.clear()
      handing.forgetFormer()
    },
  )

  function begin(kept: KeptForm): void {
    if (!open.begin(kept)) return
    handing.turnOver()
    proposedName.value = ''
    void categories.load()
  }

  /** For this call: what was typed for it before, here or at another desk, what was submitted, or an empty form. */
  async function openFor(call: CallId): Promise<void> {
    inCall.value = call
    if (call === callId.value) return
    const last = madeHere.openFor(call)
    const left = open.leftBehind().find((kept) => kept.callId === call)
    if (left) {
      begin(left)
      void keeper.value?.flush()
    } else if (last) {
      open.putDown()
      made.value = last
    } else begin(aNewForm(call))
    if (!left) await takeDraftOf(call)
    open.sendLeftBehind()
  }

  async function takeDraftOf(call: CallId): Promise<void> {
    const mine = keeper.value
    const found = await request<{ drafts: TicketDraft[] }>('GET', `/api/ticket-drafts?call=${call}`).catch(() => null)
    const [last] = found?.drafts ?? []
    // If the agent has begun to type in the meantime, that form stays; the other one waits in the box.
    if (last && inCall.value === call && keeper.value === mine && isEmpty.value) begin(open.keptOf(last))
  }

  /** Once per call. A name that was typed, or emptied by hand, stays as it is. */
  function proposeName(call: CallId, name: string): void {
    if (call === proposedFor) return
    proposedFor = call
    const now = keeper.value
    if (now === null || now.callId !== call || now.isOnServer() || now.form.value.callerName !== '') return
    proposedName.value = name
    now.form.value.callerName = name
  }

  /** 新建工单: during a call for its caller, else for an unknown person. The open form is kept. */
  function startNew(): void {
    if (form.value !== null) return
    if (inCall.value === null) begin(aNewForm(null, emptyForm('WALK_IN')))
    else if (made.value?.callId === inCall.value) another()
    else begin(aNewForm(inCall.value))
  }

  /** 再建一单: of the same call, by the same caller. */
  function another(): void {
    const { callerName, callerPhone, channel } = handing.former() ?? emptyForm()
    const call = made.value?.callId ?? attached.value?.callId ?? null
    begin(aNewForm(call, { ...emptyForm(channel), callerName, callerPhone }))
  }

  /** Takes it out of the box; the open form goes in. @throws ApiError when it no longer exists */
  async function takeUp(id: string): Promise<void> {
    begin(open.keptOf(await request<TicketDraft>('GET', `/api/ticket-drafts/${id}`)))
  }

  /** The call is over and the page is left: an empty form has nothing to wait for. */
  function leaveCall(): void {
    // Before the desk has heard of its call there is none either: a reload must not clear it.
    madeHere.clear({ isForGood: inCall.value !== null })
    inCall.value = null
    if (isEmpty.value) open.putDown()
  }

  return {
    ...{ form, isEmpty, callId, inCall, proposedName, made, attached },
    ...{ formKey: open.formKey, justMade: madeHere.justMade, madeBefore: madeHere.madeBefore },
    ...{ faults: handing.faults, running: handing.running },
    ...urgencies,
    draftId: computed(() => keeper.value?.id.value ?? ''),
    saving: computed(() => ({
      state: keeper.value?.state.value ?? 'blank',
      savedAt: keeper.value?.savedAt.value ?? null,
      told: keeper.value?.told.value ?? '',
    })),
    flush: (force?: boolean) => keeper.value?.flush(force) ?? Promise.resolve(true),
    handIn: (how: HandIn) => handing.handIn(how, urgencies.urgency.value),
    attach: handing.attach,
    join: (lead: string) => handing.join(lead, urgencies.urgency.value),
    ...{ openFor, proposeName, startNew, another, takeUp, leaveCall },
    ...{ putDown: open.putDown, sendLeftBehind: open.sendLeftBehind },
  }
})

function urgencyOf(form: ComputedRef<TicketForm | null>) {
  const categories = useCategories()
  const emergencies = computed<Emergency[]>(() => {
    const { content = '', wish = '' } = form.value ?? {}
    return emergenciesIn(`${content.slice(0, readAhead)}\n${wish.slice(0, readAhead)}`)
  })
  /** As the matter and the words suggest; a choice by hand takes precedence. */
  const suggestedUrgency = computed<Urgency>(() => {
    if (emergencies.value.length > 0) return 'P1'
    return categories.find(form.value?.categoryCode ?? '')?.urgency ?? 'P3'
  })
  const urgency = computed<Urgency>(() => form.value?.urgency || suggestedUrgency.value)
  return { emergencies, suggestedUrgency, urgency }
}
