import { onScopeDispose, type Ref, ref, watch } from 'vue'

/** True once a condition has held for a while: a hiccup of half a second is not worth a banner. */
export function useLasting(condition: () => boolean, ms: number): Readonly<Ref<boolean>> {
  const lasts = ref(false)
  let timer: number | undefined
  watch(
    condition,
    (holds) => {
      window.clearTimeout(timer)
      if (holds) timer = window.setTimeout(() => (lasts.value = true), ms)
      else lasts.value = false
    },
    { immediate: true },
  )
  onScopeDispose(() => window.clearTimeout(timer))
  return lasts
}
