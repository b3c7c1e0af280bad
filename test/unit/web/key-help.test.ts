import { describe, expect, it } from 'vitest'
import { rightNames } from '../../../src/people/person.ts'
import { exchangeKey, keyLabels } from '../../../src/web/desk/shortcuts.ts'
import { keySections } from '../../../src/web/shell/keyHelp.ts'
import { forms } from '../../../src/web/tickets/steps/actionForms.ts'

const keysOf = (...rights: string[]) =>
  keySections((right) => rights.includes(right)).flatMap(({ keys }) => keys.map(({ key }) => key))

describe('the list of keys', () => {
  it('has every key of the desk and every step of a ticket', () => {
    const listed = keysOf(...rightNames).join(' ')
    for (const key of [...Object.values(keyLabels), exchangeKey, ...forms.map(({ form }) => form.key)])
      expect(listed).toContain(key)
  })

  it('tells people what they can do, and nothing else', () => {
    expect(keysOf('unit')).toEqual([
      ...[
        'J K',
        'S',
        'L',
        'Y',
        'A',
        'R',
        'G',
        'F',
        'B',
        'H',
        'N',
        'W',
        'X',
        'P',
        'T',
        'M',
        'I',
        'Z',
        'Q',
        'O',
        'E',
        ',',
        '.',
        ';',
        'Ctrl+Enter',
        'Esc',
        '?',
      ],
    ])
    expect(keysOf('floor')).toEqual(['?'])
  })
})
