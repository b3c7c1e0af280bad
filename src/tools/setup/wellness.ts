import { claimVariable, readClaim } from '../../calls/lead/lease.ts'
import type { Settings } from '../../settings.ts'
import type { Kept } from './keeper.ts'
import { answers, readVariable } from './servers/asterisk.ts'

/** Whether a program that lives also does its work; see `watchdog.ts`. */

export function asteriskIsWell(settings: Settings): () => Promise<boolean> {
  return () => answers(settings)
}

/**
 * The leading controller renews its lease at Asterisk every second. If Asterisk is unreachable, or another one leads,
 * the state of this one is unknown.
 */
export function controllerIsWell(settings: Settings, kept: Pick<Kept, 'pid'>): () => Promise<boolean> {
  let last = ''
  return async () => {
    const text = await readVariable(settings, claimVariable(settings.ARI_APP))
    const owner = (text && readClaim(text)?.owner) || ''
    const isOurs = Number(owner.split('/')[2]) === kept.pid()
    const isQuiet = isOurs && text === last
    last = text ?? ''
    return !isQuiet
  }
}

export function webIsWell(pages: string): () => Promise<boolean> {
  return async () => (await fetch(`${pages}/healthz`, { signal: AbortSignal.timeout(4_000) })).ok
}
