import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** Names of the API's schemas: two forms of each stand in the document, and a clash would end the whole of it. */
test('no schema has the name that another one has as a request', async () => {
  for (const file of globSync('src/*/api.ts')) await import(resolve(file))
  // What `z.globalRegistry` has no way to list.
  const names = [...(z.globalRegistry as unknown as { _idmap: Map<string, unknown> })._idmap.keys()]
  expect(names).toContain('TicketList')
  expect(names.filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name) || name.endsWith('Input'))).toEqual([])
})
