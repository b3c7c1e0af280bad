import { parentPort, workerData } from 'node:worker_threads'
import { openLexicon } from './lexicon.ts'
import { type Named, termsOf } from './terms.ts'

/** Ends after its answer, and with it the dictionary in its memory. */

const matters: Named[] = workerData
parentPort?.postMessage(termsOf(matters, openLexicon(matters.map(({ keywords }) => keywords))))
