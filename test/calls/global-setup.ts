import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestProject } from 'vitest/node'
import { loadSettings } from '../../src/settings.ts'
import { explain } from '../../src/tools/setup/failure.ts'
import { type Hotline, startHotline } from '../../src/tools/setup/hotline.ts'
import { claimPorts } from '../../src/tools/setup/ports.ts'
import { speakPrompts } from '../../src/tools/setup/prompts.ts'
import { run } from '../../src/tools/setup/run.ts'
import { createSteps } from '../../src/tools/setup/steps.ts'
import type { GivenHotline } from './support/given.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket at which a worker asks for its hotline; `hotline.ts` has the words to use that with. */
    hotlines: string
  }
}

/**
 * Whole hotlines as `npm start` runs them, one for each worker that runs test files, on ports and in folders of their
 * own, gone with the test run. The first file of a worker that needs a hotline starts it: files that need none, and
 * single ones, start no more than they use.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-calls-'))
  const started = new Map<string, Promise<Hotline>>()
  let spoken: Promise<void> | null = null
  const start = async (worker: string): Promise<Hotline> => {
    spoken ??= speakQuickly(dir)
    await spoken
    return startOne(dir, worker)
  }
  const hotlineOf = (worker: string): Promise<Hotline> => {
    const known = started.get(worker) ?? start(worker)
    started.set(worker, known)
    return known
  }
  const answer = async (socket: Socket): Promise<void> => {
    const given: GivenHotline = await hotlineOf(await text(socket)).then(
      ({ settings, accounts, logDir }) => ({ settings, accounts, logDir, failure: null }),
      (error: unknown) => ({ failure: `the hotline under test does not start: ${explain(error)}` }),
    )
    socket.end(JSON.stringify(given))
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket))
  const path = join(dir, 'socket')
  await new Promise<void>((listening) => server.listen(path, listening))
  project.provide('hotlines', path)

  return async () => {
    server.close()
    const hotlines = (await Promise.allSettled(started.values())).flatMap((one) =>
      one.status === 'fulfilled' ? one.value : [],
    )
    await Promise.all(hotlines.map((hotline) => hotline.stop()))
    // The logs of a failed run are what it leaves behind for whoever looks into it.
    if (process.exitCode) for (const { logDir } of hotlines) console.error(`logs of the hotline under test: ${logDir}`)
    else await rm(dir, { recursive: true, force: true })
  }
}

async function startOne(dir: string, worker: string): Promise<Hotline> {
  const varDir = join(dir, worker)
  await cp(join(dir, 'prompts'), join(varDir, 'prompts'), { recursive: true })
  const base = await claimPorts(410)
  const settings = loadSettings({
    HOTLINE_VAR: varDir,
    CONFIG_DIR: await quickerConfig(varDir),
    PROMPTS_DIR: join(dir, 'ivr-prompts'),
    HTTP_PORT: String(base),
    SIP_PORT: String(base + 5),
    RTP_PORTS: `${base + 10}-${base + 409}`,
    GUEST_PHONE: 'on',
    SAMPLE_PROVINCE: 'on',
    LOG_LEVEL: 'debug',
  })
  return startHotline(settings, { steps: createSteps(), diesWithUs: true, isThrowaway: true })
}

/**
 * The sample's prompts, spoken once for all hotlines, and greetings in half the time: every call hears one to its end.
 */
async function speakQuickly(dir: string): Promise<void> {
  const promptsDir = join(dir, 'ivr-prompts')
  await cp('ivr-prompts', promptsDir, { recursive: true })
  await speakPrompts(promptsDir, dir)
  for (const file of await readdir(join(dir, 'prompts/zh'))) {
    if (/^greeting-.*\.wav$/.test(file)) {
      await run('sox', [join(dir, 'prompts/zh', file), join(promptsDir, 'zh', file), 'tempo', '-s', '2'])
    }
  }
  await speakPrompts(promptsDir, dir)
}

/** The sample's configuration with shorter waits: what is promised after 20 s is as true after 10. */
async function quickerConfig(varDir: string): Promise<string> {
  const configDir = join(varDir, 'config')
  await cp('config', configDir, { recursive: true })
  const file = join(configDir, 'hotline.yaml')
  let words = await readFile(file, 'utf8')
  const waits = { ringMs: 10_000, wrapUpMs: 15_000, announceEveryMs: 10_000, reachMs: 12_000 }
  for (const [name, ms] of Object.entries(waits)) {
    words = words.replace(new RegExp(`${name}: \\d+`), `${name}: ${ms}`)
  }
  // Citizens are called at whatever hour the tests run, and those who do not answer are not waited for.
  words = words.replace('hours: 09:00-20:00', 'hours: 00:00-24:00').replace('ringMs: 45000', 'ringMs: 4000')
  // One line's callers are asked to rate their talk, however short: the others hang up with the agent.
  words = words.replace('minTalkMs: 10000', 'minTalkMs: 0\n  lines: [12320]')
  // Nobody is called who is not meant by a test.
  words = words.replace(/^ {2}machine: .*\n/m, '')
  await writeFile(file, words)
  return configDir
}
