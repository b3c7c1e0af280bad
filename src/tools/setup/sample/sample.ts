import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import { count, eq } from 'drizzle-orm'
import { agentSkills, agents } from '../../../floor/agents/schema.ts'
import { type RoleName, roleNames } from '../../../people/person.ts'
import { firstAdmin, type SamplePerson, samplePeople } from '../../../people/sample-people.ts'
import { userRoles, users } from '../../../people/schema.ts'
import type { Db, Tx } from '../../../platform/database/database.ts'
import { unitCode } from '../../../platform/text/codes.ts'
import type { Instant, SkillId } from '../../../platform/types.ts'
import type { Site } from '../../../site/site.ts'
import { writeWhole } from '../files.ts'

/** One line of `accounts.json`: a log-in of the sample. */
export interface Account {
  username: string
  password: string
  role: RoleName
  name: string
}

/**
 * Loads the sample's people, and keeps `accounts.json` in step: a missing password is made, an existing one left alone.
 * On a server of the site's own, and where others reach the hotline, only a first administrator is made, and only while
 * there are no users.
 * @returns the accounts, those whose password was made just now, and how many people were added
 */
export async function loadSample(
  db: Db,
  varDir: string,
  site: Site,
  now: Instant,
  options: { isForReal: boolean },
): Promise<{ accounts: Account[]; made: Account[]; added: number }> {
  const file = join(varDir, 'accounts.json')
  const known = await readAccounts(file)
  const wanted = options.isForReal ? ((await isEmpty(db)) ? [firstAdmin] : []) : samplePeople
  const accounts: Account[] = options.isForReal ? [...known] : []
  const made: Account[] = []
  let added = 0
  for (const person of wanted) {
    const [row] = await db.select({ id: users.id }).from(users).where(eq(users.username, person.username))
    const password = known.find((account) => account.username === person.username)?.password
    const account = {
      username: person.username,
      password: password ?? newPassword(),
      role: person.role,
      name: person.name,
    }
    if (!row) {
      const passwordHash = await hash(account.password)
      await db.transaction((tx) => add(tx, person, passwordHash, skillsFor(person, site), now))
      added += 1
    } else if (!password) {
      await db
        .update(users)
        .set({ passwordHash: await hash(account.password), passwordChangedAt: now })
        .where(eq(users.id, row.id))
    }
    accounts.push(account)
    if (!password) made.push(account)
  }
  if (JSON.stringify(accounts) !== JSON.stringify(known)) {
    await writeWhole(file, `${JSON.stringify(accounts, null, 2)}\n`, 0o600)
  }
  return { accounts, made, added }
}

export async function readAccounts(file: string): Promise<Account[]> {
  const accounts: unknown = JSON.parse(await readFile(file, 'utf8').catch(() => '[]'))
  return Array.isArray(accounts) ? accounts.filter(isAccount) : []
}

function isAccount(value: Partial<Account>): value is Account {
  return (
    typeof value.username === 'string' &&
    typeof value.password === 'string' &&
    roleNames.includes(value.role as RoleName)
  )
}

async function add(tx: Tx, person: SamplePerson, passwordHash: string, skills: SkillId[], now: Instant): Promise<void> {
  const [inserted] = await tx.insert(users).values({
    username: person.username,
    name: person.name,
    passwordHash,
    unitCode: person.unitCode === undefined ? null : unitCode.parse(person.unitCode),
    createdAt: now,
    passwordChangedAt: now,
  })
  const userId = inserted.insertId
  await tx.insert(userRoles).values({ userId, role: person.role })
  if (person.agentNumber === undefined) return
  await tx.insert(agents).values({ userId, number: person.agentNumber, stateSince: now })
  if (skills.length > 0) await tx.insert(agentSkills).values(skills.map((skill) => ({ userId, skill })))
}

/**
 * All agents have the site's first skill; each other skill goes to every second agent, and all skills to the first two.
 */
function skillsFor(person: SamplePerson, site: Site): SkillId[] {
  const turn = Number(person.agentNumber ?? 0) - 1001
  return site.skills
    .filter((_skill, index) => index === 0 || turn < 2 || (turn + index) % 2 === 0)
    .map((skill) => skill.id)
}

async function isEmpty(db: Db): Promise<boolean> {
  const [row] = await db.select({ count: count() }).from(users)
  return row?.count === 0
}

/** Without letters that look alike; 4 groups of 4 are 80 bits and can be read out. */
function newPassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
