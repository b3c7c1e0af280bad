import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { may, type Right } from '../../people/person.ts'
import { ApiError, request, wordsOf } from '../api.ts'
import { serverNow } from '../live/clock.ts'
import type { EndReason, SessionView } from './session.ts'

/** Who is logged in here, and why nobody is any more. */
export const useSession = defineStore('session', () => {
  const view = ref<SessionView | null>(null)
  const state = ref<'unknown' | 'in' | 'out' | 'failed'>('unknown')
  const failure = ref('')
  /** Set when the log-in was ended by somebody or something else; a page of its own explains it. */
  const ended = ref<{ reason: EndReason; at: number } | null>(null)

  let isLeaving = false

  const person = computed(() => view.value?.person ?? null)

  async function load(): Promise<void> {
    try {
      view.value = await request<SessionView>('GET', '/api/session')
      state.value = 'in'
    } catch (error) {
      const isOut = error instanceof ApiError && error.status === 401
      state.value = isOut ? 'out' : 'failed'
      failure.value = wordsOf(error)
      view.value = null
    }
  }

  /** Roles or unit changed: what may be done here follows at once. Without an answer all stays as it is for now. */
  async function refresh(): Promise<void> {
    try {
      view.value = await request<SessionView>('GET', '/api/session')
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) end('changed')
    }
  }

  /** @throws ApiError with the reason: wrong password, locked out, server away */
  async function logIn(username: string, password: string): Promise<void> {
    await request('POST', '/api/session', { username, password })
    ended.value = null
    await load()
    if (state.value === 'failed') throw new Error(failure.value)
    if (state.value === 'out') throw new Error('浏览器没有保存登录信息，请允许本站使用 Cookie 后重试。')
  }

  /** @throws ApiError when the server did not hear it */
  async function logOut(): Promise<void> {
    isLeaving = true
    try {
      await request('DELETE', '/api/session')
      forget()
    } finally {
      isLeaving = false
    }
  }

  function forget(): void {
    view.value = null
    state.value = 'out'
  }

  function end(reason: EndReason): void {
    // The tab in which one logs out goes to the log-in page; the other tabs are told.
    if (state.value !== 'in' || isLeaving) return
    ended.value = { reason, at: serverNow() }
    forget()
  }

  function has(right: Right): boolean {
    return person.value !== null && may(person.value, right)
  }

  return { view, state, failure, ended, person, load, refresh, logIn, logOut, end, has }
})
