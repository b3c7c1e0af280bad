import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadSettings, type Settings } from '../../settings.ts'
import { wavOf } from '../../telephony/speech/sounds.ts'
import { environmentOf } from '../setup/environment.ts'
import { type Hotline, localUrl, startHotline } from '../setup/hotline.ts'
import { type Kept, keep } from '../setup/keeper.ts'
import { privatePorts } from '../setup/ports.ts'
import { start13710 } from '../setup/servers/thirteen710.ts'
import type { Steps } from '../setup/steps.ts'

/** The private hotline under test: as `npm start` runs it, with a standby controller. */

/** Two ports a leg and two legs a call: enough for 100 calls at once. */
const rtpPorts = '18000-18999'
/** Agents are free again within the run, and unanswered rings are short. */
const timings = { wrapUpMs: 1_000, ringMs: 6_000 }

/** @param isVarSmall all its files are on a disk of their own, small enough to be filled */
export async function layGround(dir: string, isVarSmall: boolean): Promise<Settings> {
  // Left by a run that was killed.
  clearGround({ varDir: dir, spoolDir: join(dir, 'asterisk/spool') })
  for (const name of ['mariadb', 'redis', '13710', 'asterisk/spool', 'log', 'run', 'config', 'ivr-prompts']) {
    await rm(join(dir, name), { recursive: true, force: true })
  }
  await mkdir(dir, { recursive: true })
  if (isVarSmall) mountRoom(dir, '1g')
  const ports = await privatePorts(process.env, rtpPorts)
  const settings = loadSettings({
    HOTLINE_VAR: dir,
    CONFIG_DIR: await quickerConfig(dir),
    PROMPTS_DIR: await shorterGreeting(dir),
    ...ports,
    THIRTEEN710_URL: `http://127.0.0.1:${Number(ports.HTTP_PORT) + 8}`,
    THIRTEEN710_SECRET: randomBytes(24).toString('base64url'),
    LOG_LEVEL: 'debug',
  })
  const recordings = join(settings.spoolDir, 'recording')
  await mkdir(recordings, { recursive: true })
  if (!isVarSmall) mountRoom(recordings, '512m')
  return settings
}

/** Mounts a disk that can be filled. Without the right to mount, only the faults that fill it are not tried. */
function mountRoom(dir: string, size: string): void {
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir], { stdio: 'ignore' })
}

/** Unmounts what `layGround` mounted. */
export function clearGround({ varDir, spoolDir }: Pick<Settings, 'varDir' | 'spoolDir'>): void {
  for (const dir of [join(spoolDir, 'recording'), varDir]) {
    spawnSync('umount', ['--quiet', dir], { stdio: 'ignore' })
  }
}

export interface Ground {
  hotline: Hotline
  standby: Kept
  /** The program that plays the 13710 system. */
  system13710: Kept
}

export async function startGround(
  settings: Settings,
  { env, ...options }: { steps: Steps; signal: AbortSignal; env: Record<string, string> },
): Promise<Ground> {
  // Every program inherits it from this process, now and after each restart.
  Object.assign(process.env, env)
  const hotline = await startHotline(settings, { ...options, diesWithUs: true })
  const keeping = { logDir: hotline.logDir, runDir: join(settings.varDir, 'run'), diesWithUs: true }
  const standby = await keep(
    {
      name: 'standby',
      command: process.execPath,
      args: ['--enable-source-maps', 'src/main.ts'],
      env: environmentOf(hotline.settings, 'calls'),
    },
    keeping,
  )
  const system13710 = await start13710(hotline.settings, localUrl(hotline.settings), keeping)
  return { hotline, standby, system13710 }
}

async function quickerConfig(dir: string): Promise<string> {
  const configDir = join(dir, 'config')
  await cp(resolve('config'), configDir, { recursive: true })
  const file = join(configDir, 'hotline.yaml')
  let text = await readFile(file, 'utf8')
  for (const [name, ms] of Object.entries(timings)) text = text.replace(new RegExp(`${name}: \\d+`), `${name}: ${ms}`)
  await writeFile(file, text)
  // Citizens and phones call from 127.0.0.1; every other loopback address is a stranger's.
  const trunks = join(configDir, 'trunks.yaml')
  await writeFile(trunks, (await readFile(trunks, 'utf8')).replace('127.0.0.0/9', '127.0.0.1/32'))
  return configDir
}

/** A one-second tone: citizens here call for an agent. */
async function shorterGreeting(dir: string): Promise<string> {
  const promptsDir = join(dir, 'ivr-prompts')
  await cp(resolve('ivr-prompts'), promptsDir, { recursive: true })
  await mkdir(join(promptsDir, 'zh'), { recursive: true })
  const tone = Float64Array.from({ length: 8_000 }, (_, index) => 0.3 * Math.sin((2 * Math.PI * 440 * index) / 8_000))
  await writeFile(join(promptsDir, 'zh/greeting-12345.wav'), wavOf(tone))
  return promptsDir
}
