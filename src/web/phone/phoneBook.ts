import { ownNumber } from '../../lines/dialled.ts'
import type { GuestNumbers } from '../../phone/api.ts'

/** Numbers that may be dialled, ordered for a person who tries the hotline. Pure. */

type Numbers = GuestNumbers['numbers']

export interface Group {
  title: string
  lines: Numbers
}

/** Landlines come last: they are not recognised by their number. */
const isShort = (number: string) => number.length <= 6

export function phoneBook(lines: Numbers): Group[] {
  const others = lines.filter(({ number }) => number !== ownNumber)
  return [
    { title: '热线本身', lines: lines.filter(({ number }) => number === ownNumber) },
    {
      title: '转接到 12345 的热线',
      lines: others.filter(({ number, mode }) => isShort(number) && mode === 'MERGED_FORWARD'),
    },
    { title: '其他热线', lines: others.filter(({ number, mode }) => isShort(number) && mode !== 'MERGED_FORWARD') },
    { title: '转接到 12345 的电话', lines: others.filter(({ number }) => !isShort(number)) },
  ].filter((group) => group.lines.length > 0)
}
