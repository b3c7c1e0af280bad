import { onScopeDispose, ref, shallowRef } from 'vue'
import type { ActedByLink, CodeSent, LinkFound, LinkTicket } from '../../links/api.ts'
import type { Attachment } from '../../tickets/api.ts'
import type { AttachmentKind } from '../../tickets/files/attachment.ts'
import type { EventKind } from '../../tickets/life/ticket.ts'
import { ApiError, request, wordsOf } from '../api.ts'
import { shrinkPhoto } from '../tickets/files/shrinkPhoto.ts'
import { bodyOf, type Values } from '../tickets/steps/actionForms.ts'

/** What a body without accounts sees: its link, the code, the ticket, and that it has answered. */
type Stage = 'loading' | 'failed' | 'over' | 'code' | 'ticket' | 'done'

/** Why a step was refused; `code` of the refusal. */
export interface Refused {
  words: string
  code: string
}

export function useAnswer(token: string) {
  const stage = ref<Stage>('loading')
  const words = ref('')
  const found = shallowRef<LinkFound | null>(null)
  const ticket = shallowRef<LinkTicket | null>(null)
  const isBusy = ref(false)
  /** Seconds until another code can be sent; null: none was sent yet. */
  const nextIn = ref<number | null>(null)
  const files = shallowRef<Attachment[]>([])
  const number = shallowRef<{ phone: string | null; name: string | null } | null>(null)

  const counting = setInterval(() => {
    if (nextIn.value !== null && nextIn.value > 0) nextIn.value -= 1
  }, 1_000)
  onScopeDispose(() => clearInterval(counting))

  const path = () => `/api/public/links/${found.value?.id ?? ''}`

  /** @returns the words of what went wrong, after the stage has followed it */
  function fail(error: unknown): string {
    const code = error instanceof ApiError ? error.code : ''
    words.value = wordsOf(error)
    if (code === 'link.over' || (code === 'request.invalid' && stage.value === 'loading')) stage.value = 'over'
    else if (code === 'link.code-needed') stage.value = 'code'
    else if (stage.value === 'loading') stage.value = 'failed'
    return words.value
  }

  async function open(): Promise<void> {
    stage.value = 'loading'
    words.value = ''
    try {
      found.value = await request<LinkFound>('POST', '/api/public/links/open', { token })
      if (found.value.isVerified) await read()
      else stage.value = 'code'
    } catch (error) {
      fail(error)
    }
  }

  async function read(): Promise<void> {
    try {
      const now = await request<LinkTicket>('GET', `${path()}/ticket`)
      ticket.value = now
      files.value = now.attachments
      stage.value = 'ticket'
      words.value = ''
    } catch (error) {
      fail(error)
    }
  }

  async function busy(work: () => Promise<void>): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    words.value = ''
    try {
      await work()
    } catch (error) {
      if (error instanceof ApiError && error.code === 'link.too-many-codes') nextIn.value = error.retryAfterS
      fail(error)
    } finally {
      isBusy.value = false
    }
  }

  const askCode = () =>
    busy(async () => {
      nextIn.value = (await request<CodeSent>('POST', '/api/public/links/code', { token })).nextInS
    })
  const enter = (code: string) =>
    busy(async () => {
      await request('POST', '/api/public/links/enter', { token, code })
      await read()
    })

  /** @returns null when it is done */
  async function act(kind: EventKind, values: Values): Promise<Refused | null> {
    const shown = ticket.value
    if (!shown) return null
    isBusy.value = true
    try {
      const acted = await request<ActedByLink>('POST', `${path()}/actions`, bodyOf(kind, values, shown.version))
      if (acted.isOver) stage.value = 'done'
      else await read()
      return null
    } catch (error) {
      const code = error instanceof ApiError ? error.code : ''
      const said = fail(error)
      if (code === 'ticket.stale' || code === 'ticket.wrong-state' || code === 'ticket.not-allowed') await read()
      return { words: said, code }
    } finally {
      isBusy.value = false
    }
  }

  async function addFile(chosen: File, kind: AttachmentKind): Promise<string | null> {
    try {
      const file = await shrinkPhoto(chosen)
      const query = new URLSearchParams({ name: file.name, kind })
      files.value = [...files.value, await request<Attachment>('POST', `${path()}/files?${query}`, file)]
      return null
    } catch (error) {
      return fail(error)
    }
  }

  const reveal = () =>
    busy(async () => {
      number.value = await request('POST', `${path()}/reveal`, { reason: '联系来电人' })
    })

  return {
    stage,
    words,
    found,
    ticket,
    isBusy,
    nextIn,
    files,
    number,
    path,
    open,
    askCode,
    enter,
    act,
    addFile,
    reveal,
  }
}
