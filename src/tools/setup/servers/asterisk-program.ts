import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Origin } from '../../../health/asterisk.ts'
import { SetupFailure } from '../failure.ts'
import { underLock } from '../lock.ts'
import { run } from '../run.ts'
import { asteriskRoot, originOf, rootLock, takeNext, triplets, unpackAsterisk } from './asterisk-root.ts'
import { candidate, findProgram, isDebianLike, provide } from './packages.ts'

/** An Asterisk that can be started: the machine's own, or one unpacked into a private folder. */
export interface AsteriskProgram {
  command: string
  /** Before Asterisk's own arguments. */
  leadingArgs: string[]
  moduleDir: string
  dataDir: string
  version: string
  /** Null for the machine's own. */
  origin: Origin | null
}

const oldestMajor = 20

export async function provideAsterisk(signal?: AbortSignal): Promise<AsteriskProgram> {
  const own = await ownAsterisk()
  if (own) return own
  if (existsSync(`${asteriskRoot}.next`)) await underLock(rootLock, takeNext, signal)
  const found = await unpackedAsterisk(asteriskRoot)
  if (found) return found
  if ((await isDebianLike()) && process.getuid?.() === 0) {
    const offered = await candidate('asterisk')
    if (offered && majorOf(offered) >= oldestMajor) {
      await provide([{ program: 'asterisk', packages: ['asterisk'] }], signal)
      const installed = await ownAsterisk()
      if (installed) return installed
    }
  }
  await underLock(rootLock, () => unpackOnce(signal), signal)
  const unpacked = await unpackedAsterisk(asteriskRoot)
  if (unpacked) return unpacked
  throw new SetupFailure(
    'the Asterisk that was unpacked does not start',
    `remove ${asteriskRoot} and start again, or install Asterisk ${oldestMajor} or newer`,
  )
}

/** The machine's own, where it is new enough. */
export async function ownAsterisk(): Promise<AsteriskProgram | null> {
  const command = findProgram('asterisk')
  if (!command) return null
  const version = await versionOf(command, [])
  const moduleDir = await firstThat([
    ...(await triplets('/usr/lib')).map((dir) => join(dir, 'asterisk/modules')),
    '/usr/lib/asterisk/modules',
    '/usr/lib64/asterisk/modules',
  ])
  const dataDir = await firstThat(['/usr/share/asterisk', '/var/lib/asterisk'])
  if (!version || majorOf(version) < oldestMajor || !moduleDir || !dataDir) return null
  return { command, leadingArgs: [], moduleDir, dataDir, version, origin: null }
}

export async function unpackedAsterisk(root: string): Promise<AsteriskProgram | null> {
  const libraries = (await triplets(join(root, 'usr/lib')))[0]
  if (!libraries) return null
  const loader = (await readdir(libraries)).find((name) => name.startsWith('ld-linux'))
  const program = join(root, 'usr/sbin/asterisk')
  if (!loader || !existsSync(program)) return null
  const command = join(libraries, loader)
  // Its own loader and libraries: the system's are neither touched nor needed.
  const leadingArgs = ['--library-path', `${libraries}:${join(libraries, 'pulseaudio')}`, program]
  const version = await versionOf(command, leadingArgs)
  if (!version) return null
  return {
    command,
    leadingArgs,
    moduleDir: join(libraries, 'asterisk/modules'),
    dataDir: join(root, 'usr/share/asterisk'),
    version,
    origin: await originOf(root),
  }
}

async function unpackOnce(signal?: AbortSignal): Promise<void> {
  if (await unpackedAsterisk(asteriskRoot)) return
  await unpackAsterisk(asteriskRoot, signal)
}

async function versionOf(command: string, leadingArgs: string[]): Promise<string | null> {
  try {
    const said = await run(command, [...leadingArgs, '-V'])
    return /Asterisk (\d+\.\S+)/.exec(said)?.[1] ?? null
  } catch {
    // It does not start here: not usable, which is the answer.
    return null
  }
}

function majorOf(version: string): number {
  return Number(/(?:^|:)(\d+)\./.exec(version)?.[1] ?? 0)
}

async function firstThat(folders: string[]): Promise<string | null> {
  return folders.find((folder) => existsSync(folder)) ?? null
}
