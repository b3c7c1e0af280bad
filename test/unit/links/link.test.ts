import { expect, it } from 'vitest'
import { fieldsForBody, fileKindOf } from '../../../src/links/link.ts'
import { eventKinds, stepOf } from '../../../src/tickets/life/ticket.ts'

it('a file that is added to a step is what the step needs', () => {
  expect(
    [null, 'contact', 'reply', 'final'].map((kind) => fileKindOf(kind as Parameters<typeof fileKindOf>[0])),
  ).toEqual(['HANDLING', 'CONTACT', 'HANDLING', 'SEALED'])
  for (const kind of eventKinds) {
    const { needsFile } = stepOf(kind)
    if (needsFile !== undefined) expect([kind, fileKindOf(kind)]).toEqual([kind, needsFile])
  }
})

it('a body is asked why parts are missing, or why its answer stands, only when that was refused', () => {
  const names = (refused: string | null) => fieldsForBody('reply', refused).map(({ name }) => name)
  const plain = names(null)
  expect(plain).not.toContain('missingParts')
  expect(names('ticket.parts-open')).toEqual(expect.arrayContaining([...plain, 'missingParts']))
  expect(names('ticket.reply-stopped')).not.toContain('missingParts')
  expect(names('ticket.reply-stopped').length).toBe(plain.length + 1)
  expect(fieldsForBody('return', null).map(({ kind }) => kind)).not.toContain('unit')
})
