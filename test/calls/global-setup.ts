import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { loadSettings, type Settings } from '../../src/settings.ts'
import { startHotline } from '../../src/tools/setup/hotline.ts'
import { claimPorts } from '../../src/tools/setup/ports.ts'
import type { Account } from '../../src/tools/setup/sample/sample.ts'
import { createSteps } from '../../src/tools/setup/steps.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The hotline of this run; `hotline.ts` has the words to use it with. */
    hotline: { settings: Settings; accounts: Account[]; logDir: string }
  }
}

/** A whole hotline as `npm start` runs it, on ports and in a folder of its own, gone with the test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-calls-'))
  const base = await claimPorts(410)
  const settings = loadSettings({
    HOTLINE_VAR: dir,
    CONFIG_DIR: await quickerConfig(dir),
    HTTP_PORT: String(base),
    SIP_PORT: String(base + 5),
    RTP_PORTS: `${base + 10}-${base + 409}`,
    GUEST_PHONE: 'on',
    SAMPLE_PROVINCE: 'on',
    LOG_LEVEL: 'debug',
  })
  const hotline = await startHotline(settings, {
    steps: createSteps(),
    diesWithUs: true,
    isThrowaway: true,
  })
  project.provide('hotline', { settings: hotline.settings, accounts: hotline.accounts, logDir: hotline.logDir })
  return async () => {
    await hotline.stop()
    // The logs of a failed run are what it leaves behind for whoever looks into it.
    if (process.exitCode) console.error(`logs of the hotline under test: ${hotline.logDir}`)
    else await rm(dir, { recursive: true, force: true })
  }
}

/** The sample's configuration with shorter waits: what is promised after 20 s is as true after 10. */
async function quickerConfig(dir: string): Promise<string> {
  const configDir = join(dir, 'config')
  await cp('config', configDir, { recursive: true })
  const file = join(configDir, 'hotline.yaml')
  let text = await readFile(file, 'utf8')
  for (const [name, ms] of Object.entries({ ringMs: 10_000, wrapUpMs: 15_000, announceEveryMs: 10_000 })) {
    text = text.replace(new RegExp(`${name}: \\d+`), `${name}: ${ms}`)
  }
  await writeFile(file, text)
  return configDir
}
