import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadCalendarFiles } from '../../calendar/load.ts'
import { loadSeeds } from '../../catalogue/load.ts'
import { type Exposure, exposures } from '../../health/exposure.ts'
import { inUrl, type Role, type Settings } from '../../settings.ts'
import { longGreetings } from '../../site/greeting-length.ts'
import { loadSite } from '../../site/load.ts'
import type { Site } from '../../site/site.ts'
import { renderBan } from '../../telephony/render/ban.ts'
import { renderAsterisk } from '../../telephony/render/render.ts'
import { loadLimits } from '../../tickets/clocks/limits-file.ts'
import { startDatabase } from './database.ts'
import { environmentOf } from './environment.ts'
import { SetupFailure, tailOf } from './failure.ts'
import { eventually } from './files.ts'
import { endLeftOver, type KeeperOptions, type Kept, keep } from './keeper.ts'
import { isFree, isUdpFree } from './ports.ts'
import { speakPrompts } from './prompts.ts'
import { rotateLogs } from './rotation.ts'
import { forgetRunning, noteRunning } from './running.ts'
import type { Account } from './sample/sample.ts'
import { loadSecrets, type Secrets, withSecrets } from './secrets.ts'
import { startAsterisk } from './servers/asterisk.ts'
import { noticesOf, tellOrigin } from './servers/asterisk-notices.ts'
import { type AsteriskProgram, provideAsterisk } from './servers/asterisk-program.ts'
import { refuseSilentServers } from './servers/own-servers.ts'
import { startProvince } from './servers/province.ts'
import { startRedis } from './servers/redis.ts'
import { is13710Played, start13710 } from './servers/thirteen710.ts'
import { type Steps, silentSteps } from './steps.ts'
import { watch } from './watchdog.ts'
import { buildWeb } from './web-build.ts'
import { asteriskIsWell, controllerIsWell, webIsWell } from './wellness.ts'

/** A whole hotline: its servers, its Asterisk, its roles. `npm start` and the end-to-end tests run it. */
export interface Hotline {
  /** With the secrets of its private servers. */
  settings: Settings
  accounts: Account[]
  /** The accounts whose password was made by this start. */
  made: Account[]
  /** Trial features that are on although others can reach this machine. */
  exposures: Exposure[]
  logDir: string
  /** Kept programs by name: mariadb, redis, asterisk, calls, web, jobs. */
  programs: ReadonlyMap<string, Kept>
  /** Ends everything in reverse order; no process is left. */
  stop(): Promise<void>
}

export interface HotlineOptions {
  steps?: Steps
  signal?: AbortSignal
  diesWithUs?: boolean
  /** For tests: no protection against power cuts. */
  isThrowaway?: boolean
  onDeath?: KeeperOptions['onDeath']
  onTrouble?: KeeperOptions['onTrouble']
  /** A program that lives but does no work: it is ended and restarted. */
  onStuck?: (name: string) => void
  /** For the bench: additional files for its own Asterisk, beside the configuration just rendered into this folder. */
  onRendered?: (etcDir: string) => Promise<void>
}

const checkout = resolve(import.meta.dirname, '../../..')
const roleOrder: Role[] = ['calls', 'jobs', 'web']
const programNames = ['mariadb', 'redis', 'asterisk', 'province', '13710', ...roleOrder]
const readyMs = 90_000

/** Starts everything. When a step fails or the signal comes, what was started is stopped again before this throws. */
export async function startHotline(given: Settings, options: HotlineOptions = {}): Promise<Hotline> {
  const programs = new Map<string, Kept>()
  const logDir = join(given.varDir, 'log')
  const runDir = join(given.varDir, 'run')
  let stopRotation = (): void => {}
  let dogs: { stop(): void }[] = []
  const stop = async (): Promise<void> => {
    stopRotation()
    for (const dog of dogs) dog.stop()
    for (const kept of [...programs.values()].reverse()) await kept.stop()
    programs.clear()
    await forgetRunning(given.varDir).catch(() => {})
  }
  // Callers' numbers are in Redis' file, too, and every program has its own default file mode.
  process.umask(0o077)
  try {
    await mkdir(logDir, { recursive: true })
    await mkdir(runDir, { recursive: true })
    for (const name of programNames.toReversed()) await endLeftOver(runDir, name)
    stopRotation = rotateLogs(logDir, (error) => options.steps?.say(`  ! logs cannot be rotated: ${error}`))
    const started = await start(given, options, programs, { logDir, runDir })
    dogs = watchOver(started.settings, programs, options.onStuck ?? (() => {}))
    return { ...started, logDir, programs, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  given: Settings,
  options: HotlineOptions,
  programs: Map<string, Kept>,
  folders: { logDir: string; runDir: string },
): Promise<Pick<Hotline, 'settings' | 'accounts' | 'made' | 'exposures'>> {
  const steps = options.steps ?? silentSteps
  const { signal } = options
  const keeping: KeeperOptions = {
    ...folders,
    ...(options.diesWithUs ? { diesWithUs: true } : {}),
    ...(options.onDeath ? { onDeath: options.onDeath } : {}),
    ...(options.onTrouble ? { onTrouble: options.onTrouble } : {}),
    onKept: (kept) => programs.set(kept.name, kept),
  }
  const secrets = await loadSecrets(given.varDir)
  const settings = withSecrets(given, secrets)
  await refuseTakenPorts(settings)
  await noteRunning(settings).catch((error: Error) => options.onTrouble?.(`others will not find it: ${error.message}`))
  const site = siteOf(settings)
  await refuseSilentServers(settings)

  // These steps are independent; a warm start takes as long as the slowest of them.
  const [{ accounts, made }] = await allOrFirstFailure([
    startDatabase(settings, secrets, site, { ...options, ...keeping }, steps),
    startPrivateRedis(settings, secrets, { ...options, ...keeping }, steps),
    startTelephony(settings, site, keeping, steps, options),
    steps.step('web pages', () => buildWeb(signal)),
    startSampleProvince(settings, keeping, steps),
    startSample13710(settings, keeping, steps),
  ])
  signal?.throwIfAborted()

  const exposed = await steps.step('the hotline: calls, jobs, web', async () => {
    for (const role of roleOrder) await startRole(role, settings, keeping)
    return untilReady(settings, programs, folders.logDir, signal)
  })
  return { settings, accounts, made, exposures: exposed }
}

/** Programs that can hang without dying. */
function watchOver(
  settings: Settings,
  programs: ReadonlyMap<string, Kept>,
  onStuck: (name: string) => void,
): { stop(): void }[] {
  const isWell: Record<string, (kept: Kept) => () => Promise<boolean>> = {
    asterisk: () => asteriskIsWell(settings),
    calls: (kept) => controllerIsWell(settings, kept),
    web: () => webIsWell(localUrl(settings)),
  }
  return [...programs.values()].flatMap((kept) => {
    const probe = isWell[kept.name]
    return probe ? [watch(kept, probe(kept), () => onStuck(kept.name))] : []
  })
}

async function startPrivateRedis(
  settings: Settings,
  secrets: Secrets,
  options: KeeperOptions & HotlineOptions,
  steps: Steps,
): Promise<void> {
  if (!settings.isPrivate.redis) return
  const port = Number(new URL(settings.redisUrl).port)
  await steps.step(`Redis on 127.0.0.1:${port}`, async () => {
    const dir = join(settings.varDir, 'redis')
    await startRedis({ ...options, dir, port, password: secrets.redis })
  })
}

async function startSampleProvince(settings: Settings, keeping: KeeperOptions, steps: Steps): Promise<void> {
  if (!settings.SAMPLE_PROVINCE) return
  const { sipHost, sipPort } = settings.sampleProvince
  await steps.step(`the province of the sample, SIP on ${sipHost}:${sipPort}`, () =>
    startProvince(settings, localUrl(settings), keeping),
  )
}

async function startSample13710(settings: Settings, keeping: KeeperOptions, steps: Steps): Promise<void> {
  if (!is13710Played(settings)) return
  await steps.step('the 13710 system of the sample', async () => {
    await start13710(settings, localUrl(settings), keeping)
  })
}

async function startTelephony(
  settings: Settings,
  site: Site,
  keeping: KeeperOptions,
  steps: Steps,
  { signal, onRendered }: HotlineOptions,
): Promise<void> {
  const speaking = steps
    .step('prompts', () => speakPrompts(settings.promptsDir, settings.varDir, signal))
    .then(() => longGreetings(site, settings.varDir).map((words) => steps.say(`  ! ${words}`)))
  if (!settings.isPrivate.asterisk) {
    await speaking
    return
  }
  const unpacking = steps.step('Asterisk unpacked', () => provideAsterisk(signal))
  const [program] = await allOrFirstFailure<[AsteriskProgram, unknown]>([unpacking, speaking])
  signal?.throwIfAborted()
  for (const line of noticesOf(program)) steps.say(`  ! ${line}`)
  await steps.step(`Asterisk ${program.version}, SIP on ${settings.SIP_HOST}:${settings.SIP_PORT}`, async () => {
    await renderAsterisk(settings, site, program)
    await renderBan(settings, site)
    await tellOrigin(settings.varDir, program)
    await onRendered?.(join(settings.varDir, 'asterisk/etc'))
    await startAsterisk(settings, program, keeping)
  })
}

async function startRole(role: Role, settings: Settings, keeping: KeeperOptions): Promise<Kept> {
  return keep(
    {
      name: role,
      command: process.execPath,
      args: ['--enable-source-maps', 'src/main.ts'],
      cwd: checkout,
      env: environmentOf(settings, role),
    },
    keeping,
  )
}

/** @throws SetupFailure that names every fault of `config/` */
export function siteOf(settings: Settings): Site {
  const { site, faults: siteFaults } = loadSite(settings.configDir, settings.promptsDir)
  const faults = [
    ...siteFaults,
    ...loadCalendarFiles(settings.configDir).faults,
    ...loadLimits(settings.configDir).faults,
    ...loadSeeds(settings.configDir).faults,
  ]
  if (site && faults.length === 0) return site
  throw new SetupFailure(
    `the site configuration in ${settings.configDir} has faults`,
    'fix them; npm run check shows them without starting anything',
    faults.map((fault) => `${fault.file}:${fault.line}: ${fault.message}`).join('\n'),
  )
}

/** Waits until the web role reports that Asterisk, Redis and the database answer. @returns its warnings */
async function untilReady(
  settings: Settings,
  programs: ReadonlyMap<string, Kept>,
  logDir: string,
  signal?: AbortSignal,
): Promise<Exposure[]> {
  let last = 'no answer'
  const dying = () => roleOrder.filter((role) => (programs.get(role)?.deaths() ?? 0) >= 3)
  let isReady = false
  await eventually(
    async () => {
      signal?.throwIfAborted()
      try {
        const response = await fetch(`${localUrl(settings)}/readyz`, { signal: AbortSignal.timeout(3_000) })
        last = `${response.status} ${await response.text()}`
        isReady = response.ok
      } catch {
        // Not yet: that is the answer.
      }
      return isReady || dying().length > 0
    },
    readyMs,
    100,
  )
  if (isReady) return exposures.filter((one) => last.includes(`"${one}"`))
  const tails = await Promise.all(
    roleOrder.map(async (role) => `--- ${role}.log\n${await tailOf(join(logDir, `${role}.log`), 8)}`),
  )
  throw new SetupFailure(
    dying().length > 0
      ? `${dying().join(', ')} ended again and again`
      : `the hotline was not ready within ${readyMs / 1000} s; ${localUrl(settings)}/readyz: ${last}`,
    `see the logs in ${logDir}`,
    tails.join('\n'),
  )
}

/** How this machine itself reaches the pages. */
export function localUrl(settings: Pick<Settings, 'HTTP_HOST' | 'HTTP_PORT'>): string {
  const host = settings.HTTP_HOST === '0.0.0.0' || settings.HTTP_HOST === '::' ? '127.0.0.1' : settings.HTTP_HOST
  return `http://${inUrl(host)}:${settings.HTTP_PORT}`
}

/** A foreign program on one of our ports would show up as a riddle in some log: it is named here. */
async function refuseTakenPorts(settings: Settings): Promise<void> {
  const portOf = (url: string) => Number(new URL(url).port)
  const tcp: [setting: string, port: number, host: string][] = [
    ['HTTP_PORT', settings.HTTP_PORT, settings.HTTP_HOST],
    ...(settings.isPrivate.database
      ? [['DATABASE_PORT', portOf(settings.databaseUrl), '127.0.0.1'] as [string, number, string]]
      : []),
    ...(settings.isPrivate.redis
      ? [['REDIS_PORT', portOf(settings.redisUrl), '127.0.0.1'] as [string, number, string]]
      : []),
    ...(settings.SAMPLE_PROVINCE
      ? [['HTTP_PORT + 6', settings.sampleProvince.httpPort, '127.0.0.1'] as [string, number, string]]
      : []),
    ...(is13710Played(settings)
      ? [['HTTP_PORT + 8', settings.sample13710Port, '127.0.0.1'] as [string, number, string]]
      : []),
    ...(settings.isPrivate.asterisk
      ? ([
          ['ARI_PORT', portOf(settings.ariUrl), '127.0.0.1'],
          ['AMI_PORT', settings.amiPort, '127.0.0.1'],
          ['SIP_PORT', settings.SIP_PORT, settings.SIP_HOST],
        ] as [string, number, string][])
      : []),
  ]
  const taken: string[] = []
  for (const [setting, port, host] of tcp) if (!(await isFree(port, host))) taken.push(`${setting}: ${host}:${port}`)
  if (settings.isPrivate.asterisk && !(await isUdpFree(settings.SIP_PORT, settings.SIP_HOST))) {
    taken.push(`SIP_PORT: ${settings.SIP_HOST}:${settings.SIP_PORT} (UDP)`)
  }
  const { sipHost, sipPort } = settings.sampleProvince
  if (settings.SAMPLE_PROVINCE && !(await isUdpFree(sipPort, sipHost))) {
    taken.push(`HTTP_PORT + 7: ${sipHost}:${sipPort} (UDP)`)
  }
  if (taken.length === 0) return
  throw new SetupFailure(
    `other programs use these ports:\n${[...new Set(taken)].map((line) => `    ${line}`).join('\n')}`,
    'stop them, or set these variables to other ports, e.g. HTTP_PORT=13345 SIP_PORT=5070 npm start',
  )
}

/** Like Promise.all, but waits for the others too: what is still starting must be known before anything is stopped. */
async function allOrFirstFailure<T extends unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as T
}
