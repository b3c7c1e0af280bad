import { computed, nextTick, ref } from 'vue'
import { ApiError, wordsOf } from '../api.ts'
import { serverNow, useClock } from '../live/clock.ts'
import { spanInWords } from '../ui/format.ts'
import { useSession } from './useSession.ts'

/** Shared by the log-in page and the log-in dialog: one attempt at a time, and its result. */
export function useLogIn(parts: {
  username: () => string
  /** Called after a failed attempt, when its message is on the page. */
  refused: () => void
  done?: () => Promise<void>
}) {
  const session = useSession()
  const now = useClock()
  const password = ref('')
  const failure = ref('')
  const isRunning = ref(false)
  /** Until when log-ins are blocked here, or for this name. */
  const locked = ref<{ until: number; username: string | null }>({ until: 0, username: null })
  const lockedMs = computed(() => {
    const { until, username } = locked.value
    return username === null || username === parts.username().trim() ? Math.max(0, until - now.value) : 0
  })
  const lockedWords = computed(() =>
    lockedMs.value > 0 ? `登录失败次数过多，请 ${spanInWords(lockedMs.value)}后再试。` : '',
  )

  async function submit(): Promise<void> {
    if (isRunning.value || lockedMs.value > 0) return
    failure.value = ''
    if (password.value === '') return refuse('请输入密码。')
    isRunning.value = true
    try {
      await session.logIn(parts.username().trim(), password.value)
      await parts.done?.()
    } catch (error) {
      if (error instanceof ApiError && error.status === 429 && error.retryAfterS !== null) {
        const until = serverNow() + error.retryAfterS * 1000
        locked.value = { until, username: error.code === 'session.locked' ? parts.username().trim() : null }
      }
      password.value = ''
      isRunning.value = false
      await refuse(wordsOf(error))
    } finally {
      isRunning.value = false
    }
  }

  async function refuse(words: string): Promise<void> {
    failure.value = words
    await nextTick()
    parts.refused()
  }

  return { password, failure, lockedMs, lockedWords, isRunning, submit, refuse }
}
