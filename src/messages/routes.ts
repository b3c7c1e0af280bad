import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import { sampleMessages } from './api.ts'
import { readFileMessages } from './port.ts'

const mostShown = 50

/** The telephones of the sample: every message that was written to the files, as its receiver would read it. */
export function routeSampleMessages(
  web: Web,
  { settings }: { settings: Pick<Settings, 'GUEST_PHONE' | 'varDir'> },
): void {
  web.get(
    '/api/phone/messages',
    {
      // Off where the citizen phone is: the path does not exist.
      onRequest: async () => {
        if (!settings.GUEST_PHONE) throw new Refusal('phone.off')
      },
      schema: {
        operationId: 'listSampleMessages',
        tags: ['phones'],
        summary: 'messages to telephones that the sample writes to a file, the last first',
        refusals: ['phone.off'],
        security: [],
        response: { 200: sampleMessages },
      },
    },
    async () => ({ messages: await readFileMessages(settings.varDir, mostShown) }),
  )
}
