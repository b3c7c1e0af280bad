import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Origin, origin } from '../../../health/asterisk.ts'
import { SetupFailure } from '../failure.ts'
import { run } from '../run.ts'
import { expiredAt, explainExpiry, whoTakesOldLists } from './package-lists.ts'
import { mmdebstrapNeed, provide } from './packages.ts'

/**
 * Asterisk unpacked into a folder of our own, with every library that it needs. Shared by every set-up of this
 * checkout: it holds programs only.
 *
 *   asterisk-root        what is started
 *   asterisk-root.new    being unpacked; never taken for whole
 *   asterisk-root.trial  whole, being tried by npm run update-asterisk
 *   asterisk-root.next   tried and waiting for the next start
 *   asterisk-root.old    what was started before
 */

const checkout = resolve(import.meta.dirname, '../../../..')
export const asteriskRoot = join(checkout, 'var/asterisk-root')
export const rootLock = `${asteriskRoot}.lock`
const originName = 'hotline-origin.json'

/** Replaces the current Asterisk by one that waits, and keeps the current one. Safe to interrupt anywhere. */
export async function takeNext(root = asteriskRoot): Promise<void> {
  const next = `${root}.next`
  if (!existsSync(next)) return
  if (existsSync(root)) {
    await rm(`${root}.old`, { recursive: true, force: true })
    await rename(root, `${root}.old`)
  }
  await rename(next, root)
}

/** @returns null for one that was unpacked before its origin was recorded */
export async function originOf(root: string): Promise<Origin | null> {
  const text = await readFile(join(root, originName), 'utf8').catch(() => null)
  return text === null ? null : origin.parse(JSON.parse(text))
}

/**
 * Debian 12 and 13 have no Asterisk; that of unstable is unpacked.
 * @param place receives the whole folder, or none
 * @throws SetupFailure also when the mirror's list has expired and no setting allows that
 */
export async function unpackAsterisk(place: string, signal?: AbortSignal): Promise<void> {
  await provide([mmdebstrapNeed], signal)
  const draft = `${asteriskRoot}.new`
  const listExpiredAt = await bootstrap(draft, signal)
  const made: Origin = { unpackedAt: Date.now(), listExpiredAt }
  await writeFile(join(draft, originName), JSON.stringify(made))
  // The folder gets its name last: an interrupted one never counts as complete.
  await rm(place, { recursive: true, force: true })
  await rename(draft, place)
}

/** @returns when the package list expired; null while it is valid */
async function bootstrap(draft: string, signal?: AbortSignal): Promise<number | null> {
  const mirror = await debianMirror()
  const into = (checksValidity: boolean) => mmdebstrap(draft, mirror, checksValidity, signal)
  try {
    await into(true)
    return null
  } catch (error) {
    const now = Date.now()
    const at = error instanceof SetupFailure ? expiredAt(error.logTail, now) : null
    if (at === null || (await whoTakesOldLists()) === null) throw explainExpiry(error, now)
    await into(false)
    return at
  }
}

async function mmdebstrap(
  draft: string,
  mirror: string,
  checksValidity: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  await rm(draft, { recursive: true, force: true })
  const args = [
    '--variant=extract',
    ...(checksValidity ? [] : ['--aptopt=Acquire::Check-Valid-Until "false"']),
    '--aptopt=APT::Install-Recommends "false"',
    '--include=asterisk,asterisk-modules,asterisk-config',
    '--keyring=/usr/share/keyrings',
    'sid',
    draft,
    mirror,
  ]
  await run('mmdebstrap', args, {
    // apt's output is parsed.
    env: { ...process.env, LC_ALL: 'C' },
    remedy:
      'is the Debian mirror reachable? or install Asterisk 20 or newer, or set ARI_URL, ARI_PASSWORD and AMI_PASSWORD',
    ...(signal ? { signal } : {}),
  })
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

export async function triplets(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.includes('-linux-gnu')).map((name) => join(folder, name))
}
