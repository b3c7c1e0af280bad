import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  numberPieces,
  promptMedia,
  sayAgentNumber,
  sayDigits,
  sayPosition,
  sayProgress,
  spokenPrompts,
} from '../../../../src/telephony/speech/speech.ts'

const texts = new Set(
  readdirSync(resolve(import.meta.dirname, '../../../../ivr-prompts/zh')).map((file) =>
    file.replace(/\.(txt|wav)$/, ''),
  ),
)

describe('what is spoken', () => {
  it('is a number in pieces', () => {
    const said = (value: number) => numberPieces(value).map((piece) => piece.slice('number-'.length))
    expect(said(0)).toEqual(['0'])
    expect(said(10)).toEqual(['10'])
    expect(said(17)).toEqual(['10', '7'])
    expect(said(20)).toEqual(['2', '10'])
    expect(said(105)).toEqual(['1', '100', '0', '5'])
    expect(said(110)).toEqual(['1', '100', '1', '10'])
    expect(said(999)).toEqual(['9', '100', '9', '10', '9'])
  })

  it('is the place in the line and the wait', () => {
    expect(sayPosition(1, null)).toEqual(['sound:zh/queue-next', 'sound:zh/queue-please-wait'])
    expect(sayPosition(3, 2)).toEqual(
      [
        'queue-ahead',
        'number-2-of',
        'queue-people',
        'queue-expected',
        'number-2-of',
        'queue-minutes',
        'queue-please-wait',
      ].map(promptMedia),
    )
  })

  it('is the progress of a ticket: its number digit by digit, its days and its state in words', () => {
    const at = (day: string) => Date.parse(`${day}T00:30:00+08:00`)
    const progress = { number: 'CZ20261102000012', registeredAt: at('2026-11-02'), dueAt: at('2026-12-20') }
    const said = sayProgress({ ...progress, state: 'SIGNED' })
    expect(said.slice(0, 15)).toEqual([promptMedia('progress-number'), ...sayDigits('20261102000012')])
    expect(said.slice(15)).toEqual(
      [
        ...['progress-registered', 'number-10', 'number-1', 'date-month', 'number-2', 'date-day'],
        'state-signed',
        ...['progress-due', 'number-10', 'number-2', 'date-month', 'number-2', 'number-10', 'date-day'],
        'progress-menu',
      ].map(promptMedia),
    )
    expect(sayProgress({ ...progress, state: 'CLOSED', dueAt: null })).not.toContain(promptMedia('progress-due'))
  })

  it('is an agent number digit by digit', () => {
    expect(sayAgentNumber('1001')).toEqual(
      ['digit-1', 'number-0', 'number-0', 'digit-1', 'agent-number'].map(promptMedia),
    )
  })

  it('has a prompt for every piece, whatever the numbers are', () => {
    expect(spokenPrompts.filter((prompt) => !texts.has(prompt))).toEqual([])
    fc.assert(
      fc.property(fc.double(), fc.option(fc.double()), fc.string(), (position, minutes, number) => {
        for (const media of [...sayPosition(position, minutes), ...sayAgentNumber(number)]) {
          expect(spokenPrompts).toContain(media.slice('sound:zh/'.length))
        }
      }),
    )
  })
})
