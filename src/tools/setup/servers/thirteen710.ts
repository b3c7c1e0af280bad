import { resolve } from 'node:path'
import type { Settings } from '../../../settings.ts'
import { SetupFailure, tailOf } from '../failure.ts'
import { answersAtLast, type KeeperOptions, type Kept, keep } from '../keeper.ts'

/** The program that plays the 13710 system in the sample: `src/tools/thirteen710`, started like a foreign program. */

const checkout = resolve(import.meta.dirname, '../../../..')
const readyMs = 20_000

type Place = Pick<Settings, 'SAMPLE_PROVINCE' | 'THIRTEEN710_URL'>
/** A site that names the real system has no other one. */
export const is13710Played = ({ SAMPLE_PROVINCE, THIRTEEN710_URL }: Place): boolean =>
  SAMPLE_PROVINCE && THIRTEEN710_URL === undefined

export const page13710 = ({ sample13710Port }: Pick<Settings, 'sample13710Port'>): string =>
  `http://127.0.0.1:${sample13710Port}`

/** @param pages how this machine reaches the hotline's own pages */
export async function start13710(settings: Settings, pages: string, keeping: KeeperOptions): Promise<Kept> {
  const kept = await keep(
    {
      name: '13710',
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', 'src/tools/thirteen710/main.ts'],
      cwd: checkout,
      env: {
        ...process.env,
        THIRTEEN710_HTTP: `127.0.0.1:${settings.sample13710Port}`,
        THIRTEEN710_SECRET: settings.thirteen710Secret,
        THIRTEEN710_FILE: resolve(settings.varDir, '13710/13710.sqlite'),
        HOTLINE_MESSAGES_URL: `${pages}/api/oversight/messages`,
      },
    },
    keeping,
  )
  const answers = async () => {
    try {
      return (await fetch(`${page13710(settings)}/state`, { signal: AbortSignal.timeout(2_000) })).ok
    } catch {
      // Not yet.
      return false
    }
  }
  if (await answersAtLast(kept, answers, readyMs)) return kept
  throw new SetupFailure(
    `the 13710 system of the sample did not answer at ${page13710(settings)}`,
    `see ${kept.logFile}, or start without it: SAMPLE_PROVINCE=off npm start`,
    await tailOf(kept.logFile, 8),
  )
}
