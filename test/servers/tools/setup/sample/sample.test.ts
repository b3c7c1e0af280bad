import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { verify } from '@node-rs/argon2'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentSkills } from '../../../../../src/floor/agents/schema.ts'
import { userRoles, users } from '../../../../../src/people/schema.ts'
import { sampleAccountsLeft } from '../../../../../src/people/store.ts'
import { type Database, openDatabase } from '../../../../../src/platform/database/database.ts'
import { requireSite } from '../../../../../src/site/load.ts'
import { loadSample } from '../../../../../src/tools/setup/sample/sample.ts'
import { freshDatabaseUrl } from '../../../world.ts'

const site = requireSite(resolve(import.meta.dirname, '../../../../../config'))
const now = Date.UTC(2026, 10, 23)

let dir: string
let database: Database

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sample-'))
  database = openDatabase({ databaseUrl: await freshDatabaseUrl() })
})
afterEach(async () => {
  await database.close()
  await rm(dir, { recursive: true, force: true })
})

const load = (isForReal = false) => loadSample(database.db, dir, site, now, { isForReal })

async function passwordHashOf(username: string): Promise<string> {
  const [row] = await database.db.select().from(users).where(eq(users.username, username))
  return row?.passwordHash ?? ''
}

test('the sample has everybody that a walk through the house needs, each able to log in', async () => {
  const { accounts, made } = await load()
  expect(made).toEqual(accounts)
  expect(await sampleAccountsLeft(database.db)).toHaveLength(accounts.length)
  const roles = accounts.map((account) => account.role)
  for (const role of ['ADMIN', 'SUPERVISOR', 'DISPATCHER'] as const) expect(roles).toContain(role)
  expect(roles.filter((role) => role === 'AGENT')).toHaveLength(6)
  expect(roles.filter((role) => role === 'CLERK')).toHaveLength(4)
  const agent = accounts.find((account) => account.username === '1001')
  expect(await verify(await passwordHashOf('1001'), agent?.password ?? '')).toBe(true)
  expect(await database.db.select().from(userRoles)).toHaveLength(accounts.length)
})

test('accounts.json is a list that only its owner reads', async () => {
  const { accounts } = await load()
  const file = join(dir, 'accounts.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(accounts)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('loading it again changes nothing, neither people nor passwords', async () => {
  const first = await load()
  const hashes = await database.db.select().from(users)
  const second = await load()
  expect(second).toEqual({ accounts: first.accounts, made: [], added: 0 })
  expect(await database.db.select().from(users)).toEqual(hashes)
})

test('when accounts.json is lost everybody gets a new password that works', async () => {
  await load()
  await rm(join(dir, 'accounts.json'))
  const { accounts, added } = await load()
  expect(added).toBe(0)
  const admin = accounts.find((account) => account.username === 'admin')
  expect(await verify(await passwordHashOf('admin'), admin?.password ?? '')).toBe(true)
})

test('every skill of the site has agents', async () => {
  await load()
  const rows = await database.db.select().from(agentSkills)
  for (const skill of site.skills) expect(rows.filter((row) => row.skill === skill.id).length).toBeGreaterThanOrEqual(2)
})

test("a site's own server gets one administrator while it is empty, and nothing later", async () => {
  expect((await load(true)).accounts.map((account) => account.role)).toEqual(['ADMIN'])
  expect((await load(true)).added).toBe(0)
  expect(await database.db.select().from(users)).toHaveLength(1)
})
