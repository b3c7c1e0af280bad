import { computed, reactive, ref, shallowRef } from 'vue'
import { isLow } from '../../../followup/answers.ts'
import type { NewRating, RatingAsked, RatingGiven } from '../../../followup/links/api.ts'
import type { Level, ReasonCode, SolvedAnswer } from '../../../followup/words.ts'
import { ApiError, request, wordsOf } from '../../api.ts'
import { shrinkPhoto } from '../../tickets/files/shrinkPhoto.ts'

type Stage = 'loading' | 'failed' | 'over' | 'rated' | 'asking' | 'done'

interface Given {
  contacted: NewRating['contacted']
  solved: SolvedAnswer | null
  satisfied: Level | null
  reason: ReasonCode | null
  words: string
  wantsContact: boolean
}

const mostPhotos = 3

/** What a citizen who opened a rating link sees and says. */
export function useRating(token: string) {
  const stage = ref<Stage>('loading')
  const words = ref('')
  const asked = shallowRef<RatingAsked | null>(null)
  const isReviewed = ref(false)
  const isBusy = ref(false)
  const photos = ref<string[]>([])
  const given = reactive<Given>({
    ...{ contacted: null, solved: null, satisfied: null, reason: null, words: '', wantsContact: false },
  })
  const path = `/api/public/ratings/${encodeURIComponent(token)}`
  const isUnhappy = computed(() => given.satisfied !== null && isLow(given.satisfied))

  function fail(error: unknown): void {
    const code = error instanceof ApiError ? error.code : ''
    words.value = wordsOf(error)
    if (code === 'follow-up.rated') stage.value = 'rated'
    else if (code.startsWith('follow-up.') || (stage.value === 'loading' && code === 'request.invalid')) {
      stage.value = 'over'
    } else if (stage.value === 'loading') stage.value = 'failed'
  }

  async function open(): Promise<void> {
    stage.value = 'loading'
    words.value = ''
    try {
      asked.value = await request<RatingAsked>('GET', path)
      stage.value = 'asking'
    } catch (error) {
      fail(error)
    }
  }

  /** @returns name of the question that is not answered yet; null: it was sent, or its refusal is shown */
  async function send(): Promise<string | null> {
    const { contacted, solved, satisfied, reason, words: said, wantsContact } = given
    if (solved === null) return missing('solved', '请选择问题解决得怎么样。')
    if (satisfied === null) return missing('satisfied', '请选择对办理结果是否满意。')
    if (isUnhappy.value && reason === null && said.trim() === '')
      return missing('reason', '请选择不满意的主要原因，或写明意见。')
    isBusy.value = true
    words.value = ''
    try {
      const answers = {
        contacted,
        solved,
        satisfied,
        reason: isUnhappy.value ? reason : null,
        words: said,
        wantsContact,
      }
      isReviewed.value = (await request<RatingGiven>('POST', path, answers)).isReviewed
      stage.value = 'done'
    } catch (error) {
      fail(error)
    } finally {
      isBusy.value = false
    }
    return null
  }

  function missing(question: string, say: string): string {
    words.value = say
    return question
  }

  async function addPhoto(chosen: File): Promise<void> {
    isBusy.value = true
    words.value = ''
    try {
      const file = await shrinkPhoto(chosen)
      await request('POST', `${path}/photos?${new URLSearchParams({ name: file.name })}`, file)
      photos.value = [...photos.value, chosen.name]
    } catch (error) {
      fail(error)
    } finally {
      isBusy.value = false
    }
  }

  const mayAddPhoto = computed(() => photos.value.length < mostPhotos && !isBusy.value)
  return { stage, words, asked, given, photos, isBusy, isReviewed, isUnhappy, mayAddPhoto, open, send, addPhoto }
}
