import { z } from 'zod'
import { controlsMessage } from '../platform/text/text.ts'
import { longestNumber } from './written.ts'

/** A field for a telephone number: any text passes on to `readNumber`, which says what is wrong with it. */
export function writtenNumber(what: string) {
  return (
    z
      .string({ error: `请填写${what}` })
      .min(1, `请填写${what}`)
      .max(longestNumber, `${what}最多 ${longestNumber} 个字`)
      // Formatting characters come along when people copy a number, and are skipped; control characters are refused.
      .refine((text) => !/(?![\t\n\r])\p{Cc}/u.test(text), `${what}${controlsMessage}`)
  )
}
