/**
 * Words in what an agent types that mean 110, 119, 120 or 122 at once, before any ticket. Pure: read while it is typed,
 * so it only warns and never decides. Source: 国办发〔2022〕12号 (12345 and 110); domain model 2.2, coal words for
 * Changzhi. The list is the place to add words of the city.
 */

export const emergencyServices = {
  '110': '公安',
  '119': '消防救援',
  '120': '急救',
  '122': '交通事故',
} as const
export type EmergencyNumber = keyof typeof emergencyServices

const words: Record<EmergencyNumber, string> = {
  '119':
    '着火 起火 失火 火灾 冒浓烟 爆炸 燃气泄漏 煤气泄漏 天然气泄漏 燃气味 煤气味 瓦斯 透水 冒顶 塌方 坍塌 倒塌 ' +
    '被困 溺水 落水 掉进井 掉井里',
  '120': '受伤 流血 昏迷 晕倒 昏倒 没有呼吸 没呼吸 煤气中毒 中毒 触电 心脏病发作 快不行了 吃了农药 喝了农药 割腕',
  '110':
    '打人 打架 斗殴 持刀 拿刀 砍人 捅人 抢劫 绑架 家暴 救命 杀人 自杀 跳楼 跳河 轻生 不想活 放火 纵火 扬言 非法拘禁',
  '122': '车祸 撞人 撞车 交通事故',
}

/** What takes it back when it stands right before the word: 没有人受伤, 未起火, 不是火灾. */
const denied =
  /(?:没有?|無|无|未|不是|不会|不曾|并非|没有?发生|未发生|防止?|预防|以免|避免|谨防|防范)(?:任何|出现|造成|发生|引起|引发|引)?(?:人员?|过|再)?(?:在|被|因此)?$/
/** What takes it back when it stands right behind: 火灾隐患 is a matter for a ticket, 火灾险 for an insurer. */
const harmless = /^(?:隐患|保险|险|演练|演习|报警器|探测器|预防|应急预案|知识|宣传|科普|的?危险性?吗)/

export interface Emergency {
  word: string
  number: EmergencyNumber
}

/** What was found, each service once, in the order in which it was typed. */
export function emergenciesIn(text: string): Emergency[] {
  const found = Object.entries(words).flatMap(([number, list]) => {
    const hits = list.split(' ').flatMap((word) => placesOf(word, text).map((at) => ({ word, at })))
    // Of two words at one place the longer one is meant.
    const [first] = hits.toSorted((one, other) => one.at - other.at || other.word.length - one.word.length)
    return first ? [{ ...first, number: number as EmergencyNumber }] : []
  })
  return found.toSorted((one, other) => one.at - other.at).map(({ word, number }) => ({ word, number }))
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    // Eight characters are as far as a denial reaches.
    const isDenied = denied.test(text.slice(Math.max(0, at - 8), at))
    if (!isDenied && !harmless.test(text.slice(at + word.length))) places.push(at)
  }
  return places
}
