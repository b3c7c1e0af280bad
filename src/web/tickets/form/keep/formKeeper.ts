import { ulid } from 'ulid'
import { type Ref, ref } from 'vue'
import type { CallId, Instant } from '../../../../platform/types.ts'
import type { TicketDraft } from '../../../../tickets/api.ts'
import { ApiError, request } from '../../../api.ts'
import { serverNow } from '../../../live/clock.ts'
import { emptyForm, type TicketForm } from '../form.ts'
import { openCopy } from './formCopy.ts'
import { afterStale, type KeptForm } from './formDrafts.ts'

/**
 * Saves one form: on this machine with every key, on the server when typing pauses. Whatever fails on either side,
 * nothing that was typed is lost.
 */
export interface FormKeeper {
  id: Ref<string>
  readonly callId: CallId | null
  form: Ref<TicketForm>
  /** `here`: on this machine only, sent when the server is back. */
  state: Ref<'blank' | 'typing' | 'saved' | 'here'>
  savedAt: Ref<Instant | null>
  /** Why it is not on the server, or what happened to it. */
  told: Ref<string>
  /** The form was edited. */
  touch(): void
  /** Sends the present text without waiting for a pause. @returns whether the server has all of it */
  flush(force?: boolean): Promise<boolean>
  /** Typing has ended: continues until the server has it, then removes it from this machine. */
  putDown(): void
  /** Submitted, or deleted. */
  end(): void
  /** Its user has left: what the server does not have stays on this machine, for that user alone. */
  stop(): void
  isOnServer(): boolean
  /** Continues as a form without a call: this person may no longer use the call's data. */
  forgetCall(): void
}

const quietMs = 1_000
/** Longest time without saving while typing continues. */
const mostMs = 4_000
const againMs = 3_000

const forked = {
  ended: '这份草稿已在别处提交或删除；您在这里填写的内容已另存为一份新草稿。',
  changed: '这份草稿已在别处修改；您在这里填写的内容已另存为一份新草稿，别处的那份在草稿箱。',
}

/** A form that is still empty. */
export function aNewForm(callId: CallId | null, form = emptyForm()): KeptForm {
  return { id: ulid(serverNow()), callId, form, version: 0, unanswered: [], savedAt: serverNow(), isSent: false }
}

/** @param kept from the server, from this machine, or new */
export function keepTicketForm(personId: number, kept: KeptForm): FormKeeper {
  const copy = openCopy(personId, kept)
  const { id, callId, form, savedAt, isSettled } = copy
  const state = ref<'blank' | 'typing' | 'saved' | 'here'>(kept.isSent ? 'saved' : 'blank')
  const told = ref('')
  let firstKeyAt = 0
  let timer: number | undefined
  let sending: Promise<void> | null = null
  let isDown = false
  let isOver = false

  function plan(ms: number): void {
    window.clearTimeout(timer)
    if (!isOver) timer = window.setTimeout(() => void flush(), ms)
  }

  function keep(isSent: boolean): void {
    if (!copy.keep(isSent)) told.value = '本机存储已满，内容只保存在服务器。'
  }

  function touch(): void {
    if (isOver || isSettled()) return
    savedAt.value = serverNow()
    // Unreachable: retried automatically. Refused for its contents: they have changed now.
    if (state.value !== 'here' || told.value !== '') {
      if (state.value !== 'typing') firstKeyAt = performance.now()
      state.value = 'typing'
      plan(Math.min(quietMs, Math.max(0, firstKeyAt + mostMs - performance.now())))
    }
    keep(false)
  }

  async function flush(force = false): Promise<boolean> {
    window.clearTimeout(timer)
    while (sending) await sending
    if (isOver || (isSettled() && !(force && copy.version() === 0))) return !isOver
    sending = send().finally(() => {
      sending = null
    })
    await sending
    return state.value === 'saved'
  }

  async function send(): Promise<void> {
    const { text, lost } = copy.sending()
    keep(false)
    try {
      const body = { callId: callId.value, content: JSON.parse(text) as object, version: copy.version() }
      const answer = await request<Pick<TicketDraft, 'version'>>('PUT', `/api/ticket-drafts/${id.value}`, body)
      if (!isOver) arrived(text, answer.version)
    } catch (error) {
      if (!isOver) await failed(error, lost)
    }
  }

  function arrived(text: string, newVersion: number): void {
    copy.arrived(text, newVersion)
    const isAll = isSettled()
    state.value = isAll ? 'saved' : 'typing'
    if (!isForkWord()) told.value = ''
    if (!isAll) plan(quietMs)
    if (isAll && isDown) end()
    else keep(isAll)
  }

  const isForkWord = () => told.value === forked.ended || told.value === forked.changed

  async function failed(error: unknown, lost: string[]): Promise<void> {
    const { code, status, message } = error instanceof ApiError ? error : new ApiError(0, '', String(error))
    if (code === 'draft.stale' || code === 'draft.not-found') {
      await settle(lost)
      return
    }
    state.value = 'here'
    // A form refused for its contents is sent again when they change.
    const isAway = status === 0 || status >= 500 || status === 429 || status === 401
    told.value = isAway ? '' : message
    if (isAway) plan(againMs)
  }

  /** The server has a different version. */
  async function settle(lost: string[]): Promise<void> {
    let onServer: TicketDraft | null
    try {
      onServer = await request<TicketDraft>('GET', `/api/ticket-drafts/${id.value}`)
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'draft.not-found')) {
        state.value = 'here'
        plan(againMs)
        return
      }
      onServer = null
    }
    const next = afterStale({ unanswered: lost }, onServer)
    if (next.do === 'go-on') copy.follow(next.version)
    else {
      copy.fork()
      told.value = onServer === null ? forked.ended : forked.changed
    }
    sendAnew()
  }

  function sendAnew(): void {
    state.value = 'typing'
    keep(false)
    plan(0)
  }

  function putDown(): void {
    isDown = true
    if (isSettled()) end()
    else plan(0)
  }

  function forgetCall(): void {
    copy.forgetCall()
    sendAnew()
  }

  function stop(): void {
    isOver = true
    window.clearTimeout(timer)
  }

  function end(): void {
    stop()
    copy.drop()
  }

  return {
    get callId() {
      return callId.value
    },
    ...{ id, form, state, savedAt, told },
    ...{ touch, flush, putDown, end, stop, forgetCall, isOnServer: () => copy.version() > 0 },
  }
}
