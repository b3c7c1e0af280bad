import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SetupFailure } from './failure.ts'
import { underLock } from './lock.ts'
import { candidate, findProgram, isDebianLike, mmdebstrapNeed, provide } from './packages.ts'
import { run } from './run.ts'

/** An Asterisk that can be started: the machine's own, or one unpacked into a private folder. */
export interface AsteriskProgram {
  command: string
  /** Before Asterisk's own arguments. */
  leadingArgs: string[]
  moduleDir: string
  dataDir: string
  version: string
}

const oldestMajor = 20
const checkout = resolve(import.meta.dirname, '../..')
/** Shared by every set-up of this checkout: it holds programs only. */
const unpackedDir = join(checkout, 'var/asterisk-root')
const unpackLock = join(checkout, 'var/asterisk-root.lock')

export async function provideAsterisk(signal?: AbortSignal): Promise<AsteriskProgram> {
  const found = (await ownAsterisk()) ?? (await unpackedAsterisk())
  if (found) return found
  if ((await isDebianLike()) && process.getuid?.() === 0) {
    const offered = await candidate('asterisk')
    if (offered && majorOf(offered) >= oldestMajor) {
      await provide([{ program: 'asterisk', packages: ['asterisk'] }], signal)
      const installed = await ownAsterisk()
      if (installed) return installed
    }
  }
  await underLock(unpackLock, () => unpack(signal), signal)
  const unpacked = await unpackedAsterisk()
  if (unpacked) return unpacked
  throw new SetupFailure(
    'the Asterisk that was unpacked does not start',
    `remove ${unpackedDir} and start again, or install Asterisk ${oldestMajor} or newer`,
  )
}

async function ownAsterisk(): Promise<AsteriskProgram | null> {
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
  return { command, leadingArgs: [], moduleDir, dataDir, version }
}

async function unpackedAsterisk(): Promise<AsteriskProgram | null> {
  const libraries = (await triplets(join(unpackedDir, 'usr/lib')))[0]
  if (!libraries) return null
  const loader = (await readdir(libraries)).find((name) => name.startsWith('ld-linux'))
  const program = join(unpackedDir, 'usr/sbin/asterisk')
  if (!loader || !existsSync(program)) return null
  const command = join(libraries, loader)
  // Its own loader and libraries: nothing of the system is touched or needed.
  const leadingArgs = ['--library-path', `${libraries}:${join(libraries, 'pulseaudio')}`, program]
  const version = await versionOf(command, leadingArgs)
  if (!version) return null
  return {
    command,
    leadingArgs,
    moduleDir: join(libraries, 'asterisk/modules'),
    dataDir: join(unpackedDir, 'usr/share/asterisk'),
    version,
  }
}

/** Debian 12 and 13 have no Asterisk; that of unstable is unpacked with all its libraries into a folder of our own. */
async function unpack(signal?: AbortSignal): Promise<void> {
  if (await unpackedAsterisk()) return
  await provide([mmdebstrapNeed], signal)
  // The folder gets its name last: one that was interrupted is never taken for whole.
  const draft = `${unpackedDir}.new`
  await rm(draft, { recursive: true, force: true })
  await run(
    'mmdebstrap',
    [
      '--variant=extract',
      '--quiet',
      // Where the mirror is a frozen copy, its Release file is past its date.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      '--aptopt=APT::Install-Recommends "false"',
      '--include=asterisk,asterisk-modules,asterisk-config',
      '--keyring=/usr/share/keyrings',
      'sid',
      draft,
      await debianMirror(),
    ],
    {
      remedy:
        'is the Debian mirror reachable? or install Asterisk 20 or newer, or set ARI_URL, ARI_PASSWORD and AMI_PASSWORD',
      ...(signal ? { signal } : {}),
    },
  )
  await rm(unpackedDir, { recursive: true, force: true })
  await rename(draft, unpackedDir)
}

/** The mirror that this machine's apt uses already. */
async function debianMirror(): Promise<string> {
  const text = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(LABEL)', 'Created-By: Packages'])
  const lines = text.split('\n').map((line) => line.split(' '))
  const mirror = lines.find(([, ...label]) => label.join(' ') === 'Debian')?.[0] ?? lines[0]?.[0]
  if (!mirror) {
    throw new SetupFailure(
      'apt knows no Debian mirror',
      'add one to /etc/apt/sources.list, or install Asterisk 20 or newer',
    )
  }
  return mirror
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

async function triplets(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.includes('-linux-gnu')).map((name) => join(folder, name))
}

async function firstThat(folders: string[]): Promise<string | null> {
  return folders.find((folder) => existsSync(folder)) ?? null
}
