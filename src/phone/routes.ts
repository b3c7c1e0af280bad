import { randomInt } from 'node:crypto'
import { openBudget, spendOrRefuse } from '../platform/web/budget.ts'
import { clientOf } from '../platform/web/origin.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { guestAsk, guestNumbers, guestPhone } from './api.ts'
import type { Guests } from './guests.ts'

export interface PhoneRouteParts {
  guests: Guests
  site: Pick<Site, 'lines'>
  settings: Pick<Settings, 'GUEST_PHONE' | 'SIP_HOST'>
}

export const phonesPerMinute = 5

export function routeGuestPhone(web: Web, { guests, site, settings }: PhoneRouteParts): void {
  const tags = ['phones']
  const phones = openBudget(60_000, Date.now)
  // Off: the path does not exist.
  const onRequest = async (): Promise<void> => {
    if (!settings.GUEST_PHONE) throw new Refusal('phone.off')
  }

  web.get(
    '/api/phone',
    {
      onRequest,
      schema: {
        operationId: 'listGuestNumbers',
        tags,
        summary: 'numbers that a guest phone may dial',
        refusals: ['phone.off'],
        security: [],
        response: { 200: guestNumbers },
      },
    },
    async () => ({ numbers: site.lines.map(({ number, name, mode }) => ({ number, name, mode })) }),
  )

  web.post(
    '/api/phone',
    {
      onRequest: async (request) => {
        await onRequest()
        spendOrRefuse(phones, clientOf(request.ip), phonesPerMinute)
      },
      schema: {
        operationId: 'issueGuestPhone',
        tags,
        summary: "a citizen's phone in the browser, for half an hour",
        refusals: ['phone.off'],
        security: [],
        // Everything has a default, so an empty body is fine, too.
        body: guestAsk.nullish(),
        response: { 201: guestPhone },
      },
    },
    async (request, reply) => {
      const callerNumber = guestNumber(request.body?.callerNumber ?? inventedNumber())
      const { endpoint, password, token, expiresAt } = await guests.issue(callerNumber, request.ip)
      return reply.code(201).send({
        endpoint,
        password,
        wsPath: `/sip?guest=${token}`,
        domain: settings.SIP_HOST,
        callerNumber,
        expiresAt,
      })
    },
  )
}

/**
 * Country code 999 is unassigned (ITU-T E.164): whatever number guests choose, they get no data about the person who
 * has that number, and leave no data with that person.
 */
function guestNumber(digits: string): string {
  return `+999${digits}`
}

function inventedNumber(): string {
  return `1990000${String(randomInt(10_000)).padStart(4, '0')}`
}
