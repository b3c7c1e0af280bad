import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { FollowUpDetail, NewAnswers, NewAttempt, NewVerdict } from '../../followup/api.ts'
import { problems } from '../../platform/web/problem.ts'
import { request, wordsOf } from '../api.ts'

const lookMs = 15_000

/** One follow-up: what is known of it, and what this person does with it. */
export function useFollowUp(id: string, changed: () => void) {
  const task = shallowRef<FollowUpDetail | null>(null)
  const failure = ref('')
  const told = ref('')
  const isBusy = ref(false)

  async function load(): Promise<void> {
    try {
      task.value = await request<FollowUpDetail>('GET', `/api/follow-ups/${id}`)
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }
  void load()
  // A citizen may answer by the link meanwhile.
  const look = window.setInterval(() => {
    if (!document.hidden && !isBusy.value && task.value?.state !== 'REVIEW') void load()
  }, lookMs)
  onScopeDispose(() => window.clearInterval(look))

  async function send(path: string, body: object, done: string): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    failure.value = ''
    told.value = ''
    try {
      await request('POST', `/api/follow-ups/${id}/${path}`, body)
      told.value = done
      return true
    } catch (error) {
      failure.value = wordsOf(error)
      return false
    } finally {
      isBusy.value = false
      await load()
      changed()
    }
  }
  const attempt = (body: NewAttempt, done: string) => send('attempts', body, done)
  /** Why no call can begin now, in words; empty: it can. */
  const barWords = computed(() => {
    const bar = task.value?.barToCall ?? null
    return bar === null ? '' : problems[bar].title
  })
  return {
    ...{ task, failure, told, isBusy, barWords },
    call: () => attempt({ act: 'call' }, ''),
    end: (result: Extract<NewAttempt, { act: 'result' }>['result']) =>
      attempt({ act: 'result', result }, '已记下结果。'),
    answer: (body: NewAnswers) => send('answers', body, '已记下答案。'),
    judge: (body: NewVerdict) => send('verdict', body, '已研判，评价反馈单已发给承办单位。'),
  }
}
export type FollowUpInHand = ReturnType<typeof useFollowUp>
