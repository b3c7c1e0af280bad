import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recogniseLine } from '../../../src/lines/dialled.ts'
import { dialForms, normaliseNumber } from '../../../src/lines/number.ts'
import { placeOf } from '../../../src/lines/place.ts'
import { requireSite } from '../../../src/site/load.ts'

const { lines, areaCode } = requireSite(resolve(import.meta.dirname, '../../../config'))
const nothing = { dialled: '12345', diversion: null, historyInfo: null, pCalledParty: null }
const recognise = (facts: Partial<typeof nothing> | Record<string, string>) => {
  const found = recogniseLine({ ...nothing, ...facts }, lines, areaCode)
  return [found.line.number, found.source, found.confidence, found.diverted, found.unknownDiversion]
}

describe('the line that was dialled', () => {
  it('is told by the landing number before anything else', () => {
    expect(recognise({ dialled: '03555550333', diversion: '<sip:12319@carrier>' })).toEqual([
      '12333',
      'DID',
      'CERTAIN',
      '12333',
      null,
    ])
    expect(recognise({ dialled: '+863555550333' })[0]).toBe('12333')
    expect(recognise({ dialled: '5550333' })[0]).toBe('12333')
  })

  it('is told by Diversion, its first entry first', () => {
    const diversion = '"a, b" <sip:12333@10.0.0.1;user=phone>;reason=unconditional, <sip:12319@10.0.0.1>'
    expect(recognise({ diversion })).toEqual(['12333', 'DIVERSION', 'LIKELY', '12333', null])
    expect(recognise({ diversion: '<tel:+86-355-12333>' })[0]).toBe('12333')
    expect(recognise({ diversion: '<sip:+863555552103@x>' })[0]).toBe('03555552103')
  })

  it('is told by the entry of History-Info before the last', () => {
    const historyInfo =
      '<sip:12333@a?Reason=SIP%3Bcause%3D302>;index=1, <sip:12345@b;cause=302>;index=1.1;rc=1, <sip:x@c>;index=1.1.1'
    expect(recognise({ historyInfo })).toEqual(['12333', 'HISTORY_INFO', 'LIKELY', '12333', null])
  })

  it('takes a single entry of History-Info for the target, unless it names a cause', () => {
    expect(recognise({ historyInfo: '<sip:12333@a>;index=1' })).toEqual(['12345', 'DIALLED', 'CERTAIN', null, null])
    expect(recognise({ historyInfo: '<sip:12333@a;cause=302>;index=1' })[0]).toBe('12333')
  })

  it('is told by P-Called-Party-ID, then by the number itself', () => {
    expect(recognise({ pCalledParty: '<sip:12369@x>' })).toEqual(['12369', 'P_CALLED_PARTY', 'LIKELY', '12369', null])
    expect(recognise({ dialled: '12369' })).toEqual(['12369', 'DIALLED', 'CERTAIN', null, null])
  })

  it('is 12345 for a diversion that nobody knows, and the diversion is kept', () => {
    expect(recognise({ diversion: '<sip:0355-5559999@x>' })).toEqual([
      '12345',
      'UNKNOWN_DIVERSION',
      'ASSUMED',
      '03555559999',
      '03555559999',
    ])
  })

  it('is 12345 for nonsense, and never an error', () => {
    const anything = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string()))
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        anything,
        anything,
        anything,
        (dialled, diversion, historyInfo, called) => {
          const facts = { dialled, diversion, historyInfo, pCalledParty: called }
          return lines.includes(recogniseLine(facts, lines, areaCode).line)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is not slowed down by a header that is made to', () => {
    const header = `${'<"\\'.repeat(20_000)}${','.repeat(20_000)}`
    expect(recognise({ diversion: header, historyInfo: header, pCalledParty: header })[0]).toBe('12345')
  })
})

describe('a telephone number', () => {
  it.each([
    ['13912345678', '+8613912345678', '13912345678'],
    ['013912345678', '+8613912345678', '13912345678'],
    ['+8613912345678', '+8613912345678', '13912345678'],
    ['008613912345678', '+8613912345678', '13912345678'],
    ['8613912345678', '+8613912345678', '13912345678'],
    ['sip:+863552021234@host;user=phone', '+863552021234', '03552021234'],
    ['tel:+86-355-202-1234;phone-context=x', '+863552021234', '03552021234'],
    ['"张三" <sip:03552021234@host>;tag=1', '+863552021234', '03552021234'],
    ['2021234', '+863552021234', '03552021234'],
    ['03518888888', '+863518888888', '03518888888'],
    ['01088888888', '+861088888888', '01088888888'],
    ['02888888888', '+862888888888', '02888888888'],
    ['4001234567', '+864001234567', '4001234567'],
    ['035512345', '12345', '12345'],
    ['+8635512345', '12345', '12345'],
    ['8635512345', '12345', '12345'],
    ['110', '110', '110'],
    ['95598', '95598', '95598'],
    ['+12025550123', '+12025550123', '0012025550123'],
  ])('%s is read as %s', (raw, e164, national) => {
    expect(normaliseNumber(raw, areaCode)).toEqual({ e164, national })
  })

  it.each(['anonymous', 'Unavailable', 'sip:anonymous@anonymous.invalid', '', ' ', '+', '00', '1', 'a12345', '张三'])(
    '%j is none',
    (raw) => {
      expect(normaliseNumber(raw, areaCode)).toEqual({ e164: null, national: '' })
    },
  )

  it('stays what it is when it is read again', () => {
    const digits = fc.stringMatching(/^[+0]?[0-9]{1,14}$/)
    fc.assert(
      fc.property(digits, (raw) => {
        const { national } = normaliseNumber(raw, areaCode)
        if (national !== '') expect(normaliseNumber(national, areaCode).national).toBe(national)
      }),
    )
  })

  it('is found again in every form that a network may dial it in', () => {
    for (const { number, landingDids } of lines) {
      for (const each of [number, ...landingDids]) {
        for (const form of dialForms(each, areaCode)) expect(normaliseNumber(form, areaCode).national).toBe(each)
      }
    }
  })

  it('tells where it belongs', () => {
    expect(placeOf('+8613912345678', areaCode)).toBe('手机')
    expect(placeOf('+863552021234', areaCode)).toBe('长治')
    expect(placeOf('+861088888888', areaCode)).toBe('北京')
    expect(placeOf('+12025550123', areaCode)).toBe('境外')
    expect(placeOf('12333', areaCode)).toBe('长治')
    expect(placeOf('+8699', areaCode)).toBeNull()
    expect(placeOf(null, areaCode)).toBeNull()
  })
})
