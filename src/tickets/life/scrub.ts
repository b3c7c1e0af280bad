import { withoutRegion } from '../../platform/text/region.ts'

/**
 * A text without what tells who its caller is, however people write that: numbers with anything between the digits, in
 * Chinese digits, in part; identity numbers; names with spaces, dots and titles; parts of the address. Pure. A text is
 * scrubbed before it is cut, indexed or copied: half a number is not recognised. Source: domain model 3.9.
 */

/** What tells who the caller is. */
export interface CallerFacts {
  name: string | null
  /** E.164 or short codes, an extension after a `;`: the numbers that were given, and those of the calls. */
  phones: readonly string[]
  /** Where they live, and where the matter is when that is their home. */
  addresses: readonly string[]
}

const hiddenWord = '＊＊＊'
/** Shorter names are ordinary words; hiding them would hide the matter. */
const shortestName = 2
const shortestAddress = 4
/** Of a number: no local number has fewer, and so many of a longer one are that one with the rest left out. */
const tellingDigits = 7

export function scrub(text: string, caller: CallerFacts): string {
  if (text === '') return text
  const characters = [...text]
  const hidden = new Array<boolean>(characters.length).fill(false)
  const signs = signsOf(characters)
  const hide = (from: Sign | undefined, to: Sign | undefined) => {
    if (from && to) hidden.fill(true, from.at, to.at + 1)
  }
  hideNumbers(signs, caller.phones, hide)
  hideEndings(signs, caller.phones, hide)
  for (const address of caller.addresses) hideAddress(signs, address, hide)
  for (const [at, character] of characters.entries()) {
    // Of `+86` and `(0355)`.
    if (hidden[at + 1] && /[+＋(（]/.test(character)) hidden[at] = true
  }
  return hideNames(joined(characters, hidden), caller.name)
}

/** The same in all that a value holds. */
export function scrubAll<T>(value: T, caller: CallerFacts): T {
  if (typeof value === 'string') return scrub(value, caller) as T
  if (Array.isArray(value)) return value.map((item: unknown) => scrubAll(item, caller)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scrubAll(part, caller)])) as T
}

/** Each stretch that is hidden as one word. */
function joined(characters: readonly string[], hidden: readonly boolean[]): string {
  return characters
    .map((character, at) => (!hidden[at] ? character : at > 0 && hidden[at - 1] ? '' : hiddenWord))
    .join('')
}

/** Digits as they are written and as they are said on the telephone and the radio. */
const saidDigits: Record<string, string> = {
  ...{ 〇: '0', 零: '0', '○': '0', 洞: '0', 一: '1', 壹: '1', 幺: '1', 二: '2', 贰: '2', 两: '2', 三: '3', 叁: '3' },
  ...{ 四: '4', 肆: '4', 五: '5', 伍: '5', 六: '6', 陆: '6', 七: '7', 柒: '7', 拐: '7', 八: '8', 捌: '8' },
  ...{ 九: '9', 玖: '9', 勾: '9' },
}

/**
 * A character as it counts when texts are compared: a digit, a letter in lower case; nothing for what only stands between
 * them: spaces, punctuation, symbols, marks, what cannot be seen.
 */
function signOf(character: string): string {
  return (
    saidDigits[character] ??
    character
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
  )
}

/** One letter or digit, and the place of its character in the text. */
interface Sign {
  at: number
  sign: string
}
type Hide = (from: Sign | undefined, to: Sign | undefined) => void

function signsOf(characters: readonly string[]): Sign[] {
  return characters.flatMap((character, at) => {
    const sign = character === '十' ? tenBetween(characters[at - 1], characters[at + 1]) : signOf(character)
    return [...sign].map((each) => ({ at, sign: each }))
  })
}

/** 十二号楼 is 12号楼, 二十 is 20. */
function tenBetween(before = '', after = ''): string {
  const [isAfterDigit, isBeforeDigit] = [before, after].map((one) => saidDigits[one] !== undefined)
  return isAfterDigit ? (isBeforeDigit ? '' : '0') : isBeforeDigit ? '1' : '10'
}

/** With one UTF-16 unit for each sign, so that places in it are places among the signs. */
const textOf = (signs: readonly Sign[]) => signs.map(({ sign }) => (sign.length === 1 ? sign : '\ufffd')).join('')

const isDigit = (sign: string) => /^\d$/.test(sign)
/** More than this between two digits and they do not belong to one number. */
const widestGap = 6

/** Digits of a text in stretches: within one there is nothing but gaps between them. */
function digitRuns(signs: readonly Sign[]): Sign[][] {
  const runs: Sign[][] = []
  let run: Sign[] = []
  const close = () => {
    if (run.length >= tellingDigits) runs.push(run)
    run = []
  }
  for (const each of signs) {
    const last = run.at(-1)
    if (last && each.at - last.at - 1 > widestGap) close()
    // Only the end of an identity number may be an X.
    if (isDigit(each.sign) || (each.sign === 'x' && run.length >= 17)) run.push(each)
    else close()
  }
  close()
  return runs
}

function hideNumbers(signs: readonly Sign[], phones: readonly string[], hide: Hide): void {
  for (const run of digitRuns(signs)) {
    const digits = textOf(run)
    const patterns = [identityNumber, ...phones.flatMap(phonePatterns)]
    for (const pattern of patterns) {
      for (const found of digits.matchAll(pattern)) hide(run[found.index], run[found.index + found[0].length - 1])
    }
    if (phones.some((phone) => nationalOf(phone).includes(digits))) hide(run[0], run.at(-1))
  }
}

/** GB 11643: region, day of birth, serial, check character. A wrong check character is a slip of the pen, no other number. */
const identityNumber = /[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]/g

const nationalOf = (phone: string) => phone.replace(/^\+86|;.*$/g, '').replace(/\D/g, '')

/** The number with what may stand before it: country, trunk prefix, area. A landline is known by its local part alone. */
function phonePatterns(phone: string): RegExp[] {
  const national = nationalOf(phone)
  if (national.length < tellingDigits) return []
  const [, area = '', local = national] = /^(10|2\d(?=\d{8}$)|[3-9]\d{2}(?=\d{7,8}$))(\d{7,8})$/.exec(national) ?? []
  return [new RegExp(`(?:(?:00)?86)?0?${area === '' ? '' : `(?:${area})?`}${local}`, 'g')]
}

/** `尾号8000`: the end alone tells it when it is called so. */
function hideEndings(signs: readonly Sign[], phones: readonly string[], hide: Hide): void {
  const text = textOf(signs)
  for (const phone of phones) {
    const ending = nationalOf(phone).slice(-4)
    if (nationalOf(phone).length < tellingDigits) continue
    for (const found of text.matchAll(new RegExp(`(?:尾号|尾数|[末后][1-9]位数?)[是为]?${ending}`, 'g'))) {
      const end = found.index + found[0].length
      hide(signs[end - ending.length], signs[end - 1])
    }
  }
}

/** Of words alone a part must be longer to tell a home than one with a number of a house in it. */
const shortestPart = { withNumber: 4, ofWords: 5 }

/** House, entrance, floor and door that follow a part of an address belong to it. */
const furtherIn = /^(?:\d{1,5}(?:号院|号楼|号|栋|幢|楼|座|单元|层|室|户|门)*)+/

/** The address, and every part of it that is long enough to tell more than a street. */
function hideAddress(signs: readonly Sign[], address: string, hide: Hide): void {
  const home = textOf(signsOf([...withoutRegion(address.trim())]))
  if (home.length < shortestAddress) return
  const text = textOf(signs)
  const hidePart = (from: number, length: number) => {
    const further = furtherIn.exec(text.slice(from + length))?.[0].length ?? 0
    hide(signs[from], signs[from + length + further - 1])
  }
  for (const length of [shortestPart.withNumber, shortestPart.ofWords]) {
    for (let at = 0; at + length <= text.length; at += 1) {
      const part = text.slice(at, at + length)
      if (isTelling(part) && home.includes(part)) hidePart(at, length)
    }
  }
  for (let at = text.indexOf(home); at >= 0; at = text.indexOf(home, at + 1)) hidePart(at, home.length)
}

/** A number alone is no place, few words alone are many places. */
function isTelling(part: string): boolean {
  return /\D/.test(part) && (part.length >= shortestPart.ofWords || /\d/.test(part))
}

const compoundSurnames =
  '欧阳|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|亓官|司寇|巫马|公西|颛孙|壤驷|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|段干|百里|呼延|东郭|南门|羊舌|微生|梁丘|左丘|西门|南荣|东里|即墨|达奚|褚师|纳兰'
/** How citizens are spoken of, not officials: 王主任 may be the one who is complained about. */
const titles =
  '先生|女士|小姐|太太|夫人|师傅|老师|同志|大爷|大妈|大娘|大叔|大婶|大姐|大哥|大嫂|阿姨|叔叔|奶奶|爷爷|老人|某某|某'
/** Between the characters of a name: spaces, hyphens, the dots of names from other languages, what cannot be seen. */
const nameGap = '[\\s\\p{Z}\\p{Cf}\\p{M}·•‧∙・･⋅．.\\-‐‑–—_*＊/]{0,3}'

function hideNames(text: string, name: string | null): string {
  const written = name?.trim() ?? ''
  if ([...written].length < shortestName) return text
  return namePatterns(written).reduce((rest, pattern) => rest.replace(pattern, hiddenWord), text)
}

function namePatterns(name: string): RegExp[] {
  const letters = [...name.normalize('NFKC')].filter((character) => /[\p{L}\p{N}]/u.test(character))
  const spaced = (characters: readonly string[]) => characters.map(escaped).join(nameGap)
  const patterns = [new RegExp(escaped(name), 'giu')]
  if (letters.length < shortestName) return patterns
  patterns.push(new RegExp(spaced(letters), 'giu'))
  const plain = letters.join('')
  if (!/^\p{Script=Han}{2,5}$/u.test(plain)) return patterns
  const surname = new RegExp(`^(?:${compoundSurnames})(?=.)`).exec(plain)?.[0] ?? letters[0] ?? ''
  const given = plain.slice(surname.length)
  const spoken = [[...surname], ...([...given].length > 1 ? [[...given]] : [])].map(spaced)
  patterns.push(new RegExp(`(?:${spoken.join('|')})${nameGap}(?:${titles})`, 'gu'))
  // 小王, but not the 小高 of 小高层.
  patterns.push(
    new RegExp(`(?<!\\p{Script=Han})[老小]${escaped(surname)}(?=$|[^\\p{Script=Han}]|[说称家的]|反映|来电|本人)`, 'gu'),
  )
  return patterns
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
