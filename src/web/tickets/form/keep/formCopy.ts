import { ulid } from 'ulid'
import { type Ref, ref } from 'vue'
import type { CallId, Instant } from '../../../../platform/types.ts'
import { serverNow } from '../../../live/clock.ts'
import { isBlank, type TicketForm } from '../form.ts'
import { dropForm, type KeptForm, keepForm, textOf } from './formDrafts.ts'

/** One form as this page, this machine and the server have it. */
export interface FormCopy {
  id: Ref<string>
  callId: Ref<CallId | null>
  form: Ref<TicketForm>
  savedAt: Ref<Instant | null>
  /** 0: the server knows nothing of it. */
  version(): number
  /** Whether there is nothing to send: the server has all of it, or nobody has typed into it. */
  isSettled(): boolean
  /** The text to be sent, and what was sent before without an answer; from here on it is one of those. */
  sending(): { text: string; lost: string[] }
  /** The server has this text, as this version. */
  arrived(text: string, version: number): void
  /** The server's version is this one, which does not have our text. */
  follow(version: number): void
  /** It goes on under another id; the server's one stays as it is. */
  fork(): void
  /** Without its call. */
  forgetCall(): void
  /**
   * On this machine.
   * @returns false when there is no room for it
   */
  keep(isSent: boolean): boolean
  /** Not any more. */
  drop(): void
}

/** Requests of which the answer was lost; one is usual. */
const mostUnanswered = 5

/** @param kept as the server has it, as this machine kept it, or new */
export function openCopy(personId: number, kept: KeptForm): FormCopy {
  const id = ref(kept.id)
  const callId = ref(kept.callId)
  const form = ref(kept.form)
  const savedAt = ref<Instant | null>(kept.isSent ? kept.savedAt : null)
  let { version, unanswered } = kept
  /** What the server has. */
  let sent = kept.isSent ? textOf(kept.form) : ''

  function follow(other: number): void {
    version = other
    unanswered = []
    sent = ''
  }

  return {
    ...{ id, callId, form, savedAt, follow },
    version: () => version,
    // A form that nobody has typed into is not worth a row.
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
