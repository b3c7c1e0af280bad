import { z } from 'zod'
import type { AriAnswer } from './ari.ts'
import type { Rest } from './rest.ts'

/** Global variables of Asterisk: in its memory, lost with it, the same for all clients. */
export interface AriVariables {
  /** '' for a variable that is not set. */
  get(name: string): Promise<AriAnswer<string>>
  set(name: string, value: string): Promise<AriAnswer>
}

const answer = z.object({ value: z.string() })
const path = ['asterisk', 'variable']

export function openVariables(rest: Rest): AriVariables {
  return {
    get: (variable) => readVariable(rest, path, variable),
    async set(variable, value) {
      const set = await rest.ask('POST', path, { query: { variable, value } })
      return set.ok ? { ok: true, value: undefined } : set
    },
  }
}

/** @param where Asterisk itself, or a channel */
export async function readVariable(rest: Rest, where: string[], variable: string): Promise<AriAnswer<string>> {
  const got = await rest.ask('GET', where, { query: { variable } })
  if (!got.ok) return got
  const read = answer.safeParse(got.value)
  return read.success
    ? { ok: true, value: read.data.value }
    : { ok: false, why: 'failed', detail: `GET /${where.join('/')}: not understood` }
}
