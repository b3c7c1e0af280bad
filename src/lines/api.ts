import { z } from 'zod'
import { controlsMessage } from '../platform/text/text.ts'
import { longestNumber } from './written.ts'

/** A field for a telephone number: whatever people write is let through to `readNumber`, which says what is wrong in it. */
export function writtenNumber(what: string) {
  return (
    z
      .string({ error: `请填写${what}` })
      .min(1, `请填写${what}`)
      .max(longestNumber, `${what}最多 ${longestNumber} 个字`)
      // Formatting signs come along when people copy a number, and are skipped; these do not.
      .refine((text) => !/(?![\t\n\r])\p{Cc}/u.test(text), `${what}${controlsMessage}`)
  )
}
