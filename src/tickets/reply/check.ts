/**
 * 答复审核: what is wrong with a unit's answer, before it counts. Pure: the page asks while the clerk types, the server when
 * the answer is handed in and when it is approved. It finds words and their absence, and decides nothing: a person may
 * override what it finds, with a reason. Source: domain model 2, 3.6 (C1 to C14).
 */

export const replyFaultCodes = [
  ...(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7'] as const),
  ...(['C8', 'C9', 'C10', 'C11', 'C12', 'C13', 'C14'] as const),
]
export type ReplyFaultCode = (typeof replyFaultCodes)[number]

/** HIGH: the answer is not handed in before it is mended or overridden with a reason. */
export type ReplyWeight = 'HIGH' | 'MIDDLE' | 'LOW'

export const replyFaults: Record<ReplyFaultCode, { weight: ReplyWeight; title: string; advice: string }> = {
  C1: { weight: 'HIGH', title: '过度承诺', advice: '改为说明将采取的措施' },
  C2: { weight: 'HIGH', title: '承诺了期限', advice: '有期限的承诺须先办理“承诺办理”，否则请删去日期' },
  C3: { weight: 'MIDDLE', title: '用词绝对', advice: '改为可以核实的说法' },
  C4: { weight: 'HIGH', title: '公开答复含个人信息', advice: '删去手机号、身份证号和门牌号，必要时写入办理情况' },
  C5: { weight: 'MIDDLE', title: '推诿', advice: '说明由谁负责、已如何转交' },
  C6: { weight: 'MIDDLE', title: '没有回应诉求', advice: '请逐项回应来电人说的事' },
  C7: { weight: 'HIGH', title: '涉险事项没有安全提示', advice: '写明已采取的防护措施或提醒注意安全' },
  C8: { weight: 'LOW', title: '缺少称呼或结束语', advice: '以“您好”开头，以感谢或祝愿结尾' },
  C9: { weight: 'HIGH', title: '引用的文件不在政策清单内', advice: '核对文件名称，或请中心把它加入清单' },
  C10: { weight: 'HIGH', title: '联系情况前后矛盾', advice: '只保留实际发生的一种' },
  C11: { weight: 'LOW', title: '没有写明时间', advice: '写明接单、到现场和办结的时间' },
  C12: { weight: 'HIGH', title: '称已解决但依据不足', advice: '至少写明做了什么、结果如何、来电人怎么说中的两项' },
  C13: { weight: 'MIDDLE', title: '反复发生的问题只答复了一次', advice: '写明今后的长效措施' },
  C14: { weight: 'LOW', title: '使用了俗称', advice: '改用单位的规范名称' },
}

/** Lists of `config/reply-check.yaml`. */
export interface ReplyWords {
  overPromise: readonly string[]
  absolutes: readonly string[]
  pushingOff: readonly string[]
  commonWords: readonly string[]
  dangers: readonly string[]
  safetyHints: readonly string[]
  openings: readonly string[]
  closings: readonly string[]
  policies: readonly string[]
  contacted: readonly string[]
  notReached: readonly string[]
  solved: readonly string[]
  measures: readonly string[]
  results: readonly string[]
  citizenWords: readonly string[]
  repeated: readonly string[]
  lasting: readonly string[]
  properNames: Readonly<Record<string, string>>
}

export interface CheckedReply {
  /** What the citizen is told. */
  publicReply: string
  /** What the hotline is told: how it was handled. */
  internalReply: string
}

/** What the citizen asked for. */
export interface Demand {
  title: string
  text: string
  /** A promise with a plan is under way (承诺办理): dates may be named. */
  hasPromise: boolean
}

export interface ReplyFault {
  code: ReplyFaultCode
  /** The words in question, as they stand in the answer; none where something is missing. */
  found: string[]
}

type Rule = (texts: Texts, words: ReplyWords) => string[] | null

/** All that the rules look at, in one spelling. */
interface Texts {
  told: string
  all: string
  demand: string
  hasPromise: boolean
}

/** @returns what is wrong, in the order of the codes; nothing for an answer without a word in it */
export function checkReply(reply: CheckedReply, demand: Demand, words: ReplyWords): ReplyFault[] {
  const texts: Texts = {
    told: plain(reply.publicReply),
    all: plain(`${reply.publicReply}\n${reply.internalReply}`),
    demand: plain(`${demand.title}\n${demand.text}`),
    hasPromise: demand.hasPromise,
  }
  if (texts.told.trim() === '') return []
  return replyFaultCodes.flatMap((code) => {
    const found = rules[code](texts, words)
    return found === null ? [] : [{ code, found: [...new Set(found)] }]
  })
}

/** 100 − 15 for each of HIGH, 5 of MIDDLE, 2 of LOW; never below 0. */
export function markOf(faults: readonly ReplyFault[]): number {
  const cost: Record<ReplyWeight, number> = { HIGH: 15, MIDDLE: 5, LOW: 2 }
  return Math.max(
    0,
    faults.reduce((mark, { code }) => mark - cost[replyFaults[code].weight], 100),
  )
}

/** Those that stop an answer until a person overrides them with a reason. */
export function blockingIn(faults: readonly ReplyFault[]): ReplyFault[] {
  return faults.filter(({ code }) => replyFaults[code].weight === 'HIGH')
}

const rules: Record<ReplyFaultCode, Rule> = {
  C1: ({ told }, { overPromise }) => some(overPromise.filter((word) => isSaid(told, word))),
  C2: ({ told, hasPromise }) => (hasPromise ? null : some(promisedDates(told))),
  C3: ({ told }, { absolutes }) => some(wordsIn(told, absolutes)),
  C4: ({ told }) => some(personalIn(told)),
  C5: ({ told }, { pushingOff }) => some(wordsIn(told, pushingOff)),
  C6: ({ all, demand }, { commonWords }) => (doesFace(demand, all, commonWords) ? null : []),
  C7: ({ all, demand }, { dangers, safetyHints }) =>
    dangers.some((word) => isSaid(demand, word)) && lacks(all, safetyHints) ? [] : null,
  C8: ({ told }, { openings, closings }) => (lacks(told, openings) || lacks(told, closings) ? [] : null),
  C9: ({ told }, { policies }) => (policies.length === 0 ? null : some(strangeDocuments(told, policies))),
  C10: ({ all }, { contacted, notReached }) => both(wordsIn(all, contacted), wordsIn(all, notReached)),
  C11: ({ all }) => (time.test(all) ? null : []),
  C12: ({ all }, words) => (factsIn(all, words) < 2 ? some(words.solved.filter((word) => isSaid(all, word))) : null),
  C13: ({ all, demand }, { repeated, lasting }) =>
    wordsIn(demand, repeated).length > 0 && lacks(all, lasting) ? [] : null,
  C14: ({ told }, { properNames }) => some(colloquialIn(told, properNames)),
}

const plain = (text: string) => text.toWellFormed().normalize('NFKC')
const some = (found: string[]): string[] | null => (found.length === 0 ? null : found)
const both = (one: string[], other: string[]) => (one.length > 0 && other.length > 0 ? [...one, ...other] : null)
const wordsIn = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word))
/** An empty list asks for nothing. */
const lacks = (text: string, words: readonly string[]) => words.length > 0 && wordsIn(text, words).length === 0

/** Right before a word it says the opposite: 不能保证解决, 尚未解决. */
const denial = /(?:不|未|没|没有|无法|不能|难以|尚未|并未|是否|如未|若未|暂未)$/

function isSaid(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (!denial.test(text.slice(Math.max(0, at - 2), at))) return true
  }
  return false
}

const day =
  '(?:\\d{4}年)?(?:\\d{1,2}月(?:\\d{1,2}[日号]|[上中下]旬|底|初|份)?|今?明?年底|[本下这]?月底|[本下]周[一-日]?|明天|后天)'
const span = '[\\d一二三四五六七八九十两]{1,4}个?(?:工作日|天|日|周|星期|月|小时)(?:之?内|以内|后)'
const will = '(?:将|会|拟|预计|计划|力争|争取|确保|承诺|保证|定于)'
const futureDate = new RegExp(
  `${will}[^,。;!?]{0,24}?(?:${day}|${span})|(?:${day}|${span})[^,。;!?]{0,3}前?[^,。;!?]{0,3}${will}`,
)
const doneBefore = new RegExp(`(?:${day})之?前[^,。;!?]{0,8}(?:完成|解决|完工|办结|整改|修复|到位|支付|发放)`)

/** A clause that says 已 tells what is done. */
function promisedDates(text: string): string[] {
  return text
    .split(/[,。;!?\n]/)
    .filter((clause) => !clause.includes('已'))
    .flatMap((clause) => futureDate.exec(clause)?.[0] ?? doneBefore.exec(clause)?.[0] ?? [])
}

/**
 * Mobile and identity numbers (GB 11643), doors of a home. A landline in an answer is an office's: citizens are told where
 * they may ask. No run of digits is without a bound: a text of 5,000 of them takes no longer than other texts.
 */
const personal = [
  /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g,
  /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g,
  /(?<!\d)\d{1,9}(?:(?:号楼|号院|栋|幢|座|号)\d{0,9})?单元\d{1,9}(?:层|楼)?\d{0,9}(?:室|户|号)?/g,
  /(?<!\d)\d{1,9}(?:号楼|栋|幢|座)\d{2,4}(?:室|户|号)?/g,
]

function personalIn(text: string): string[] {
  return personal.flatMap((pattern) => text.match(pattern) ?? [])
}

/** Two pairs of neighbouring characters that the demand has and not every ticket: as many as a word of three. */
const sharedPairs = 2

function doesFace(demand: string, reply: string, commonWords: readonly string[]): boolean {
  const wanted = pairsOf(demand, commonWords)
  if (wanted.size < sharedPairs) return true
  return reply.split(/[。;!?\n]/).some((sentence) => {
    const shared = [...pairsOf(sentence, commonWords)].filter((pair) => wanted.has(pair))
    return shared.length >= sharedPairs
  })
}

function pairsOf(text: string, commonWords: readonly string[]): Set<string> {
  const bare = commonWords.reduce((rest, word) => rest.replaceAll(word, ' '), text)
  const runs = bare.match(/[\p{Script=Han}\w]+/gu) ?? []
  return new Set(
    runs.flatMap((run) => {
      const characters = [...run]
      return characters.slice(1).map((next, at) => `${characters[at]}${next}`)
    }),
  )
}

/** Without book marks; what stands in a longer title of the list is that one: 《民法典》. */
function strangeDocuments(text: string, policies: readonly string[]): string[] {
  const cited = [...text.matchAll(/《([^《》]{2,80})》/g)].map((match) => match[1] ?? '')
  const isKnown = (title: string) => policies.some((policy) => policy.endsWith(title) || title.endsWith(policy))
  return cited.filter((title) => !isKnown(title.replace(/[((].*$/, ''))).map((title) => `《${title}》`)
}

const time =
  /\d{1,2}月\d{1,2}[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?:当日|当天|昨日|今日)[上下]?午?|\d{1,2}[::时]\d{0,2}/

function factsIn(text: string, { measures, results, citizenWords }: ReplyWords): number {
  return [measures, results, citizenWords].filter((list) => list.some((word) => isSaid(text, word))).length
}

function colloquialIn(text: string, properNames: ReplyWords['properNames']): string[] {
  return Object.entries(properNames)
    .filter(([said, proper]) => text.replaceAll(proper, '').includes(said))
    .map(([said, proper]) => `${said} → ${proper}`)
}
