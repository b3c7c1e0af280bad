import { Worker } from 'node:worker_threads'
import type { Log } from '../platform/process/log.ts'
import type { Terms } from './category.ts'
import type { Named } from './terms.ts'

/** The words that indicate each matter, recomputed when a matter was edited. */

/** By the code of the matter. */
type TermsOfMatters = ReadonlyMap<string, Terms>
const none: TermsOfMatters = new Map()

/**
 * Reading a dictionary takes a second and some 100 MB: so a thread does it, which ends with its answer.
 * @returns a function that gives the terms of a tree; none when they cannot be computed, which is logged: a form
 *   without suggestions still works
 */
export function openMatterTerms(log: Log): (tree: readonly Named[]) => Promise<TermsOfMatters> {
  let known: { of: string; terms: Promise<TermsOfMatters> } | null = null
  return (tree) => {
    const named = tree.map(
      ({ code, level, name, path, keywords, hints }): Named => ({ code, level, name, path, keywords, hints }),
    )
    const of = JSON.stringify(named)
    if (known?.of !== of) known = { of, terms: workOut(named) }
    const { terms } = known
    return terms.catch((error: unknown) => {
      // Computed again for the next page.
      if (known?.terms === terms) known = null
      log.error({ err: error }, 'terms of the matters not computed: forms suggest no matter')
      return none
    })
  }
}

function workOut(named: Named[]): Promise<TermsOfMatters> {
  const worker = new Worker(new URL('./terms-worker.ts', import.meta.url), { workerData: named })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the worker thread exited with ${code} before it answered`)))
  })
}
