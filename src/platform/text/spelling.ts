/** Chinese words found by the letters of their pinyin. Pure: the web page imports it too. */

/** People type ü as v, or as u where the keyboard has no other: lvliang and luliang are 吕梁. */
const fold = (letters: string) => letters.toLowerCase().replace(/[üv]/g, 'u')

/**
 * Whether what is typed spells a word from one of its syllables on, each whole or by its beginning: `wuye`, `wyfw` and
 * `wuyef` all spell 物业服务, and so does `fuwu`.
 * @param pinyin syllables with blanks between, `wu ye fu wu`
 */
export function isSpelled(pinyin: string, typed: string): boolean {
  const letters = fold(typed).replace(/['\s]/g, '')
  if (!/^[a-z0-9]+$/.test(letters)) return false
  const syllables = fold(pinyin).split(' ')
  return syllables.some((_, at) => goesOn(syllables.slice(at), letters))
}

function goesOn([syllable = '', ...others]: string[], letters: string): boolean {
  if (letters === '') return true
  // The longest beginning first: it is nearly always the right one.
  for (let length = Math.min(syllable.length, letters.length); length > 0; length -= 1) {
    if (letters.startsWith(syllable.slice(0, length)) && goesOn(others, letters.slice(length))) return true
  }
  return false
}
