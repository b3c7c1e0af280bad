import type { SelectOption } from 'naive-ui'
import { type Ref, ref } from 'vue'
import type { LineList } from '../../calls/api.ts'
import { request } from '../api.ts'

/** 12345 and the old numbers, to choose from. Without them the filter still takes what is typed. */
export function useLineOptions(): Ref<SelectOption[]> {
  const options = ref<SelectOption[]>([])
  void request<LineList>('GET', '/api/lines').then(
    ({ lines }) => {
      options.value = lines.map(({ number, name }) => ({ value: number, label: `${number} ${name}` }))
    },
    () => undefined,
  )
  return options
}
