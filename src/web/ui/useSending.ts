import { nextTick, type Ref, ref, shallowRef } from 'vue'
import { ApiError, wordsOf } from '../api.ts'

/**
 * What a form says while it is sent: that it runs, what was done, what was refused, and the fault of each field.
 * @param form whose first faulty field is focused
 */
export function useSending(form?: Ref<HTMLElement | undefined>) {
  const isRunning = ref(false)
  const failure = ref('')
  const told = ref('')
  const faults = shallowRef<Record<string, string>>({})

  /** @returns whether it was done */
  async function run(work: () => Promise<string>): Promise<boolean> {
    isRunning.value = true
    failure.value = ''
    told.value = ''
    faults.value = {}
    try {
      told.value = await work()
      return true
    } catch (error) {
      failure.value = wordsOf(error)
      if (error instanceof ApiError) {
        faults.value = Object.fromEntries(error.faults.map(({ path, message }) => [path.split('.')[1] ?? '', message]))
      }
      await nextTick()
      form?.value?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
      return false
    } finally {
      isRunning.value = false
    }
  }
  const faultOf = (field: string): string => faults.value[field] ?? ''
  return { isRunning, failure, told, faultOf, run }
}
