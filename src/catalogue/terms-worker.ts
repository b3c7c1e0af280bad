import { parentPort, workerData } from 'node:worker_threads'
import { openLexicon } from './lexicon.ts'
import { type Named, termsOf } from './terms.ts'

/** Ends after its answer, which frees the dictionary's memory. */

const matters: Named[] = workerData
parentPort?.postMessage(termsOf(matters, openLexicon(matters.map(({ keywords }) => keywords))))
