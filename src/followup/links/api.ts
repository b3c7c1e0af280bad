import { z } from 'zod'
import { attachment } from '../../tickets/api.ts'
import { newAnswers } from '../api.ts'

/** `/api/public/ratings`: what a citizen who opened a link reads and sends. */

const instant = z.number().describe('ms since 1970, UTC')

export const byToken = z.object({ token: z.string().regex(/^[\w-]{22}$/, '链接不完整，请从短信中重新打开') })

export const ratingAsked = z
  .object({
    number: z.string(),
    category: z.string(),
    unit: z.string().nullable(),
    registeredAt: instant,
    closedAt: instant.nullable(),
    publicReply: z.string().nullable(),
    expiresAt: instant,
    isFinal: z.boolean(),
  })
  .meta({ id: 'RatingAsked' })

export const newRating = newAnswers.meta({ id: 'NewRating' })
export const ratingGiven = z
  .object({ isReviewed: z.boolean().describe('a person of the hotline looks at it within one working day') })
  .meta({ id: 'RatingGiven' })

export const photoUpload = z.object({
  name: z.string({ error: '缺少文件名' }).min(1, '缺少文件名').max(512, '文件名过长'),
})
export const photoAdded = attachment.pick({ id: true, fileName: true, bytes: true }).meta({ id: 'RatingPhoto' })

export type RatingAsked = z.infer<typeof ratingAsked>
export type NewRating = z.input<typeof newRating>
export type RatingGiven = z.infer<typeof ratingGiven>
