import type { Duty } from '../../platform/jobs/ticker.ts'
import { callDue, type KeypadParts } from './calling.ts'
import { settleKeypads } from './settling.ts'

/** The jobs role's part of calls by machine. */
export function keypadDuties(parts: KeypadParts): Duty[] {
  return [
    { everyMs: 3_000, name: 'calls by machine', work: () => callDue(parts) },
    { everyMs: 1_000, name: 'answers by keys', work: () => settleKeypads(parts) },
  ]
}
