import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../settings.ts'
import { writeWhole } from './files.ts'

/** Passwords between our own parts; made once, kept in `var/secrets.json`, readable by their owner only. */
export interface Secrets {
  databaseOwner: string
  database: string
  redis: string
  ari: string
  ami: string
  province: string
  thirteen710: string
}

const names = ['databaseOwner', 'database', 'redis', 'ari', 'ami', 'province', 'thirteen710'] as const

export async function loadSecrets(varDir: string): Promise<Secrets> {
  const file = join(varDir, 'secrets.json')
  const known: Partial<Secrets> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  const secrets = Object.fromEntries(names.map((name) => [name, known[name] ?? newSecret()]))
  if (names.some((name) => known[name] === undefined)) {
    await writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
  }
  return secrets as Record<(typeof names)[number], string>
}

/** Letters, digits, - and _: safe in addresses, SQL and Asterisk's files alike. */
function newSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** The settings with the secrets of the private servers filled in, for the roles of this set-up. */
export function withSecrets(settings: Settings, secrets: Secrets): Settings {
  const database = new URL(settings.databaseUrl)
  const redis = new URL(settings.redisUrl)
  if (settings.isPrivate.database) database.password = secrets.database
  if (settings.isPrivate.redis) redis.password = secrets.redis
  return {
    ...settings,
    databaseUrl: database.href,
    redisUrl: redis.href,
    ariPassword: settings.ARI_PASSWORD ?? secrets.ari,
    provinceSecret: settings.PROVINCE_SECRET ?? secrets.province,
    // Played by the same program.
    emergencySecret: settings.EMERGENCY_SECRET ?? secrets.province,
    thirteen710Secret: settings.THIRTEEN710_SECRET ?? secrets.thirteen710,
    amiPassword: settings.AMI_PASSWORD ?? secrets.ami,
  }
}
