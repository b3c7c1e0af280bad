import { expect, test } from 'vitest'
import { openDatabase } from '../../../../src/platform/database/database.ts'
import { tryMigrations } from '../../../../src/tools/trial/migrations.ts'
import { freshDatabaseUrl } from '../../world.ts'
import { seeded } from './world.ts'

test('tickets of an old structure come to the same rows, however often the migration is killed', {
  timeout: 240_000,
}, async () => {
  const url = await freshDatabaseUrl()
  const database = openDatabase({ databaseUrl: url }, { limitMs: 120_000 })
  await seeded(database, { tickets: 200 })
  await database.close()
  const { tickets, kills, acted, differing } = await tryMigrations({ url, from: '0022', kills: 3, say: () => {} })
  expect(tickets).toBe(200)
  expect(acted).toBeGreaterThan(0)
  expect(kills).toBeGreaterThan(1)
  expect(differing).toEqual([])
})
