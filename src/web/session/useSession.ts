import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { may, type Right } from '../../people/person.ts'
import { request, watchAnswers, wordsOf } from '../api.ts'
import { serverNow } from '../live/clock.ts'
import { type EndReason, endReasonIn, isLoggedOut, type SessionView } from './session.ts'

/** Who is logged in here, or why the log-in is over. */
export const useSession = defineStore('session', () => {
  const view = ref<SessionView | null>(null)
  /** `ended`: not by its owner; the pages stay as they are, and a log-in dialog over them resumes the work. */
  const state = ref<'unknown' | 'in' | 'out' | 'failed' | 'ended'>('unknown')
  const failure = ref('')
  const ended = ref<{ reason: EndReason; at: number } | null>(null)

  let isLeaving = false

  const person = computed(() => view.value?.person ?? null)

  async function load(): Promise<void> {
    try {
      enter(await request<SessionView>('GET', '/api/session'))
    } catch (error) {
      const isOut = isLoggedOut(error)
      const reason = endReasonIn(error)
      // Ended while this page was closed: the log-in page says why, except after a log-out.
      ended.value = reason === null || reason === 'logged-out' ? null : { reason, at: serverNow() }
      state.value = isOut ? 'out' : 'failed'
      failure.value = wordsOf(error)
      view.value = null
    }
  }

  /**
   * Roles or unit changed, or a request was refused: the rights are updated at once, and a log-in that is over ends
   * with the server's reason. Without an answer everything stays as it is for now.
   * @returns false when the log-in is over
   */
  async function refresh(): Promise<boolean> {
    try {
      view.value = await request<SessionView>('GET', '/api/session')
    } catch (error) {
      if (!isLoggedOut(error)) return true
      end(endReasonIn(error) ?? 'expired')
      return false
    }
    return true
  }

  function enter(found: SessionView): void {
    view.value = found
    ended.value = null
    state.value = 'in'
  }

  /**
   * Also over a page whose log-in has expired: its contents stay.
   * @throws ApiError with the reason: wrong password, locked out, server unreachable
   */
  async function logIn(username: string, password: string): Promise<void> {
    await request('POST', '/api/session', { username, password })
    try {
      enter(await request<SessionView>('GET', '/api/session'))
    } catch (error) {
      throw isLoggedOut(error) ? new Error('浏览器没有保存登录信息，请允许本站使用 Cookie 后重试。') : error
    }
  }

  const lastSteps: (() => Promise<void>)[] = []
  /** Steps to take with this log-in before a log-out. */
  function beforeLeaving(step: () => Promise<void>): void {
    lastSteps.push(step)
  }

  const forgetters: (() => void)[] = []
  /** Data to drop when another person may log in. */
  function whenForgotten(step: () => void): void {
    forgetters.push(step)
  }

  /** @throws ApiError when the server was not reached */
  async function logOut(): Promise<void> {
    isLeaving = true
    try {
      for (const step of lastSteps) await step()
      await request('DELETE', '/api/session')
      forget()
    } finally {
      isLeaving = false
    }
  }

  /** Nothing of the pages is kept: another person may log in. */
  function forget(): void {
    for (const step of forgetters) step()
    view.value = null
    ended.value = null
    state.value = 'out'
  }

  function end(reason: EndReason): void {
    // The tab of the log-out goes to the log-in page; the other tabs are informed.
    if (isLeaving) return
    if (state.value === 'in') {
      ended.value = { reason, at: serverNow() }
      state.value = 'ended'
    } else if (ended.value?.reason === 'expired') ended.value = { ...ended.value, reason }
  }

  let isAsking = false
  watchAnswers(({ status }) => {
    if (status !== 401 || state.value !== 'in' || isLeaving || isAsking) return
    isAsking = true
    void refresh().finally(() => {
      isAsking = false
    })
  })

  function has(right: Right): boolean {
    return person.value !== null && may(person.value, right)
  }

  return {
    ...{ view, state, failure, ended, person, load, refresh, logIn, logOut },
    ...{ beforeLeaving, whenForgotten, forget, end, has },
  }
})
