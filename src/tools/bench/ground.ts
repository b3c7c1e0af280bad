import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadSettings, type Settings } from '../../settings.ts'
import { wavOf } from '../../telephony/speech/sounds.ts'
import { type Hotline, startHotline } from '../setup/hotline.ts'
import { privatePorts } from '../setup/ports.ts'
import type { Steps } from '../setup/steps.ts'
import { addArms, thirdPort } from './arms.ts'
import { greetingSound } from './sound.ts'

/**
 * The private hotline under measurement: as `npm start` runs it, durable database included, on ports and in a folder of
 * its own. Only its Asterisk contains the arms that the product is compared with.
 */
export interface Ground {
  settings: Settings
  start(options: { steps: Steps; signal: AbortSignal }): Promise<Hotline>
}

/** Two ports a leg and two legs a call: enough for 500 calls, above the port ranges of other samples. */
const rtpPorts = '14000-17999'
/** So that agents are free again within a run of some seconds. */
const wrapUpMs = 1_000

/**
 * @param dir `var/bench/hotline`; programs and prompts stay there for the next run, data of calls does not; with
 *   `BENCH_KEEP` the database stays, so that generated tickets are measured again
 */
export async function layGround(dir: string, keepsDatabase = Boolean(process.env.BENCH_KEEP)): Promise<Ground> {
  for (const name of ['mariadb', 'redis', 'asterisk/spool', 'log', 'config', 'ivr-prompts']) {
    if (name === 'mariadb' && keepsDatabase) continue
    await rm(join(dir, name), { recursive: true, force: true })
  }
  const ports = await privatePorts(process.env, rtpPorts)
  const settings = loadSettings({
    HOTLINE_VAR: dir,
    CONFIG_DIR: await benchConfig(dir, thirdPort({ SIP_PORT: Number(ports.SIP_PORT) })),
    PROMPTS_DIR: await benchPrompts(dir),
    ...ports,
    // A few log-ins of the sample represent a city's.
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
async function benchConfig(dir: string, outsidePort: number): Promise<string> {
  const configDir = join(dir, 'config')
  await cp(resolve('config'), configDir, { recursive: true })
  const file = join(configDir, 'hotline.yaml')
  const text = await readFile(file, 'utf8')
  // A few people read as much as a thousand: they must not reach the daily bound.
  const unbound = text.replace(/(alarmAt|refuseAt): \d+/g, '$1: 999999999')
  await writeFile(file, unbound.replace(/wrapUpMs: \d+/, `wrapUpMs: ${wrapUpMs}`))
  const trunks = join(configDir, 'trunks.yaml')
  // The bench itself plays the numbers outside.
  await writeFile(
    trunks,
    (await readFile(trunks, 'utf8')).replace('sendTo: sample', `sendTo: 127.0.0.1:${outsidePort}`),
  )
  return configDir
}

/** The site's prompts with a greeting whose beginning is recognisable on the wire; all arms play this one file. */
async function benchPrompts(dir: string): Promise<string> {
  const promptsDir = join(dir, 'ivr-prompts')
  await cp(resolve('ivr-prompts'), promptsDir, { recursive: true })
  await mkdir(join(promptsDir, 'zh'), { recursive: true })
  await writeFile(join(promptsDir, 'zh/greeting-12345.wav'), wavOf(greetingSound()))
  return promptsDir
}
