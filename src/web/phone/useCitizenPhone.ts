import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { GuestNumbers, GuestPhone } from '../../phone/api.ts'
import type { Instant } from '../../platform/types.ts'
import { ApiError, request, wordsOf } from '../api.ts'
import { serverNow } from '../live/clock.ts'
import { checkMicrophone, micWords } from '../sip/microphone.ts'
import type { SipPhone } from '../sip/phone.ts'

const registerMs = 8000

/** A guest's telephone: it requests its own SIP address at the first call, and again for another number. */
export function useCitizenPhone() {
  /** `joining`: requesting an address and registering. */
  const state = ref<'loading' | 'off' | 'idle' | 'joining'>('loading')
  const lines = ref<GuestNumbers['numbers']>([])
  const failure = ref('')
  const digits = ref('')
  const answeredAt = ref<Instant | null>(null)
  const lastEnd = ref<string | null>(null)
  const phone = shallowRef<SipPhone | null>(null)
  let access: { given: GuestPhone; asked: string } | null = null

  const call = computed(() => phone.value?.call.value ?? 'none')
  watch(call, (now) => {
    if (now === 'talking') answeredAt.value = serverNow()
  })

  void request<GuestNumbers>('GET', '/api/phone').then(
    ({ numbers }) => {
      lines.value = numbers
      state.value = 'idle'
    },
    (error: unknown) => {
      const isOff = error instanceof ApiError && error.code === 'phone.off'
      state.value = isOff ? 'off' : 'idle'
      if (!isOff) failure.value = wordsOf(error)
    },
  )

  async function dial(number: string, own: string): Promise<void> {
    if (state.value === 'joining' || call.value !== 'none') return
    failure.value = ''
    lastEnd.value = null
    digits.value = ''
    state.value = 'joining'
    try {
      const trouble = await checkMicrophone()
      if (trouble) throw new Error(micWords[trouble].replace('无法接听', '无法通话'))
      const ready = await join(own)
      ready.dial(number)
    } catch (error) {
      failure.value = wordsOf(error)
      if (error instanceof ApiError && error.code === 'phone.off') state.value = 'off'
    } finally {
      if (state.value === 'joining') state.value = 'idle'
    }
  }

  async function join(own: string): Promise<SipPhone> {
    const isGood = access !== null && access.asked === own && access.given.expiresAt > serverNow() + 60_000
    if (!isGood || !phone.value) {
      leave()
      const given = await request<GuestPhone>('POST', '/api/phone', own === '' ? {} : { callerNumber: own })
      access = { given, asked: own }
      const { makePhone } = await import('../sip/phone.ts')
      phone.value = makePhone({ access: given, onEnd: (end) => (lastEnd.value = endWords(end)) })
    }
    const made = phone.value
    if (!(await isRegistered(made))) {
      leave()
      throw new Error('电话没有注册成功，请稍后再试。')
    }
    return made
  }

  function leave(): void {
    phone.value?.stop({ quietly: false })
    phone.value = null
    access = null
  }
  onBeforeUnmount(leave)

  return {
    state,
    lines,
    failure,
    digits,
    answeredAt,
    lastEnd,
    call,
    isSoundBlocked: computed(() => phone.value?.isSoundBlocked.value ?? false),
    dial,
    hangUp: () => phone.value?.hangUp(),
    press(key: string) {
      phone.value?.press(key)
      digits.value += key
    },
    allowSound: () => phone.value?.allowSound(),
  }
}

function isRegistered(phone: SipPhone): Promise<boolean> {
  if (phone.line.value === 'registered') return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (is: boolean): void => {
      stop()
      window.clearTimeout(timer)
      resolve(is)
    }
    const timer = window.setTimeout(() => settle(false), registerMs)
    const stop = watch(phone.line, (line) => {
      if (line === 'registered') settle(true)
    })
  })
}

function endWords(end: { status: number | null; cause: string; isOurs: boolean }): string {
  if (end.status === 404) return '此号码不存在，无法接通。'
  if (end.status === 486 || end.status === 600) return '对方忙，请稍后再拨。'
  if (end.status !== null && end.status >= 400 && end.status !== 487) return `没有接通（${end.status}）。`
  return end.isOurs ? '您已挂断。' : '对方已挂断。'
}
