import { parentPort, workerData } from 'node:worker_threads'
import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'
import { agreementOf, longestWord, type Model, type Sample, train } from './model.ts'

/** Trains a model and ends, which frees the dictionary's memory. */

export interface Trained {
  model: Model
  words: number
  heldOut: number | null
}

/**
 * A word that fewer tickets have may tell who a citizen is, and says little; one that half of them have says nothing.
 * Only Chinese words: numbers and names of people's accounts are none.
 */
const fewestTickets = 5
const mostShare = 0.5
const mostWords = 5_000
const isWord = new RegExp(`^\\p{Script=Han}{2,${longestWord}}$`, 'u')

function vocabularyOf(samples: readonly Sample[]): Set<string> {
  const jieba = Jieba.withDict(dict)
  const spread = new Map<string, number>()
  for (const { text } of samples) {
    for (const word of new Set(jieba.cutForSearch(text, true))) {
      if (isWord.test(word)) spread.set(word, (spread.get(word) ?? 0) + 1)
    }
  }
  const kept = [...spread].filter(([, count]) => count >= fewestTickets && count <= samples.length * mostShare)
  kept.sort(([one, count], [other, otherCount]) => otherCount - count || (one < other ? -1 : 1))
  return new Set(kept.slice(0, mostWords).map(([word]) => word))
}

const samples: Sample[] = workerData
const vocabulary = vocabularyOf(samples)
const [shown, hidden] = [samples.filter((_, at) => at % 5 !== 0), samples.filter((_, at) => at % 5 === 0)]
const heldOut = hidden.length === 0 ? null : agreementOf(train(shown, vocabulary), hidden) / hidden.length
const trained: Trained = { model: train(samples, vocabulary), words: vocabulary.size, heldOut }
parentPort?.postMessage(trained)
