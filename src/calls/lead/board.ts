import type { Settings } from '../../settings.ts'
import { openRest } from '../../telephony/ari/rest.ts'
import { openVariables } from '../../telephony/ari/variables.ts'
import type { Board } from './leadership.ts'
import { claimVariable } from './lease.ts'

/** A look or a beat that takes longer than this is useless. */
const limitMs = 900

/** The lease on the calls of one Asterisk, kept in a global variable of that Asterisk. */
export function openBoard(
  settings: Pick<Settings, 'ariUrl' | 'ARI_USERNAME' | 'ariPassword' | 'ARI_APP'>,
): Board & { close(): void } {
  const rest = openRest({
    ...{ url: settings.ariUrl, username: settings.ARI_USERNAME, password: settings.ariPassword, limitMs },
  })
  const variables = openVariables(rest)
  const claim = claimVariable(settings.ARI_APP)
  return {
    async read() {
      const answer = await variables.get(claim)
      return answer.ok ? answer.value : null
    },
    write: async (text) => (await variables.set(claim, text)).ok,
    close: rest.close,
  }
}
