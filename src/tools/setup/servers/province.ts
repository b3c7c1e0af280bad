import { resolve } from 'node:path'
import type { Settings } from '../../../settings.ts'
import { SetupFailure, tailOf } from '../failure.ts'
import { answersAtLast, type KeeperOptions, keep } from '../keeper.ts'

/**
 * The program that plays the provincial platform in the sample: `src/tools/province`, started like a foreign program.
 */

const checkout = resolve(import.meta.dirname, '../../../..')
const readyMs = 20_000

export const provincePage = ({ sampleProvince }: Pick<Settings, 'sampleProvince'>): string =>
  `http://127.0.0.1:${sampleProvince.httpPort}`

/** @param pages how this machine reaches the hotline's own pages */
export async function startProvince(settings: Settings, pages: string, keeping: KeeperOptions): Promise<void> {
  const { httpPort, sipHost, sipPort } = settings.sampleProvince
  const kept = await keep(
    {
      name: 'province',
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', 'src/tools/province/main.ts'],
      cwd: checkout,
      env: {
        ...process.env,
        PROVINCE_HTTP: `127.0.0.1:${httpPort}`,
        PROVINCE_SIP: `${sipHost}:${sipPort}`,
        PROVINCE_SECRET: settings.provinceSecret,
        EMERGENCY_SECRET: settings.emergencySecret,
        PROVINCE_FILE: resolve(settings.varDir, 'province/province.sqlite'),
        HOTLINE_EXCHANGE_URL: `${pages}/api/exchange/messages`,
        HOTLINE_SIP: `${settings.SIP_HOST}:${settings.SIP_PORT}`,
      },
    },
    keeping,
  )
  const answers = async () => {
    try {
      return (await fetch(`${provincePage(settings)}/state`, { signal: AbortSignal.timeout(2_000) })).ok
    } catch {
      // Not yet.
      return false
    }
  }
  if (await answersAtLast(kept, answers, readyMs)) return
  throw new SetupFailure(
    `the province of the sample did not answer at ${provincePage(settings)}`,
    `see ${kept.logFile}, or start without it: SAMPLE_PROVINCE=off npm start`,
    await tailOf(kept.logFile, 8),
  )
}
