import { expect, test } from 'vitest'
import { noteParts } from '../../../src/web/calls/noteParts.ts'

const ticket = (text: string) => ({ text, isTicket: true })
const words = (text: string) => ({ text, isTicket: false })

test('a ticket that a call came to is named as one, wherever it stands in the note', () => {
  expect(noteParts('工单 CZ20261127000012')).toEqual([words('工单 '), ticket('CZ20261127000012')])
  expect(noteParts('CZ20261127000012\n催办 CZ20261127000013。')).toEqual([
    ticket('CZ20261127000012'),
    words('\n催办 '),
    ticket('CZ20261127000013'),
    words('。'),
  ])
  expect(noteParts('误拨，CZ2026')).toEqual([words('误拨，CZ2026')])
  expect(noteParts('')).toEqual([])
})
