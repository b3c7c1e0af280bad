import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNumber } from '../../../src/lines/written.ts'

const areaCode = '0355'
/** `e164`, then `转` and the extension, then the other number. */
function read(text: string): string {
  const found = readNumber(text, areaCode)
  if (!found.ok) return found.fault
  const shown = ({ e164, extension }: { e164: string; extension: string | null }) =>
    extension === null ? e164 : `${e164}转${extension}`
  return found.other ? `${shown(found)} ${shown(found.other)}` : shown(found)
}

describe('a telephone number as people write it', () => {
  it.each([
    // Main number and extension apart.
    ['0355-2123456-801', '+863552123456转801'],
    ['0355-2123456转801', '+863552123456转801'],
    ['0355-2123456 ext 801', '+863552123456转801'],
    ['2123456-801', '+863552123456转801'],
    ['0355-2123456-1', '+863552123456转1'],
    ['0355 2123456 801', '+863552123456转801'],
    ['（0355）2123456－801', '+863552123456转801'],
    ['2123456分机801', '+863552123456转801'],
    ['03552123456,801', '+863552123456转801'],
    ['13800138000-801', '+8613800138000转801'],
    // Groups of one number are no extension.
    ['0355-212-3456', '+863552123456'],
    ['139-1234-5678', '+8613912345678'],
    ['138 0013 8000', '+8613800138000'],
    ['010-8888-8888', '+861088888888'],
    ['8888-8888', '+8635588888888'],
    ['400-123-4567', '+864001234567'],
    // Full-width and what stands between.
    ['１３８００１３８０００', '+8613800138000'],
    ['0355－2123456', '+863552123456'],
    ['（0355）2123456', '+863552123456'],
    ['０３５５－２１２３４５６', '+863552123456'],
    ['0355/2123456', '+863552123456'],
    ['(0355)2123456', '+863552123456'],
    ['0355–2123456', '+863552123456'],
    ['0355—2123456', '+863552123456'],
    ['+86 (0)355 2123456', '+863552123456'],
    ['+86 138 0013 8000', '+8613800138000'],
    ['电话：13800138000。', '+8613800138000'],
    // What cannot be seen is not there.
    ['\u202d13800138000\u202c', '+8613800138000'],
    ['138\u200e00138000', '+8613800138000'],
    ['\u206813800138000\u2069', '+8613800138000'],
    ['\ufeff138\u00a00013\u00a08000', '+8613800138000'],
    ['13800138000\n', '+8613800138000'],
    // Two numbers.
    ['13800138000/13900139000', '+8613800138000 +8613900139000'],
    ['13800138000、0355-2123456', '+8613800138000 +863552123456'],
    ['0355-2123456-801，13800138000', '+863552123456转801 +8613800138000'],
    ['13800138000;13900139000', '+8613800138000 +8613900139000'],
    ['13800138000 13900139000', '+8613800138000 +8613900139000'],
    // Services, and abroad.
    ['110', '110'],
    ['0355-12345', '12345'],
    ['95598', '95598'],
    ['+1 202 555 0123', '+12025550123'],
  ])('%j is %s', (text, right) => {
    expect(read(text)).toBe(right)
  })

  it.each([
    ['', '请填写号码。'],
    ['1380013800', '“1380013800”不是完整的号码：手机号是 11 位，这里有 10 位。'],
    ['138001380001', '“138001380001”不是完整的号码：手机号是 11 位，这里有 12 位。'],
    ['11800138000', '“11800138000”不是完整的号码：手机号应以 13 至 19 开头。'],
    ['212345', '“212345”不是完整的号码：座机号是 7 或 8 位，这里有 6 位。'],
    ['0355-21234', '“0355-21234”不是完整的号码：区号加座机号应为 10 至 12 位，这里有 9 位。'],
    ['13800138000张', '“13800138000张”中的“张”不是号码，请只填数字。'],
    ['sip:13800138000@host', '“sip:13800138000@host”中的“s”不是号码，请只填数字。'],
    ['0355-2123456转8012345', '“0355-2123456转8012345”的分机号最多 6 位，这里有 7 位。'],
    ['13800138000、139', '“139”不是完整的号码：手机号是 11 位，这里有 3 位。'],
    ['1、2、3', '“1、2、3”里有 3 个号码，最多填两个。'],
    ['---', '“---”不是完整的号码：没有数字。'],
  ])('%j is refused: %s', (text, fault) => {
    expect(read(text)).toBe(fault)
  })

  it('is never read as something that is not to be dialled, and reads the same when it is read again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+0-9 ()/转x、-]{1,40}$/)), (text) => {
        const found = readNumber(text, areaCode)
        if (!found.ok) {
          expect(found.fault).toMatch(/。$/)
          return
        }
        for (const { e164, extension } of [found, ...(found.other ? [found.other] : [])]) {
          expect(e164).toMatch(/^\+?[1-9]\d{2,14}$/)
          if (extension !== null) expect(extension).toMatch(/^\d{1,6}$/)
          expect(readNumber(e164, areaCode)).toMatchObject({ ok: true, e164, extension: null })
        }
      }),
    )
  })

  it('is not slowed down by a text that is made to', () => {
    for (const text of ['-1'.repeat(50_000), ' ('.repeat(50_000), '转1'.repeat(50_000), '1,'.repeat(50_000)]) {
      expect(readNumber(text, areaCode).ok).toBe(false)
    }
  })
})
