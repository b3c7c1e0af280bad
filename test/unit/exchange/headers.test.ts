import fc from 'fast-check'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { readUserToUser, ticketHeader, userToUser } from '../../../src/exchange/headers.ts'

const id = '01KB8Z4M6T3QW9XJ5R7V2C1DEF'

describe('the packet’s id in the INVITE', () => {
  it('is IA5 text in hex, as ISDN’s user-to-user information', () => {
    expect(userToUser(id)).toBe(`04${Buffer.from(id).toString('hex')};encoding=hex`)
    expect(userToUser(id)).toMatch(/^04[0-9a-f]{52};encoding=hex$/)
  })

  it('is read again, however it is written', () => {
    const hex = userToUser(id).split(';')[0] ?? ''
    for (const written of [
      `${hex};encoding=hex`,
      `${hex.toUpperCase()};encoding=hex`,
      hex,
      `"${hex}";encoding=hex;purpose=isdn-uui;content=isdn-uui`,
      ` ${hex} ; Encoding=HEX ; purpose=isdn-uui`,
      `00c8;encoding=hex, ${hex};encoding=hex`,
    ])
      expect(readUserToUser(written)).toBe(id)
    fc.assert(
      fc.property(fc.nat(2 ** 40), (at) => {
        const one = ulid(at)
        expect(readUserToUser(userToUser(one))).toBe(one)
      }),
    )
  })

  it('is nothing of a stranger’s, and never an error', () => {
    for (const foreign of [
      '',
      'hello',
      '04',
      '0441',
      '0061',
      `04${'41'.repeat(26)};purpose=other`,
      `04${'zz'.repeat(26)}`,
    ])
      expect(readUserToUser(foreign)).toBeNull()
    fc.assert(fc.property(fc.string(), (text) => void readUserToUser(text)))
  })
})

describe('the ticket’s number in the INVITE', () => {
  it('is the number, or says that there is none yet', () => {
    expect([ticketHeader('CZ20261129000001'), ticketHeader(null)]).toEqual(['CZ20261129000001', 'draft'])
  })
  it('lets nothing else into a header', () => {
    expect(() => ticketHeader('CZ1\r\nVia: x')).toThrow('no number of a ticket')
  })
})
