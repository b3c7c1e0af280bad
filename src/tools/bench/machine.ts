import { readFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { run } from '../setup/run.ts'

/** The machine of the figures: absolute ones mean nothing without it. */
export interface Machine {
  cpu: string
  cores: number
  memoryGb: number
  kernel: string
  system: string
  /** Of the last minute, before the bench did anything; above 0.1 other work was running. */
  loadBefore: number
  versions: Record<string, string>
}

export async function describeMachine(): Promise<Machine> {
  const [mariadb, redis, sipp] = await Promise.all([
    versionOf('mariadbd', ['--version'], /Ver (\S+)/),
    versionOf('redis-server', ['--version'], /v=(\S+)/),
    versionOf('sipp', ['-v'], /SIPp v(\S+?)[-.\s]/),
  ])
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1] ?? 'unknown',
    loadBefore: loadNow(),
    versions: { node: process.versions.node, mariadb, redis, sipp },
  }
}

export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100
}

/** SIPp prints its version and exits with a code of its own. */
async function versionOf(command: string, args: string[], pattern: RegExp): Promise<string> {
  const said = await run(command, args).catch((error: unknown) => String((error as { logTail?: string }).logTail ?? ''))
  return pattern.exec(said)?.[1] ?? 'unknown'
}
