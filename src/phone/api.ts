import { z } from 'zod'
import { sipAccess } from '../people/api.ts'
import { lineModes } from '../site/site.ts'

/** Requests and answers of `/api/phone`: a citizen's phone in the browser. Pure: types for the page. */

export const guestAsk = z
  .object({
    callerNumber: z
      .string()
      .regex(/^\d{5,12}$/, '号码应为 5 至 12 位数字')
      .optional()
      .describe('number of the caller, behind +999'),
  })
  .meta({ id: 'GuestPhoneAsk' })

export const guestNumbers = z
  .object({
    numbers: z
      .array(z.object({ number: z.string(), name: z.string(), mode: z.enum(lineModes) }))
      .describe('what this phone may dial'),
  })
  .meta({ id: 'GuestNumbers' })

export const guestPhone = sipAccess
  .extend({
    callerNumber: z.string().describe('as the hotline sees it: with the unassigned country code 999'),
    expiresAt: z.number(),
  })
  .meta({ id: 'GuestPhone' })

export type GuestNumbers = z.infer<typeof guestNumbers>
export type GuestPhone = z.infer<typeof guestPhone>
