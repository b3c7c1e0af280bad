import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { paperFonts } from '../../../papers/pdf.ts'
import { SetupFailure } from '../failure.ts'
import { run } from '../run.ts'
import { aptValidity, explainExpiry } from './package-lists.ts'

/** A program that the set-up needs and the Debian or Ubuntu packages that contain it, best first. */
export interface Need {
  /** Its name, or the absolute path of a file. */
  program: string
  packages: string[]
  /** An alternative, e.g. a server of one's own. */
  instead?: string
  /** The hotline works without it, with less: where it cannot be installed it is left out. */
  isOptional?: true
}

/** The server alone, without the service that the full package would start; it is set up with a client's tool. */
export const mariadbNeeds: Need[] = [
  {
    program: 'mariadbd',
    packages: ['mariadb-server-core', 'mariadb-server'],
    instead:
      'set DATABASE_URL=mysql://user:password@host:3306/hotline to use a server of your own (MariaDB 10.11+, MySQL 8)',
  },
  { program: 'my_print_defaults', packages: ['mariadb-client-core', 'mariadb-server'] },
]
export const redisNeed: Need = {
  program: 'redis-server',
  packages: ['redis-server'],
  instead: 'set REDIS_URL=redis://:password@host:6379 to use a server of your own (Redis 7+)',
}
export const soxNeed: Need = { program: 'sox', packages: ['sox'] }
/** For the PDFs of official forms; without them those are printed by the browser. */
export const paperFontsNeed: Need = {
  program: paperFonts.normal,
  packages: ['fonts-noto-cjk'],
  isOptional: true,
}
export const sippNeed: Need = { program: 'sipp', packages: ['sip-tester'] }
export const espeakNeed: Need = { program: 'espeak-ng', packages: ['espeak-ng'] }
export const mmdebstrapNeed: Need = {
  program: 'mmdebstrap',
  packages: ['mmdebstrap'],
  instead: 'install Asterisk 20 or newer, or set ARI_URL, ARI_PASSWORD and AMI_PASSWORD to use one that runs already',
}

/** Path of a program. System folders are searched even if they are missing in PATH. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | null {
  if (isAbsolute(name)) return existsSync(name) ? name : null
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  for (const folder of folders) {
    const file = join(folder, name)
    if (folder !== '' && existsSync(file)) return file
  }
  return null
}

export async function isDebianLike(): Promise<boolean> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const names = /^ID(?:_LIKE)?=(.*)$/gm
  const families = [...text.matchAll(names)].flatMap((match) => (match[1] ?? '').replaceAll('"', '').split(' '))
  return families.some((family) => family === 'debian' || family === 'ubuntu')
}

/**
 * Installs missing programs, where that is possible.
 * @returns names of the packages that were installed
 * @throws SetupFailure naming every missing program and its alternative
 */
export async function provide(needs: Need[], signal?: AbortSignal): Promise<string[]> {
  const canInstall = (await isDebianLike()) && process.getuid?.() === 0 && findProgram('apt-get') !== null
  const missing = needs.filter((need) => !findProgram(need.program) && (canInstall || !need.isOptional))
  if (missing.length === 0) return []
  if (!canInstall) throw missingPrograms(missing)
  const apt = (args: string[]) =>
    run('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', APT_LISTCHANGES_FRONTEND: 'none' },
      remedy: `is the network there? or install these yourself: apt-get install ${missing.map(firstPackage).join(' ')}`,
      ...(signal ? { signal } : {}),
    })
  await apt([...aptValidity(), 'update']).catch((error: unknown) => {
    throw explainExpiry(error, Date.now())
  })
  const packages = [...new Set(await Promise.all(missing.map((need) => available(need))))]
  await withoutServices(() => apt(['install', '--no-install-recommends', ...packages]))
  const still = missing.filter((need) => !findProgram(need.program) && !need.isOptional)
  if (still.length > 0) throw missingPrograms(still)
  return packages
}

function missingPrograms(missing: Need[]): SetupFailure {
  const names = missing.map((need) => need.program).join(', ')
  const packages = [...new Set(missing.map(firstPackage))].join(' ')
  const instead = missing.flatMap((need) => (need.instead ? [`  - without ${need.program}: ${need.instead}`] : []))
  return new SetupFailure(
    `these programs are missing and cannot be installed from here: ${names}`,
    [
      'install them; on Debian or Ubuntu, as root: ',
      `apt-get install --no-install-recommends ${packages}`,
      ...instead.map((line) => `\n${line}`),
    ].join(''),
  )
}

function firstPackage(need: Need): string {
  return need.packages[0] ?? need.program
}

async function available(need: Need): Promise<string> {
  for (const name of need.packages) {
    if ((await candidate(name)) !== null) return name
  }
  return firstPackage(need)
}

/** Version of a package that apt would install; null when it knows none. */
export async function candidate(name: string): Promise<string | null> {
  const text = await run('apt-cache', ['policy', name])
  const version = /Candidate: (.+)/.exec(text)?.[1]
  return version === undefined || version === '(none)' ? null : version
}

const policyFile = '/usr/sbin/policy-rc.d'

/** Debian's own switch against starting services at installation: ours run on their own ports, from our own folder. */
async function withoutServices(work: () => Promise<unknown>): Promise<void> {
  const isOurs = !existsSync(policyFile)
  if (isOurs)
    await writeFile(
      policyFile,
      '#!/bin/sh\n# Put here by the set-up of the hotline while it installs packages.\nexit 101\n',
      { mode: 0o755 },
    )
  try {
    await work()
  } finally {
    if (isOurs) await rm(policyFile, { force: true })
  }
}
