import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UnitCode } from '../../../platform/types.ts'
import { type Hotline, localUrl } from '../../setup/hotline.ts'
import { type Headers, headersOfUnit } from '../load/people.ts'
import type { CrowdAsk, CrowdState } from './app.ts'

/** The process of the crowd: people of a unit, who have no phone. */
export interface Crowd {
  /** Starts a new count. */
  state(): Promise<CrowdState>
  close(): Promise<void>
}

/** Below the number of events that one log-in may send within ten seconds (`src/desk/event-budget.ts`). */
const pagesOfOneLogIn = 100

/** @throws Error when not all of them are let in */
export async function openCrowd(hotline: Hotline, unit: UnitCode, size: number): Promise<Crowd> {
  const headers: Headers[] = []
  for (let open = 0; open < size; open += pagesOfOneLogIn) headers.push(await headersOfUnit(hotline, unit))
  const child = fork(resolve(import.meta.dirname, 'app.ts'), { execPath: process.execPath })
  const exited = once(child, 'exit')
  const answer = async (ask: CrowdAsk | 'state'): Promise<unknown> => {
    const answered = once(child, 'message')
    child.send(ask)
    const first = await Promise.race([answered, exited.then(() => null)])
    if (!first) throw new Error('the crowd of further pages is gone')
    return first[0]
  }
  await answer({ pages: localUrl(hotline.settings), headers, size })
  // Garbage from opening them must not be part of the measurement.
  await sleep(500)
  return {
    state: () => answer('state') as Promise<CrowdState>,
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Why figures measured beside them may not be claimed. */
export function voidsOfCrowd({ connected, told }: CrowdState, size: number): string[] {
  return [
    ...(connected < size ? [`${size - connected} of ${size} further pages were cut off`] : []),
    ...(told < size ? [`${size - told} of ${size} further pages were told of no ticket`] : []),
  ]
}
