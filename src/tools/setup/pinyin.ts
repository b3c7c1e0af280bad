import { pinyin } from 'pinyin-pro'

const punctuation: Record<string, string> = {
  '，': ',',
  '、': ',',
  '；': ',',
  '：': ',',
  '。': '.',
  '！': '.',
  '？': '?',
}

/**
 * Chinese text as syllables with tone numbers. espeak-ng's own word list reads most characters by the English name of
 * their syllable („nin two hao three“ for 您好); its pinyin voice speaks these as they should be.
 */
export function toPinyin(text: string): string {
  const spaced = pinyin(text.trim(), { toneType: 'num', v: true, nonZh: 'consecutive' })
  return spaced.replace(/\s*([，、；：。！？])/g, (_, mark: string) => punctuation[mark] ?? ' ').replace(/\s+/g, ' ')
}
