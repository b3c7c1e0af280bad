import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, type ProcessId, startedTick } from '../../platform/process/process-id.ts'
import { loadSettings, type Settings } from '../../settings.ts'
import { writeWhole } from './files.ts'

/**
 * A running hotline's file in its folder, `run/hotline.json`, so that `npm run demo` and others find it from another
 * window without the environment that it was started with. Contains no password.
 */
export interface Running {
  process: ProcessId
  /** The settings of its addresses and ports. */
  listens: Record<string, string>
  /** Servers of the site's own that it uses: host, port and name; null for a private one. */
  servers: { database: string | null; redis: string | null }
}

export interface Beside {
  settings: Settings
  /** null when none runs on the folder of these settings. */
  running: Running | null
}

export const runningFile = (varDir: string) => join(varDir, 'run/hotline.json')

export async function noteRunning(settings: Settings): Promise<void> {
  const { HTTP_HOST, HTTP_PORT, SIP_HOST, SIP_PORT, rtp, isPrivate } = settings
  const running: Running = {
    process: { pid: process.pid, startedTick: startedTick(process.pid) },
    listens: {
      HTTP_HOST,
      HTTP_PORT: String(HTTP_PORT),
      SIP_HOST,
      SIP_PORT: String(SIP_PORT),
      RTP_PORTS: `${rtp.from}-${rtp.to}`,
      ...(isPrivate.database ? { DATABASE_PORT: new URL(settings.databaseUrl).port } : {}),
      ...(isPrivate.redis ? { REDIS_PORT: new URL(settings.redisUrl).port } : {}),
      ...(isPrivate.asterisk ? { ARI_PORT: new URL(settings.ariUrl).port, AMI_PORT: String(settings.amiPort) } : {}),
    },
    servers: {
      database: isPrivate.database ? null : placeOf(settings.databaseUrl),
      redis: isPrivate.redis ? null : placeOf(settings.redisUrl),
    },
  }
  await writeWhole(runningFile(settings.varDir), `${JSON.stringify(running, null, 2)}\n`)
}

export async function forgetRunning(varDir: string): Promise<void> {
  await rm(runningFile(varDir), { force: true })
}

/** Settings of this window, completed by the addresses of the hotline that runs on the same folder. */
export async function settingsBeside(): Promise<Beside> {
  const given = loadSettings()
  const running = await findRunning(given.varDir)
  if (!running) return { settings: given, running }
  const named = Object.entries(process.env).filter(([, value]) => value !== '')
  return { settings: loadSettings({ ...running.listens, ...Object.fromEntries(named) }), running }
}

async function findRunning(varDir: string): Promise<Running | null> {
  try {
    const running: Running = JSON.parse(await readFile(runningFile(varDir), 'utf8'))
    return isAlive(running.process) ? running : null
  } catch {
    // None, or none of this version: that is the answer.
    return null
  }
}

/** Without user and password. */
export function placeOf(address: string): string {
  const { host, pathname } = new URL(address)
  return `${host}${pathname.replace(/\/$/, '')}`
}
