/**
 * Requirements for a password. Pure: the page shows the same rules while typing.
 * Source: 等保 level 3 (complexity of what identifies a person); NIST SP 800-63B 3.1.1.2 (length before everything else).
 */

export const shortestPassword = 12
export const longestPassword = 256
/** From this length on, one kind of character is enough: a sentence. */
const sentenceLength = 20
const leastKinds = 3
const leastDifferent = 6

const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]

/** As people count: a 4-byte character counts once. */
const lengthOf = (text: string): number => [...text].length

export interface PasswordRule {
  id: 'length' | 'kinds' | 'variety' | 'own-name'
  title: string
  isMet: boolean
}

/**
 * Every rule, met or not, in the order in which people read them.
 * @param own personal data that must not be in it: user name, name, 工号
 */
export function passwordRules(password: string, own: readonly string[]): PasswordRule[] {
  const length = lengthOf(password)
  const different = new Set(password.toLowerCase()).size
  const found = kinds.filter((kind) => kind.test(password)).length
  const lower = password.toLowerCase()
  const names = own.map((name) => name.toLowerCase()).filter((name) => lengthOf(name) >= 2)
  return [
    {
      id: 'length',
      title: `${shortestPassword} 至 ${longestPassword} 个字符`,
      isMet: length >= shortestPassword && length <= longestPassword,
    },
    {
      id: 'kinds',
      title: `大写字母、小写字母、数字、其他字符中至少 ${leastKinds} 种；满 ${sentenceLength} 个字符则不限`,
      isMet: found >= leastKinds || length >= sentenceLength,
    },
    { id: 'variety', title: `至少 ${leastDifferent} 个不同的字符`, isMet: different >= leastDifferent },
    {
      id: 'own-name',
      title: '不含用户名、姓名和工号',
      isMet: !names.some((name) => lower.includes(name)),
    },
  ]
}

/** @returns what is wrong, as one Chinese sentence; null for an acceptable password */
export function passwordFault(password: string, own: readonly string[]): string | null {
  const broken = passwordRules(password, own).filter((rule) => !rule.isMet)
  return broken.length === 0 ? null : `密码不符合要求：${broken.map((rule) => rule.title).join('；')}。`
}
