import { customPinyin, pinyin } from 'pinyin-pro'

/** Pronunciations that differ from the library's: 长子 the county is not 长子 the eldest son. */

customPinyin({ 长子: 'zhǎng zǐ' })

/** First letters of the pinyin: `路灯照明` → `ldzm`. */
export function initialsOf(name: string): string {
  const letters = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
  return letters
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

/** A few hundred names of matters, units and counties; some old ones after edits. */
const known = new Map<string, string>()

/** Syllables with blanks between, ü as v: `吕梁` → `lv liang`. */
export function pinyinOf(name: string): string {
  let found = known.get(name)
  if (found === undefined) {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true })
    found = syllables
      .map((one) => one.toLowerCase().replace(/[^a-z0-9]/g, ''))
      .join(' ')
      .replace(/ +/g, ' ')
      .trim()
    known.set(name, found)
  }
  return found
}
