import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadSettings, type Settings } from '../../../src/settings.ts'
import { requireSite } from '../../../src/site/load.ts'
import type { Site, Trunk } from '../../../src/site/site.ts'
import type { AriLinkSettings } from '../../../src/telephony/ari/ari-link.ts'
import { renderAsterisk } from '../../../src/telephony/render/render.ts'
import { eventually } from '../../../src/tools/setup/files.ts'
import type { Kept } from '../../../src/tools/setup/keeper.ts'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { speakPrompts } from '../../../src/tools/setup/prompts.ts'
import { loadSecrets, withSecrets } from '../../../src/tools/setup/secrets.ts'
import { startAsterisk } from '../../../src/tools/setup/servers/asterisk.ts'
import { provideAsterisk } from '../../../src/tools/setup/servers/asterisk-program.ts'

/** A real Asterisk of its own for one test file: sample site, private ports, no controller. */
export interface TestAsterisk {
  settings: Settings & AriLinkSettings
  site: Site
  /** It is started again by itself after a death. */
  program: Kept
  stop(): Promise<void>
}

/** Citizens call from one address of loopback; every other one is a stranger's, unless a test says so. */
function withNetworks(site: Site, networks: Partial<Record<Trunk['kind'], string>>): Site {
  const trunks = site.trunks.map((trunk) => {
    const network = networks[trunk.kind]
    return network === undefined ? trunk : { ...trunk, networks: [network], vouches: trunk.kind === 'carrier' }
  })
  return { ...site, trunks }
}

const checkout = resolve(import.meta.dirname, '../../..')

/** @param options networks by kind of trunk; only the carrier's is trusted with callers' numbers */
export async function startTestAsterisk(
  options: { networks?: Partial<Record<Trunk['kind'], string>> } = {},
): Promise<TestAsterisk> {
  const varDir = await mkdtemp(join(tmpdir(), 'hotline-asterisk-'))
  const port = await claimPorts(210)
  const given = loadSettings({
    HOTLINE_VAR: varDir,
    CONFIG_DIR: join(checkout, 'config'),
    PROMPTS_DIR: join(checkout, 'ivr-prompts'),
    ARI_PORT: `${port}`,
    AMI_PORT: `${port + 1}`,
    SIP_PORT: `${port + 2}`,
    RTP_PORTS: `${port + 10}-${port + 209}`,
  })
  const settings = withSecrets(given, await loadSecrets(varDir))
  const site = withNetworks(requireSite(settings.configDir), options.networks ?? { carrier: '127.0.0.1/32' })
  const program = await provideAsterisk()
  await speakPrompts(settings.promptsDir, varDir)
  await renderAsterisk(settings, site, program)
  const kept = await startAsterisk(settings, program, {
    runDir: join(varDir, 'run'),
    logDir: join(varDir, 'log'),
    diesWithUs: true,
  })
  return {
    settings,
    site,
    program: kept,
    async stop() {
      await kept.stop()
      await rm(varDir, { recursive: true, force: true })
    },
  }
}

/** Stands still for as long as the work takes, and wakes whatever comes of it. */
export async function whileSilent(program: Kept, work: () => Promise<void>): Promise<void> {
  program.kill('SIGSTOP')
  try {
    // A thread that runs on another processor goes on for a moment, and may answer.
    if (!(await eventually(() => standsStill(program.pid()), 5_000, 1))) throw new Error(`${program.name} goes on`)
    await work()
  } finally {
    program.kill('SIGCONT')
  }
}

async function standsStill(pid: number | null): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const states = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/stat`, 'utf8')))
  return states.every((stat) => /\) T /.test(stat))
}
