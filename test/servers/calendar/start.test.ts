import { Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { awaitedYears, calendarVersions } from '../../../src/calendar/store.ts'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import { startJobs } from '../../../src/roles/jobs.ts'
import { loadSettings } from '../../../src/settings.ts'
import { freshServers } from '../world.ts'

test('the jobs role brings the working days of the site into the database when it starts', async () => {
  const { databaseUrl, redisUrl } = await freshServers()
  const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
  const role = await startJobs(loadSettings({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }), log)
  onTestFinished(() => role.stop())
  const { db, close } = openDatabase({ databaseUrl })
  onTestFinished(close)
  await expect.poll(() => calendarVersions(db), { timeout: 10_000 }).toBe('2025.1+2026.1')
  expect(await awaitedYears(db)).not.toContain(2026)
})
