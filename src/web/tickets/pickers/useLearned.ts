import { ref, watch } from 'vue'
import type { LearnerSuggestion } from '../../../learner/api.ts'
import { request } from '../../api.ts'

const pauseMs = 800
const longestText = 4_000

export interface LearnedFrom {
  text: string
  place: string
  countyCode: string
}

/** The unit that closed tickets like this one, when typing pauses. Without an answer nothing is shown. */
export function useLearned(from: () => LearnedFrom | null) {
  const learned = ref<LearnerSuggestion | null>(null)
  let asked = 0
  watch(
    () => JSON.stringify(from()),
    (body, _before, onCleanup) => {
      asked += 1
      const mine = asked
      const given: LearnedFrom | null = JSON.parse(body)
      if (given === null || given.text.trim() === '') {
        learned.value = null
        return
      }
      const timer = window.setTimeout(async () => {
        const { text, place, countyCode } = given
        const question = { text: text.slice(0, longestText), place, countyCode: countyCode || null }
        const found = await request<LearnerSuggestion>('POST', '/api/learner/suggestion', question).catch(() => null)
        if (mine === asked) learned.value = found
      }, pauseMs)
      onCleanup(() => window.clearTimeout(timer))
    },
    { immediate: true },
  )
  return learned
}
