import { Jieba } from '@node-rs/jieba'
import { dict, idf } from '@node-rs/jieba/dict.js'
import type { Lexicon } from './terms.ts'

/** Chinese words and their frequencies, from jieba's dictionary. Some 40 MB in memory; drop it after use. */

/** @param keywords of all matters: the site's words, each of which is one word whatever the dictionary says */
export function openLexicon(keywords: readonly string[]): Lexicon {
  const jieba = Jieba.withDict(dict)
  const own = keywords.flatMap((words) => words.split(' ')).filter((word) => word !== '' && !word.includes('+'))
  jieba.loadDict(Buffer.from(own.map((word) => `${word} ${ownFrequency}\n`).join('')))
  const rarities = new Map<string, number>()
  for (const line of Buffer.from(idf).toString('utf8').split('\n')) {
    const [word = '', value] = line.split(' ')
    if (value !== undefined) rarities.set(word, Number(value))
  }
  return {
    cut: (text) => jieba.cutForSearch(text, true),
    rarity: (word) => rarities.get(word) ?? null,
  }
}

/** As frequent as a common word of the dictionary. */
const ownFrequency = 5_000
