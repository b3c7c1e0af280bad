import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadSettings, type Settings } from '../../settings.ts'
import { wavOf } from '../../telephony/speech/sounds.ts'
import { type Hotline, startHotline } from '../setup/hotline.ts'
import { privatePorts } from '../setup/ports.ts'
import type { Steps } from '../setup/steps.ts'
import { addArms } from './arms.ts'
import { greetingSound } from './sound.ts'

/**
 * The private hotline that is measured: as `npm start` runs it, durable database included, on ports and in a folder of
 * its own. Its Asterisk alone knows the arms that the product is held against.
 */
export interface Ground {
  settings: Settings
  start(options: { steps: Steps; signal: AbortSignal }): Promise<Hotline>
}

/** Two ports a leg and two legs a call: enough for 500 calls, above the ports of other samples. */
const rtpPorts = '14000-17999'
/** So that agents are free again for the next call within a run of some seconds. */
const wrapUpMs = 1_000

/**
 * @param dir `var/bench/hotline`; programs and prompts stay there for the next run, what was written by calls does not;
 * with `BENCH_KEEP` the database does, so that tickets that took long to make up are measured again
 */
export async function layGround(dir: string, keepsDatabase = Boolean(process.env.BENCH_KEEP)): Promise<Ground> {
  for (const name of ['mariadb', 'redis', 'asterisk/spool', 'log', 'config', 'ivr-prompts']) {
    if (name === 'mariadb' && keepsDatabase) continue
    await rm(join(dir, name), { recursive: true, force: true })
  }
  const settings = loadSettings({
    HOTLINE_VAR: dir,
    CONFIG_DIR: await benchConfig(dir),
    PROMPTS_DIR: await benchPrompts(dir),
    ...(await privatePorts(process.env, rtpPorts)),
    // A few log-ins of the sample stand for a city's.
    REQUESTS_PER_MINUTE: '1000000',
  })
  return {
    settings,
    start: ({ steps, signal }) =>
      startHotline(settings, {
        steps,
        signal,
        diesWithUs: true,
        onRendered: (etcDir) => addArms(etcDir, settings),
      }),
  }
}

/** The site's configuration with a short wrap-up. */
async function benchConfig(dir: string): Promise<string> {
  const configDir = join(dir, 'config')
  await cp(resolve('config'), configDir, { recursive: true })
  const file = join(configDir, 'hotline.yaml')
  const text = await readFile(file, 'utf8')
  // Few people read for a thousand: they must not come to a bound.
  const unbound = text.replace(/(alarmAt|refuseAt): \d+/g, '$1: 999999999')
  await writeFile(file, unbound.replace(/wrapUpMs: \d+/, `wrapUpMs: ${wrapUpMs}`))
  return configDir
}

/** The site's prompts with a greeting whose beginning can be told on the wire; all arms play this one file. */
async function benchPrompts(dir: string): Promise<string> {
  const promptsDir = join(dir, 'ivr-prompts')
  await cp(resolve('ivr-prompts'), promptsDir, { recursive: true })
  await mkdir(join(promptsDir, 'zh'), { recursive: true })
  await writeFile(join(promptsDir, 'zh/greeting-12345.wav'), wavOf(greetingSound()))
  return promptsDir
}
