import { z } from 'zod'

/** Who works on which ticket at the moment. */

const instant = z.number().describe('ms since 1970, UTC')

export const claim = z
  .object({
    number: z.string(),
    by: z.object({ id: z.number(), name: z.string() }),
    at: instant,
    until: instant.describe('then it ends by itself'),
  })
  .meta({ id: 'TicketClaim' })
export type Claim = z.infer<typeof claim>

export const claimList = z.object({ claims: z.array(claim) }).meta({ id: 'TicketClaimList' })
export type ClaimList = z.infer<typeof claimList>

export const claiming = z
  .object({ takeOver: z.boolean().default(false).describe('also where somebody else has it') })
  .meta({ id: 'TicketClaiming' })
