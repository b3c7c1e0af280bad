import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings, SettingsError } from '../../../settings.ts'
import { requireSite } from '../../../site/load.ts'
import { renderAsterisk } from '../../../telephony/render/render.ts'
import { compareVersions, versionOf } from '../../../telephony/sip/versions.ts'
import { explain, SetupFailure } from '../failure.ts'
import { underLock } from '../lock.ts'
import { claimPorts } from '../ports.ts'
import { loadSecrets, withSecrets } from '../secrets.ts'
import { createSteps } from '../steps.ts'
import { startAsterisk } from './asterisk.ts'
import { noticesOf } from './asterisk-notices.ts'
import { type AsteriskProgram, ownAsterisk, unpackedAsterisk } from './asterisk-program.ts'
import { asteriskRoot, rootLock, unpackAsterisk } from './asterisk-root.ts'

/**
 * `npm run update-asterisk`: unpacks the newest Asterisk of the Debian mirror beside the running one, tests whether it
 * starts with the hotline's configuration, and keeps it for the next start. Until then nothing changes; afterwards the
 * previous one is kept.
 */

const trial = `${asteriskRoot}.trial`
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
const steps = createSteps()

try {
  const own = await ownAsterisk()
  if (own) {
    throw new SetupFailure(
      `this machine has an Asterisk of its own, ${own.version}, and the hotline uses that one`,
      'update it as it was installed, e.g. apt-get install --only-upgrade asterisk, then start the hotline again',
    )
  }
  if (process.getuid?.() !== 0) {
    throw new SetupFailure('packages can be unpacked by root only', 'run it again as root: npm run update-asterisk')
  }
  await underLock(rootLock, update, abort.signal)
} catch (error) {
  process.stderr.write(`\n✗ ${error instanceof SettingsError ? error.message : explain(error)}\n`)
  process.exit(abort.signal.aborted ? 130 : 1)
}

async function update(): Promise<void> {
  const present = await unpackedAsterisk(asteriskRoot)
  await steps.step('the newest Asterisk unpacked', () => unpackAsterisk(trial, abort.signal))
  try {
    const newest = await steps.step('it starts with the configuration of this hotline', () => tried(trial))
    for (const line of noticesOf(newest, false)) steps.say(`  ! ${line}`)
    if (present && !isNewer(newest, present)) {
      await drop()
      steps.say(`The mirror has ${newest.version}; ${present.version} is there already. Nothing was changed.`)
      return
    }
    // It gets this name last: an untested one is never used.
    await rm(`${asteriskRoot}.next`, { recursive: true, force: true })
    await rename(trial, `${asteriskRoot}.next`)
    steps.say(
      `Asterisk ${newest.version} is ready, and will be used at the next start${present ? `; until then ${present.version} stays` : ''}.\n` +
        'Start the hotline again at a quiet hour: running calls end with the old one.',
    )
  } catch (error) {
    await drop()
    throw error
  }
}

async function drop(): Promise<void> {
  await rm(trial, { recursive: true, force: true })
}

/** Packages of one version may be rebuilt: any difference counts, but never an older version. */
function isNewer(newest: AsteriskProgram, present: AsteriskProgram): boolean {
  const [one, other] = [versionOf(newest.version), versionOf(present.version)]
  if (!one || !other) return true
  return compareVersions(one, other) > 0 || (compareVersions(one, other) === 0 && newest.version !== present.version)
}

/** Starts it in a folder and on ports of its own, and stops it. @throws SetupFailure when it does not answer */
async function tried(root: string): Promise<AsteriskProgram> {
  const program = existsSync(root) ? await unpackedAsterisk(root) : null
  if (!program) throw new SetupFailure('the Asterisk of the mirror does not start here', 'the present one stays')
  const varDir = await mkdtemp(join(tmpdir(), 'hotline-asterisk-'))
  try {
    const given = loadSettings()
    const port = await claimPorts(30)
    const ports = { ARI_PORT: `${port}`, AMI_PORT: `${port + 1}`, SIP_PORT: `${port + 2}` }
    const alone = loadSettings({ HOTLINE_VAR: varDir, ...ports, RTP_PORTS: `${port + 10}-${port + 29}` })
    const settings = withSecrets(alone, await loadSecrets(varDir))
    await renderAsterisk(settings, requireSite(given.configDir, given.promptsDir), program)
    const folders = { runDir: join(varDir, 'run'), logDir: join(varDir, 'log') }
    const kept = await startAsterisk(settings, program, { ...folders, diesWithUs: true })
    await kept.stop()
    return program
  } finally {
    await rm(varDir, { recursive: true, force: true })
  }
}
