import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { AttachmentList, Duplicate, TicketDraft, TicketMade } from '../../../tickets/api.ts'
import { type Emergency, emergenciesIn } from '../../../tickets/life/emergency.ts'
import type { Urgency } from '../../../tickets/life/ticket.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import { serverNow } from '../../live/clock.ts'
import { useSession } from '../../session/useSession.ts'
import type { Attached, Made } from '../made/made.ts'
import { dropMade, keepMade, readMade } from '../made/madeCards.ts'
import { useCategories } from '../pickers/useCategories.ts'
import { useWhose } from '../whose/useWhose.ts'
import {
  emptyForm,
  type Faults,
  faultsOf,
  formFrom,
  type HandIn,
  isBlank,
  missingIn,
  noteOf,
  readAhead,
  requestOf,
  type TicketForm,
} from './form.ts'
import { type KeptForm, sweepForms, unsentForms } from './formDrafts.ts'
import { aNewForm, type FormKeeper, keepTicketForm } from './formKeeper.ts'
import { useDraftBox } from './useDraftBox.ts'

/** The one form of this page, beside a call or without one: it lives on while its user looks at other pages. */
export const useTicketForm = defineStore('ticket-form', () => {
  const session = useSession()
  const categories = useCategories()
  const box = useDraftBox()
  const whose = useWhose()
  const keeper = shallowRef<FormKeeper | null>(null)
  const form = computed(() => keeper.value?.form.value ?? null)
  /** Another form, other fields: the page makes them anew. */
  const formKey = ref(0)
  const faults = ref<Faults>({})
  const running = ref<HandIn | 'attach' | null>(null)
  /** Until another one is begun. */
  const made = ref<Made | null>(null)
  /** Until another one is begun: the ticket that the last form was added to. */
  const attached = shallowRef<Attached | null>(null)
  /** The one that was handed in last on this page: said to others once. */
  const justMade = shallowRef<Made | null>(null)
  /** Of this call; without one the last. Number and code may still have to be read out, and stand nowhere else. */
  const handedIn = ref<Made[]>([])
  const madeBefore = computed(() => handedIn.value.filter(({ number }) => number !== made.value?.number))
  /** That the desk is in. */
  const inCall = ref<CallId | null>(null)
  /** The form before this one, for another ticket of the same caller. */
  let former: TicketForm | null = null
  /** Sent and not answered: it may have arrived. */
  let tried: { key: string; body: object } | null = null
  /** Of an earlier ticket of this number: in the form, and marked as long as it stands there. */
  const proposedName = ref('')
  let proposedFor: CallId | null = null

  const callId = computed(() => keeper.value?.callId ?? null)
  const isEmpty = computed(() => form.value === null || isBlank(form.value))
  const emergencies = computed<Emergency[]>(() => {
    const { content = '', wish = '' } = form.value ?? {}
    return emergenciesIn(`${content.slice(0, readAhead)}\n${wish.slice(0, readAhead)}`)
  })
  /** What the matter and the words say; a choice by hand goes before it. */
  const suggestedUrgency = computed<Urgency>(() => {
    if (emergencies.value.length > 0) return 'P1'
    return categories.find(form.value?.categoryCode ?? '')?.urgency ?? 'P3'
  })
  const urgency = computed<Urgency>(() => form.value?.urgency || suggestedUrgency.value)

  watch(
    () => ({ ...form.value }),
    (now, before) => {
      keeper.value?.touch()
      // What was mended is no longer wrong.
      const fields = Object.keys(faults.value) as (keyof Faults)[]
      for (const field of fields) if (field === 'form' || now[field] !== before[field]) delete faults.value[field]
    },
  )

  function begin(kept: KeptForm): void {
    putDown()
    const personId = session.person?.id
    if (personId === undefined) return
    keeper.value = opened(keepTicketForm(personId, kept))
    formKey.value += 1
    faults.value = {}
    made.value = null
    attached.value = null
    tried = null
    proposedName.value = ''
    void categories.load()
    box.setOpen(kept.id)
  }

  /** All that may still have something to send. */
  const keepers = new Set<FormKeeper>()
  function opened(one: FormKeeper): FormKeeper {
    keepers.add(one)
    return one
  }

  // The next one at this machine neither sees nor sends what the former one typed.
  watch(
    () => session.person?.id,
    () => {
      for (const one of keepers) one.stop()
      keepers.clear()
      keeper.value = null
      made.value = null
      attached.value = null
      handedIn.value = []
      former = null
      box.clear()
      whose.forget()
    },
  )

  function take({ id, callId, content, version, changedAt, call }: TicketDraft): void {
    const of = callId as CallId | null
    if (of !== null && call !== null) whose.learn(of, call)
    begin({ id, callId: of, form: formFrom(content), version, unanswered: [], savedAt: changedAt, isSent: true })
  }

  /** For this call: what was typed for it before, here or at another desk, what was handed in, or an empty form. */
  async function openFor(call: CallId): Promise<void> {
    inCall.value = call
    if (call === callId.value) return
    const personId = session.person?.id
    handedIn.value = personId === undefined ? [] : readMade(localStorage, personId, call)
    const left = leftBehind().find((kept) => kept.callId === call)
    const last = handedIn.value.at(-1)
    if (!last && personId !== undefined) dropMade(localStorage, personId)
    if (left) {
      begin(left)
      void keeper.value?.flush()
    } else if (last) {
      putDown()
      made.value = last
    } else begin(aNewForm(call))
    if (!left) await takeDraftOf(call)
    sendLeftBehind()
  }

  async function takeDraftOf(call: CallId): Promise<void> {
    const mine = keeper.value
    const found = await request<{ drafts: TicketDraft[] }>('GET', `/api/ticket-drafts?call=${call}`).catch(() => null)
    const [last] = found?.drafts ?? []
    // Who has begun to type meanwhile goes on; the other one waits in the box.
    if (last && inCall.value === call && keeper.value === mine && isEmpty.value) take(last)
  }

  /** Once a call. What was typed, or emptied by hand, stays as it is. */
  function proposeName(call: CallId, name: string): void {
    if (call === proposedFor) return
    proposedFor = call
    const open = keeper.value
    if (open === null || open.callId !== call || open.isOnServer() || open.form.value.callerName !== '') return
    proposedName.value = name
    open.form.value.callerName = name
  }

  /** 新建工单: beside a call for its caller, else for somebody whom nobody knows yet. What is open stays. */
  function startNew(): void {
    if (form.value !== null) return
    if (inCall.value === null) begin(aNewForm(null, emptyForm('WALK_IN')))
    else if (made.value?.callId === inCall.value) another()
    else begin(aNewForm(inCall.value))
  }

  /** 再建一单: of the same call, by the same caller. */
  function another(): void {
    const { callerName, callerPhone, channel } = former ?? emptyForm()
    begin(
      aNewForm(made.value?.callId ?? attached.value?.callId ?? null, {
        ...emptyForm(channel),
        callerName,
        callerPhone,
      }),
    )
  }

  /** Out of the box; what is open goes in. @throws ApiError when it is no longer there */
  async function takeUp(id: string): Promise<void> {
    take(await request<TicketDraft>('GET', `/api/ticket-drafts/${id}`))
  }

  /** Makes room; what is typed waits in the box. */
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

  /** All of it was deleted again, and no file hangs on it: nobody would miss it. */
  async function clearAway(id: string): Promise<void> {
    try {
      const { attachments } = await request<AttachmentList>('GET', `/api/attachments?draft=${id}`)
      if (attachments.length === 0) await box.discard(id)
    } catch {
      // It stays in the box, empty as it is.
    }
    void box.load()
  }

  /** The call is over, and nobody listens any more: an empty form has nothing to wait for. */
  function leaveCall(): void {
    const personId = session.person?.id
    // Before the desk has heard of its call there is none either: a reload forgets nothing.
    if (inCall.value !== null && personId !== undefined) dropMade(localStorage, personId)
    inCall.value = null
    made.value = null
    attached.value = null
    handedIn.value = []
    if (isEmpty.value) putDown()
  }

  function leftBehind(): KeptForm[] {
    const personId = session.person?.id
    // What this page has in hand it sends itself.
    const inHand = new Set([...keepers].map((one) => one.id.value))
    return personId === undefined ? [] : unsentForms(localStorage, personId).filter(({ id }) => !inHand.has(id))
  }

  /** Forms that an earlier page could not send go to the box. */
  function sendLeftBehind(): void {
    const personId = session.person?.id
    if (personId === undefined) return
    for (const kept of leftBehind()) {
      opened(keepTicketForm(personId, kept)).putDown()
    }
    sweepForms(localStorage, personId, serverNow(), keeper.value?.id.value ?? null)
  }

  /** @returns whether it is a ticket now; else `faults` says why not */
  async function handIn(how: HandIn): Promise<boolean> {
    const open = keeper.value
    if (open === null || running.value !== null) return false
    const typed = open.form.value
    faults.value = missingIn(typed, how)
    if (Object.keys(faults.value).length > 0) return false
    running.value = how
    try {
      // Its files hang on the draft, and find the ticket by it.
      await open.flush()
      const draftId = open.id.value
      const body = requestOf(typed, { how, urgency: urgency.value, callId: open.callId, draftId })
      const answer = await send(body, draftId)
      tell({ ...answer, callId: open.callId })
      // The form was kept anew under another id meanwhile: what became a ticket is no draft.
      if (answer.isAsBefore && open.isOnServer()) void box.discard(draftId).catch(() => undefined)
    } catch (error) {
      const isTold = error instanceof ApiError && error.status !== 0
      faults.value =
        withoutCall(open, error) ??
        (isTold ? faultsOf(error, typed) : { form: `${wordsOf(error)}再次提交不会重复建单。` })
      return false
    } finally {
      running.value = null
    }
    former = { ...typed }
    leave(open)
    return true
  }

  /** It is done with: nothing of it waits any more. */
  function leave(open: FormKeeper): void {
    open.end()
    keeper.value = null
    box.setOpen(null)
    box.drop(open.id.value)
  }

  /**
   * Adds what was typed to a ticket that there is, instead of making one: 催办 by the same caller, 补充 by another one.
   * @returns whether it is written; else `faults` says why not
   */
  async function attach({ number, why }: Pick<Duplicate, 'number' | 'why'>): Promise<boolean> {
    const open = keeper.value
    if (open === null || running.value !== null) return false
    const typed = open.form.value
    running.value = 'attach'
    try {
      // Its files hang on the draft, and find the ticket by it.
      await open.flush()
      const draftId = open.id.value
      const kind = why === 'CALLER' ? 'urge' : 'supplement'
      const call = open.callId === null ? {} : { callId: open.callId }
      const body = { action: kind, note: noteOf(typed), ...call, draftId }
      await request('POST', `/api/tickets/${number}/actions`, body, `${draftId}-${number}`)
      former = { ...typed }
      leave(open)
      attached.value = { number, kind, callId: open.callId }
      return true
    } catch (error) {
      faults.value = withoutCall(open, error) ?? { form: wordsOf(error) }
      return false
    } finally {
      running.value = null
    }
  }

  /** An hour after the call its caller may be hidden from the agent: what was typed goes on without the call. */
  function withoutCall(open: FormKeeper, error: unknown): Faults | null {
    if (!(error instanceof ApiError && error.code === 'call.caller-hidden')) return null
    open.forgetCall()
    return { form: `${wordsOf(error)}内容已保留，并已与这通电话脱开：可填写联系电话，再次提交。` }
  }

  function tell(ticket: Made): void {
    made.value = ticket
    justMade.value = ticket
    const ofSameCall = handedIn.value.filter(({ callId }) => callId !== null && callId === ticket.callId)
    handedIn.value = [...ofSameCall, ticket]
    const personId = session.person?.id
    if (ticket.callId !== null && personId !== undefined) {
      keepMade(localStorage, personId, ticket.callId, handedIn.value)
    }
  }

  /** One form is one ticket, however often it is sent: the draft that it was first sent with is the key. */
  async function send(body: object, draftId: string): Promise<Omit<Made, 'callId'>> {
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
  }

  const saving = computed(() => ({
    state: keeper.value?.state.value ?? 'blank',
    savedAt: keeper.value?.savedAt.value ?? null,
    told: keeper.value?.told.value ?? '',
  }))
  const draftId = computed(() => keeper.value?.id.value ?? '')
  const flush = (force?: boolean) => keeper.value?.flush(force) ?? Promise.resolve(true)

  return {
    ...{
      form,
      formKey,
      draftId,
      callId,
      inCall,
      saving,
      faults,
      running,
      made,
      attached,
      justMade,
      madeBefore,
      isEmpty,
      emergencies,
      urgency,
      suggestedUrgency,
      proposedName,
    },
    ...{ openFor, proposeName, startNew, another, takeUp, putDown, leaveCall, handIn, attach, flush, sendLeftBehind },
  }
})
