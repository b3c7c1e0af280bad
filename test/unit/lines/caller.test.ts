import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { displayNameOf, readCaller } from '../../../src/lines/caller.ts'
import { maskNumber } from '../../../src/lines/mask.ts'
import { placeOf } from '../../../src/lines/place.ts'
import { textOf } from '../../../src/platform/text/encoded-text.ts'

const read = (from: string, asserted = '', privacy = '') => readCaller({ from, asserted, privacy }, '0355')
const mobile = '<sip:13912345678@x>'

describe('who calls', () => {
  it('is the first telephone number that the network vouches for, else the one in From', () => {
    expect(read(mobile)?.number).toBe('+8613912345678')
    expect(read(mobile, '<tel:+8613600000001>')?.number).toBe('+8613600000001')
    expect(read(mobile, '<sip:li@x>, "a, b" <tel:+8613600000002>, <tel:+8613600000003>')?.number).toBe('+8613600000002')
    expect(read(mobile, '<sip:li@x>, <>,,')?.number).toBe('+8613912345678')
  })

  it('is a hotline of another city by its short code, whole on every page', () => {
    for (const from of ['<sip:035212345@x>', '<sip:+8635212345@x>', '<tel:0352-12345>']) {
      expect(read(from)?.number).toBe('035212345')
    }
    expect(placeOf('035212345', '0355')).toBe('大同')
    expect(placeOf('+8635212345678', '0355')).toBe('大同')
    expect(maskNumber('035212345')).toBe('035212345')
    expect(read('<sip:035512345@x>')?.number).toBe('12345')
    expect(read('<sip:035299999@x>')?.number).toBeNull()
  })

  it('is not known from an anonymous or empty From', () => {
    expect(read('"Anonymous" <sip:anonymous@anonymous.invalid>')).toMatchObject({ number: null, name: '' })
    expect(read('')).toBeNull()
  })

  it('is withheld where the caller asked for it, in Privacy or by an anonymous From', () => {
    for (const privacy of ['id', 'ID', 'user;id', 'id, user', ' header ; user ']) {
      expect({ privacy, ...read(mobile, '', privacy) }).toMatchObject({ privacy, isWithheld: true })
    }
    for (const privacy of ['', 'none', 'session', 'critical', 'identity']) {
      expect({ privacy, ...read(mobile, '', privacy) }).toMatchObject({ privacy, isWithheld: false })
    }
    expect(read('<sip:anonymous@anonymous.invalid>', '<tel:+8613600000001>')?.isWithheld).toBe(true)
  })
})

describe('a header in bytes', () => {
  it('is UTF-8, else GB18030, else what of it is ASCII; a character that was cut off is left out', () => {
    expect(textOf('%E6%80%BB%E6%9C%BA')).toBe('总机')
    expect(textOf('%D7%DC%BB%FA')).toBe('总机')
    // The second byte is a backslash's.
    expect(textOf('%22%95%5C%22')).toBe('"昞"')
    expect(textOf('a%FF%FEb')).toBe('ab')
    for (const cut of ['%D7%DC%BB', '%D7%DC%B', '%D7%DC%', '%D7%DC%BB%F']) expect(textOf(cut)).toBe('总')
    expect(textOf('100%25 %zz')).toBe('100% %zz')
  })

  test('never has a character that stands for what could not be read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (raw) => {
        const encoded = [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        const isOurs = new TextDecoder().decode(raw).includes('\uFFFD')
        expect(textOf(encoded).includes('\uFFFD') && isOurs).toBe(false)
      }),
    )
  })

  test('gives back every text that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(encodeURIComponent(text))).toBe(text)
      }),
    )
  })
})

test('a display name is without its quotes and escapes', () => {
  expect(displayNameOf(String.raw`"总机 \"A\" \\ \b" <sip:12333@a>`)).toBe(String.raw`总机 "A" \ b`)
  expect(displayNameOf('总机 <sip:12333@a>')).toBe('总机')
  expect(displayNameOf('"" <sip:12333@a>')).toBe('')
  expect(displayNameOf('sip:12333@a')).toBe('')
  expect(displayNameOf('<sip:12333@a>')).toBe('')
})
