import { Jieba } from '@node-rs/jieba'
import { dict, idf } from '@node-rs/jieba/dict.js'
import type { Lexicon } from './terms.ts'

/** Words of Chinese and how rare each is, from jieba's dictionary. Some 40 MB while it is held; forget it after use. */

/** @param keywords of all matters: words of the site, each of which is one word whatever the dictionary says */
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

/** Of a word that is common in the dictionary. */
const ownFrequency = 5_000
