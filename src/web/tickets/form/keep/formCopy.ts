import { ulid } from 'ulid'
import { type Ref, ref } from 'vue'
import type { CallId, Instant } from '../../../../platform/types.ts'
import { serverNow } from '../../../live/clock.ts'
import { isBlank, type TicketForm } from '../form.ts'
import { dropForm, type KeptForm, keepForm, textOf } from './formDrafts.ts'

/** The three copies of one form: in this page, on this machine and on the server. */
export interface FormCopy {
  id: Ref<string>
  callId: Ref<CallId | null>
  form: Ref<TicketForm>
  savedAt: Ref<Instant | null>
  /** 0: the server does not have it. */
  version(): number
  /** Whether there is nothing to send: the server has all of it, or it is still empty. */
  isSettled(): boolean
  /** The text to be sent, and texts sent before without an answer; from here on this text is one of those. */
  sending(): { text: string; lost: string[] }
  /** The server has stored this text as this version. */
  arrived(text: string, version: number): void
  /** The server has this version, which does not contain our text. */
  follow(version: number): void
  /** Continues under another id; the server's copy stays as it is. */
  fork(): void
  /** Without its call. */
  forgetCall(): void
  /**
   * Saves it on this machine.
   * @returns false when there is no space for it
   */
  keep(isSent: boolean): boolean
  /** Removes it from this machine. */
  drop(): void
}

/** Requests whose answer was lost; one is usual. */
const mostUnanswered = 5

/** @param kept from the server, from this machine, or new */
export function openCopy(personId: number, kept: KeptForm): FormCopy {
  const id = ref(kept.id)
  const callId = ref(kept.callId)
  const form = ref(kept.form)
  const savedAt = ref<Instant | null>(kept.isSent ? kept.savedAt : null)
  let { version, unanswered } = kept
  /** The text that the server has. */
  let sent = kept.isSent ? textOf(kept.form) : ''

  function follow(other: number): void {
    version = other
    unanswered = []
    sent = ''
  }

  return {
    ...{ id, callId, form, savedAt, follow },
    version: () => version,
    // An empty form is not worth a row.
    isSettled: () => textOf(form.value) === sent || (version === 0 && isBlank(form.value)),
    sending() {
      const text = textOf(form.value)
      const lost = unanswered
      unanswered = [...lost, text].slice(-mostUnanswered)
      return { text, lost }
    },
    arrived(text, newVersion) {
      version = newVersion
      unanswered = []
      sent = text
      savedAt.value = serverNow()
    },
    fork() {
      dropForm(localStorage, personId, id.value)
      id.value = ulid(serverNow())
      follow(0)
    },
    forgetCall() {
      callId.value = null
      sent = ''
    },
    keep(isSent) {
      const at = savedAt.value ?? serverNow()
      const copy = { id: id.value, callId: callId.value, form: form.value, version, unanswered, savedAt: at, isSent }
      return keepForm(localStorage, personId, copy)
    },
    drop: () => dropForm(localStorage, personId, id.value),
  }
}
