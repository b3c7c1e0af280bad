import { ref, watch } from 'vue'
import type { UnitChoice } from '../../../catalogue/api.ts'
import { request, wordsOf } from '../../api.ts'
import type { TicketForm } from '../form/form.ts'

const pauseMs = 200

/** The parts of the form that decide. */
export type ChoosingPart = Pick<TicketForm, 'type' | 'categoryCode' | 'countyCode' | 'accusedUnit'>

/** The unit that the catalogue would choose, as soon as the matter is known, and again when the place is known. */
export function useUnitChoice(form: () => ChoosingPart) {
  const choice = ref<UnitChoice | null>(null)
  const failure = ref('')
  let asked = 0

  watch(
    () => {
      const { type, categoryCode, countyCode, accusedUnit } = form()
      if (categoryCode === '') return ''
      const query = new URLSearchParams({ category: categoryCode })
      if (type !== '') query.set('type', type)
      if (countyCode !== '') query.set('county', countyCode)
      if (accusedUnit !== '') query.set('accused', accusedUnit)
      return query.toString()
    },
    (query, _before, onCleanup) => {
      asked += 1
      const mine = asked
      failure.value = ''
      if (query === '') {
        choice.value = null
        return
      }
      const timer = window.setTimeout(async () => {
        try {
          const found = await request<UnitChoice>('GET', `/api/catalogue/choice?${query}`)
          if (mine === asked) choice.value = found
        } catch (error) {
          if (mine !== asked) return
          choice.value = null
          failure.value = wordsOf(error)
        }
      }, pauseMs)
      onCleanup(() => window.clearTimeout(timer))
    },
    { immediate: true },
  )

  return { choice, failure }
}
