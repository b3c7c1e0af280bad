import { z } from 'zod'
import { callHours, day, whole } from './files.ts'

/** `config/follow-up.yaml`: when and how often citizens are asked about closed matters. */
export const followUpFile = z.strictObject({
  version: whole(1, 9_999),
  from: day,
  parts: z
    .array(callHours)
    .min(1, 'at least one part of the day')
    .max(6, 'at most 6')
    .refine(
      (parts) => parts.every(({ from }, at) => at === 0 || from >= (parts[at - 1]?.to ?? 0)),
      'one after the other, without overlap',
    )
    // Running rules and domain model: citizens are called from 9:00 to 20:00 only.
    .refine((parts) => parts.every(({ from, to }) => from >= 9 * 60 && to <= 20 * 60), 'between 09:00 and 20:00'),
  partsWanted: whole(1, 6),
  messages: callHours,
  tries: whole(1, 3),
  spacingMinutes: whole(60, 10_080),
  mostMessages: whole(1, 2),
  waitHours: whole(1, 168),
  linkDays: whole(1, 30),
  mergedCalled: whole(0, 1_000),
  mergedSample: whole(0, 100),
  lostMinutes: whole(5, 1_440),
  appealDays: whole(1, 30),
})
