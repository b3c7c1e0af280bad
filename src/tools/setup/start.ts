import { join } from 'node:path'
import { exposureWords } from '../../health/exposure.ts'
import { loadSettings, reachOf, type Settings } from '../../settings.ts'
import { explain } from './failure.ts'
import { type Hotline, localUrl, startHotline } from './hotline.ts'
import { releaseLock, takeLock } from './lock.ts'
import { removePid, writePid } from './pid.ts'
import { promptNeeds } from './prompts.ts'
import { mariadbNeeds, type Need, paperFontsNeed, provide, redisNeed } from './servers/packages.ts'
import { provincePage } from './servers/province.ts'
import { is13710Played, page13710 } from './servers/thirteen710.ts'
import { createSteps, seconds } from './steps.ts'

/** `npm start`: prepares what is missing, starts the hotline, watches over it, stops it. */

const startedAt = Date.now()
const abort = new AbortController()
const steps = createSteps()
let hotline: Hotline | null = null
let runDir: string | null = null
let stopping: Promise<void> | null = null

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
// The parent (Node 20) died: no signals would reach this process any more.
process.on('disconnect', () => void stop('the end of npm start'))

try {
  const settings = readSettings()
  await lockFolder(settings)
  steps.say(`Starting the hotline; everything it writes goes to ${settings.varDir}`)
  const needs = needsOf(settings)
  const installed = await steps.step('programs', () => provide(needs, abort.signal))
  if (installed.length > 0) steps.say(`    installed: ${installed.join(', ')}`)
  abort.signal.throwIfAborted()
  hotline = await startHotline(settings, {
    steps,
    signal: abort.signal,
    onDeath: (name, how, againInMs) =>
      steps.say(`  ! ${new Date().toISOString()} ${name} ended (${how}), starts again in ${seconds(againInMs)}`),
    onTrouble: (words) => steps.say(`  ! ${new Date().toISOString()} ${words}`),
    onStuck: (name) => steps.say(`  ! ${new Date().toISOString()} ${name} stopped answering and was killed`),
  })
  abort.signal.throwIfAborted()
  goOnWhatever()
  welcome(hotline)
} catch (error) {
  if (!abort.signal.aborted) {
    process.stderr.write(`\n✗ ${explain(error)}\n`)
    await finish(1)
  } else if (!hotline) {
    // Everything already started was stopped on the way here.
    steps.say('Stopped before it was ready.')
    await finish(130)
  }
}

/** An error in this process must not end the running programs, nor their supervision. */
function goOnWhatever(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => steps.say(`  ! ${new Date().toISOString()} ${explain(error)}`))
  }
}

/** Once only: a second Ctrl-C is received, but everything that stops has its time limit. */
function stop(why: string): Promise<void> {
  stopping ??= (async () => {
    steps.say(`\nStopping on ${why} …`)
    abort.abort()
    // Still starting: the start notices it and ends in the catch above.
    if (!hotline) return
    await hotline.stop()
    steps.say('Stopped.')
    await finish(0)
  })()
  return stopping
}

async function finish(code: number): Promise<never> {
  if (runDir) {
    // If the file stays, it says whose it was: the next start sees that they are gone.
    await removePid(join(runDir, 'start.pid')).catch(() => {})
    await releaseLock(join(runDir, 'start.lock')).catch(() => {})
  }
  process.exit(code)
}

/**
 * The sample enables the citizen's phone and the program that plays the province; a site with servers of its own, or that
 * others reach, has to ask for them.
 */
function readSettings(): Settings {
  const settings = loadSettings()
  const { database, redis, asterisk } = settings.isPrivate
  const isSample = database && redis && asterisk && reachOf(settings).length === 0
  if (!isSample) return settings
  const brings = (name: 'GUEST_PHONE' | 'SAMPLE_PROVINCE') => (process.env[name] ? {} : { [name]: 'on' })
  const province = settings.PROVINCE_URL === undefined ? brings('SAMPLE_PROVINCE') : {}
  return loadSettings({ ...process.env, ...brings('GUEST_PHONE'), ...province })
}

async function lockFolder(settings: Settings): Promise<void> {
  const dir = join(settings.varDir, 'run')
  const holder = await takeLock(join(dir, 'start.lock'))
  if (holder === null) {
    runDir = dir
    await writePid(join(dir, 'start.pid'), process.pid)
    return
  }
  process.stderr.write(
    `\n✗ a hotline runs already on ${settings.varDir}: process ${holder}, pages at ${localUrl(settings)}\n` +
      `  What to do: stop it with Ctrl-C where it runs, or with: kill ${holder}\n` +
      '  For a second one beside it set HOTLINE_VAR, HTTP_PORT, SIP_PORT and RTP_PORTS.\n',
  )
  process.exit(1)
}

function needsOf(settings: Settings): Need[] {
  return [
    ...promptNeeds,
    paperFontsNeed,
    ...(settings.isPrivate.database ? mariadbNeeds : []),
    ...(settings.isPrivate.redis ? [redisNeed] : []),
  ]
}

function welcome({ settings, made, logDir, exposures }: Hotline): void {
  const pages = localUrl(settings)
  const sip = `${settings.SIP_HOST}:${settings.SIP_PORT}`
  // Passwords are shown once, to a person: output that is not a terminal may be stored.
  const shown = process.stdout.isTTY ? made : []
  const width = Math.max(...shown.map((account) => account.username.length), 0)
  steps.say(
    [
      '',
      `The hotline is ready (${seconds(Date.now() - startedAt)}).`,
      '',
      `  Dial            sip:12345@${sip}   (UDP or TCP; 12333 and the other lines alike)`,
      `  Agents' desk    ${pages}/desk`,
      `  Floor           ${pages}/floor`,
      ...(settings.GUEST_PHONE ? [`  Citizen phone   ${pages}/phone`] : []),
      ...(settings.SAMPLE_PROVINCE ? [`  Province        ${provincePage(settings)}   (a program that plays it)`] : []),
      ...(is13710Played(settings) ? [`  13710           ${page13710(settings)}   (a program that plays it)`] : []),
      `  API             ${pages}/api/docs`,
      `  Logs            ${logDir}`,
      '',
      `  Accounts        ${join(settings.varDir, 'accounts.json')}`,
      ...shown.map(
        (account) => `    ${account.username.padEnd(width)}  ${account.password}  ${account.role}  ${account.name}`,
      ),
      '',
      '  A first call: log in to the desk as 1001, press 示闲, then in another window',
      ...(settings.GUEST_PHONE ? ['    open the citizen phone and dial 12345, or run'] : []),
      '    npm run demo',
      '',
      ...exposures.map((one) => `  ! ${exposureWords[one]}`),
      ...(exposures.length > 0 ? [''] : []),
      'Ctrl-C stops everything.',
    ].join('\n'),
  )
}
