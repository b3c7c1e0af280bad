import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TicketId } from '../../../../src/platform/types.ts'
import { type CallerFacts, scrub, scrubAll } from '../../../../src/tickets/life/scrub.ts'
import { tokensOf } from '../../../../src/tickets/lists/tokens.ts'
import { factsOf, keptOf, searchTokensOf } from '../../../../src/tickets/records/rows.ts'
import { aMatter } from '../../../servers/tickets/world.ts'

const facts = (change: Partial<CallerFacts>): CallerFacts => ({ name: null, phones: [], addresses: [], ...change })
const caller = facts({ name: '张三丰', phones: ['+8613912345678'], addresses: ['英雄路88号院'] })

describe('the number of a hidden caller', () => {
  it.each([
    ['电话13912345678。', '电话＊＊＊。'],
    ['139 1234 5678 或 139-1234-5678', '＊＊＊ 或 ＊＊＊'],
    ['+86 139 1234 5678', '＊＊＊'],
    ['0086-139-1234-5678', '＊＊＊'],
    ['013912345678', '＊＊＊'],
    ['１３９１２３４５６７８', '＊＊＊'],
    ['139–1234–5678', '＊＊＊'],
    ['139‑1234‑5678', '＊＊＊'],
    ['139·1234·5678', '＊＊＊'],
    ['139/1234/5678', '＊＊＊'],
    ['139、1234、5678', '＊＊＊'],
    ['139，1234，5678', '＊＊＊'],
    ['139_1234_5678', '＊＊＊'],
    ['139~1234~5678', '＊＊＊'],
    ['139:1234：5678', '＊＊＊'],
    ['1\u200b3\u200b9\u200b12345678', '＊＊＊'],
    ['1️⃣3️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣', '＊＊＊\ufe0f\u20e3'],
    ['一三九一二三四五六七八', '＊＊＊'],
    ['幺三九，幺二三四，五六七八', '＊＊＊'],
    ['壹叁玖壹贰叁肆伍陆柒捌', '＊＊＊'],
    ['一3九1二3四5六7八', '＊＊＊'],
    ['2026-11-23 13912345678', '2026-11-23 ＊＊＊'],
    ['只记得 1391234567', '只记得 ＊＊＊'],
    ['尾号5678的手机', '尾号＊＊＊的手机'],
    ['后四位是 5678', '后四位是 ＊＊＊'],
    // Another one, though most of it is the same: a whole town begins with these digits.
    ['店主电话 13912345679', '店主电话 13912345679'],
    ['车位5678号', '车位5678号'],
  ])('is taken out: %s', (text, expected) => {
    expect(scrub(text, caller)).toBe(expected)
  })

  it('of a landline is taken out with and without its area code', () => {
    const landline = facts({ phones: ['+863552123456'] })
    for (const text of [
      '0355-2123456',
      '3552123456',
      '(0355)2123456',
      '（0355）2123456',
      '+86 355 2123456',
      '零三五五二一二三四五六',
    ]) {
      expect(scrub(text, landline), text).toBe('＊＊＊')
    }
    expect(scrub('家里电话2123456', landline)).toBe('家里电话＊＊＊')
  })

  it('of each call is taken out, not only the one that was given', () => {
    expect(scrub('13900001111 或 13900002222', facts({ phones: ['+8613900001111', '+8613900002222'] }))).toBe(
      '＊＊＊ 或 ＊＊＊',
    )
  })

  it('is an identity number as well, of whomever', () => {
    for (const written of [
      '14040319800101123X',
      '140403 19800101 1234',
      '一四零四零三19800101123x',
      '140403-1980-0101-123Ｘ',
    ]) {
      expect(scrub(`证件${written}。`, facts({})), written).toBe('证件＊＊＊。')
    }
    expect(scrub('订单号 140403198013011234', facts({}))).toBe('订单号 140403198013011234')
  })
})

describe('the name of a hidden caller', () => {
  it.each([
    ['张三', '我叫张三。', '我叫＊＊＊。'],
    ['张三', '我叫张　三。', '我叫＊＊＊。'],
    ['张三', '我叫张 三。', '我叫＊＊＊。'],
    ['张三', '张三先生来电', '＊＊＊先生来电'],
    ['张三', '张先生来电', '＊＊＊来电'],
    ['张三', '张某来电', '＊＊＊来电'],
    ['张三', '（老张说）', '（＊＊＊说）'],
    ['欧阳明月', '欧阳 明月', '＊＊＊'],
    ['欧阳明月', '欧阳女士反映', '＊＊＊反映'],
    ['欧阳明月', '明月女士反映', '＊＊＊反映'],
    ['买买提·艾力', '买买提•艾力', '＊＊＊'],
    ['买买提·艾力', '买买提艾力', '＊＊＊'],
    ['买买提艾力', '买买提．艾力', '＊＊＊'],
    // Who is complained about, and what only looks like a name.
    ['王五', '王主任不作为', '王主任不作为'],
    ['高山', '小高层住宅', '小高层住宅'],
    ['灯', '路灯不亮', '路灯不亮'],
  ])('%s is taken out: %s', (name, text, expected) => {
    expect(scrub(text, facts({ name }))).toBe(expected)
  })
})

describe('the home of a hidden caller', () => {
  const home = facts({ addresses: ['长治市潞州区英雄中路紫金小区12号楼3单元501'] })

  it.each([
    ['住英雄中路紫金小区12号楼3单元501', '住＊＊＊'],
    ['住紫金小区12号楼', '住＊＊＊'],
    ['紫金小区 12 号楼 3 单元', '＊＊＊'],
    ['紫金小区十二号楼', '＊＊＊'],
    ['3单元501的邻居', '＊＊＊的邻居'],
    // What follows it belongs to it, though the address does not have it.
    ['紫金小区12号楼5单元302室太吵', '＊＊＊太吵'],
    ['英雄中路紫金小区，下午3点', '＊＊＊，下午3点'],
    // A district and a street are no home.
    ['潞州区英雄中路路灯不亮', '潞州区英雄中路路灯不亮'],
    ['501路公交车', '501路公交车'],
  ])('is taken out in parts: %s', (text, expected) => {
    expect(scrub(text, home).replaceAll(/(?:＊＊＊)+/g, '＊＊＊')).toBe(expected)
  })

  it('keeps the name of an estate that begins the address', () => {
    expect(scrub('阳光小区3号楼漏水', facts({ addresses: ['阳光小区3号楼'] }))).toBe('＊＊＊漏水')
  })
})

/** What people put between digits. */
const between = fc.constantFrom(
  '',
  ' ',
  '-',
  '–',
  '‑',
  '·',
  '/',
  '、',
  '，',
  '_',
  '~',
  ':',
  '：',
  '.',
  '\u00a0',
  '\u200b',
  ') ',
  '\n',
)
const writings = [
  '0123456789',
  '０１２３４５６７８９',
  '〇一二三四五六七八九',
  '零幺两三四五六拐八勾',
  '零壹贰叁肆伍陆柒捌玖',
]
const mobile = fc.stringMatching(/^1[3-9]\d{9}$/)

function written(number: string) {
  return fc
    .tuple(
      fc.array(between, { minLength: 11, maxLength: 11 }),
      fc.array(fc.constantFrom(...writings), { minLength: 11, maxLength: 11 }),
    )
    .map(([gaps, ways]) =>
      [...number].map((digit, at) => `${at === 0 ? '' : gaps[at]}${[...(ways[at] ?? '')][Number(digit)]}`).join(''),
    )
}

const digitsIn = (text: string) =>
  [...text.normalize('NFKC').replace(/[〇一二三四五六七八九零幺两拐勾壹贰叁肆伍陆柒捌玖]/g, '0')].filter((sign) =>
    /\d/.test(sign),
  )

describe('no view of a unit', () => {
  const texts = fc.constantFrom('', '我要举报老王', '请核实。', '🐎 ', '路灯不亮，')

  it('has a digit of the number in it, however it was written', () => {
    fc.assert(
      fc.property(
        mobile.chain((number) => fc.tuple(fc.constant(number), written(number))),
        texts,
        texts,
        ([number, text], before, after) => {
          const known = facts({ name: '甲乙', phones: [`+86${number}`] })
          const value = { note: `${before}${text}${after}`, list: [{ deep: `${after}${text}` }] }
          expect(digitsIn(JSON.stringify(scrubAll(value, known)))).toEqual([])
        },
      ),
    )
  })

  it('has one in a title that is the beginning of the content, nor in the words it is searched by', () => {
    const filler = fc.integer({ min: 0, max: 45 }).map((length) => '路灯不亮请尽快修'.repeat(6).slice(0, length))
    const kind = fc.constantFrom({ isConfidential: true }, { isAnonymous: true }, { type: 'REPORT' as const })
    fc.assert(
      fc.property(
        filler,
        mobile.chain((number) => fc.tuple(fc.constant(number), written(number))),
        kind,
        fc.boolean(),
        (start, [number, text], chosen, isOfCall) => {
          const phone = `+86${number}`
          const caller = { name: '甲乙', phone: isOfCall ? null : phone, address: null }
          const kept = keptOf(
            aMatter({
              ...chosen,
              content: `${start}${text}。谢谢`,
              place: '',
              caller,
              callNumbers: isOfCall ? [phone] : [],
            }),
          )
          expect(digitsIn(kept.title)).toEqual([])
          const id = '01M8MEV2D0CE3YA10RWJHV51WB' as TicketId
          const row = { ...kept, id, publicReply: null, internalReply: null }
          const found = new Set(searchTokensOf(row, factsOf(kept), []).split(' '))
          const asked = tokensOf(id, { shown: [number], internal: [] }).split(' ')
          expect(asked.filter((word) => found.has(word))).toEqual([])
          if (kept.isAnonymous) expect(digitsIn(kept.content)).toEqual([])
        },
      ),
    )
  })

  it('has the name in it, whatever signs a name has', () => {
    const name = fc.string({ minLength: 2, maxLength: 8, unit: 'grapheme' }).filter((text) => text.trim().length >= 4)
    fc.assert(
      fc.property(name, texts, texts, (who, before, after) => {
        expect(scrub(`${before}${who}${after}`, facts({ name: who }))).not.toContain(who.trim())
      }),
    )
  })

  it('is changed where nobody is hidden in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(scrub(text, facts({ name: '欧阳明月', phones: ['+8613912345678'], addresses: ['英雄路88号院'] }))).toBe(
          text,
        )
      }),
    )
  })
})
