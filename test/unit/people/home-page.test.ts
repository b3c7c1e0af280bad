import { expect, test } from 'vitest'
import { homePage } from '../../../src/people/person.ts'

test.each([
  ['AGENT', '/desk'],
  ['CALLBACK', '/follow-ups'],
  ['OVERSEER', '/oversight'],
  ['AUDITOR', '/audit'],
] as const)('%s begins at the page of their work', (role, page) => {
  expect(homePage({ roles: [role] })).toBe(page)
})
