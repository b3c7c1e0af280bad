import { join } from 'node:path'
import type { Settings } from '../../../settings.ts'
import { SetupFailure, tailOf } from '../failure.ts'
import { answersAtLast, type KeeperOptions, type Kept, keep } from '../keeper.ts'
import type { AsteriskProgram } from './asterisk-program.ts'

const readyMs = 40_000

/** An Asterisk of our own, with the configuration in `<varDir>/asterisk/etc`. */
export async function startAsterisk(
  settings: Settings,
  program: AsteriskProgram,
  options: KeeperOptions,
): Promise<Kept> {
  const dir = join(settings.varDir, 'asterisk')
  const kept = await keep(
    {
      name: 'asterisk',
      command: program.command,
      args: [...program.leadingArgs, '-f', '-C', join(dir, 'etc/asterisk.conf')],
      stopLimitMs: 10_000,
    },
    options,
  )
  if (!(await answersAtLast(kept, () => answers(settings), readyMs))) {
    const tail = await tailOf(kept.logFile)
    await kept.stop()
    throw new SetupFailure(
      `Asterisk does not answer at ${settings.ariUrl}`,
      `are the ports free? set HTTP_PORT and SIP_PORT; Asterisk's own log is in ${join(dir, 'log')}`,
      tail,
    )
  }
  return kept
}

/** ARI with our password answers, so the HTTP server, its user and the REST modules are all there. */
export async function answers(settings: Settings): Promise<boolean> {
  return (await askAri(settings, 'asterisk/ping')) !== null
}

/** Value of a global variable; null while Asterisk does not answer. */
export async function readVariable(settings: Settings, name: string): Promise<string | null> {
  const answer = await askAri(settings, `asterisk/variable?variable=${name}`)
  return answer === null ? null : (JSON.parse(answer) as { value: string }).value
}

async function askAri(settings: Settings, path: string): Promise<string | null> {
  const secret = Buffer.from(`${settings.ARI_USERNAME}:${settings.ariPassword}`).toString('base64')
  try {
    const response = await fetch(`${settings.ariUrl}/ari/${path}`, {
      headers: { authorization: `Basic ${secret}` },
      signal: AbortSignal.timeout(1_000),
    })
    return response.ok ? await response.text() : null
  } catch {
    // Not yet: that is the answer.
    return null
  }
}
