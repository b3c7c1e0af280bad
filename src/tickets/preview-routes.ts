import { addressOf, readNumber } from '../lines/written.ts'
import type { Guard } from '../people/guard.ts'
import type { Web } from '../platform/web/web.ts'
import { type UnitPreview, unitPreview, unitPreviewInput } from './api.ts'
import { scrub } from './life/scrub.ts'
import { isCallerHidden } from './life/view.ts'
import { type OwnCalls, ownCallRefusals } from './own-calls.ts'
import { beginningOf, factsOf } from './records/rows.ts'

/** What of a form the unit in charge would see, while an agent fills it in: the page does not know the whole number. */
export function routePreview(web: Web, parts: { guard: Guard; ownCalls: OwnCalls; areaCode: string }): void {
  web.post(
    '/api/tickets/unit-preview',
    {
      onRequest: parts.guard.needs('tickets.write'),
      bodyLimit: 128 * 1024,
      schema: {
        operationId: 'previewForUnit',
        tags: ['tickets'],
        summary: 'what of a form the unit in charge would see',
        refusals: ownCallRefusals,
        body: unitPreviewInput,
        response: { 200: unitPreview },
      },
    },
    async (request): Promise<UnitPreview> => {
      const { type, content, wish, place, accused, caller, isAtHome, ...chosen } = request.body
      const isHidden = isCallerHidden({ ...chosen, type: type ?? 'OTHER' })
      const arrivals = await parts.ownCalls(request, chosen.callIds)
      const typed = readNumber(caller.phone, parts.areaCode)
      const phone = typed.ok ? typed.e164 : null
      const facts = factsOf({
        caller: { ...caller, phone, otherPhone: typed.ok && typed.other ? addressOf(typed.other) : null },
        callNumbers: arrivals.flatMap((arrival) => arrival?.callerNumber ?? []),
        ...{ isAtHome: isHidden && isAtHome, township: null, place },
      })
      const shown = (text: string) => (isHidden ? scrub(text, facts) : text)
      const isPlaceHidden = isHidden && isAtHome
      return {
        isCallerHidden: isHidden,
        title: beginningOf(shown(content)),
        ...{ content: shown(content), wish: shown(wish), accused: shown(accused) },
        ...{ place: isPlaceHidden ? '' : shown(place), isPlaceHidden },
      }
    },
  )
}
