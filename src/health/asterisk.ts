import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Instant } from '../platform/types.ts'
import { type AsteriskFault, faultsOf, isOld, testedMajor, versionOf } from '../telephony/sip/versions.ts'

/** Whether the running Asterisk should be replaced by a newer one. None of this keeps a call from being answered. */

/** As the leading controller read it from Asterisk itself. */
export interface RunningAsterisk {
  version: string
  /** Null where it does not say. */
  builtAt: Instant | null
}

/** Origin of an Asterisk that the set-up has unpacked. */
export const origin = z.object({
  unpackedAt: z.number(),
  /** The package list had expired: newer versions, security updates among them, may have been missing. */
  listExpiredAt: z.number().nullable(),
})
export type Origin = z.infer<typeof origin>

/** Written by the set-up, for the roles of the same machine. */
export const originFile = (varDir: string): string => join(varDir, 'asterisk/origin.json')

/** @returns null for an Asterisk that was not unpacked by us */
export async function readOrigin(varDir: string): Promise<Origin | null> {
  try {
    return origin.parse(JSON.parse(await readFile(originFile(varDir), 'utf8')))
  } catch {
    // Not written, or being written: unknown.
    return null
  }
}

const warningWords = {
  'asterisk.known-faults': 'Asterisk 的这个版本有已知缺陷，新版本已修复，请升级（npm run update-asterisk）',
  'asterisk.untested': 'Asterisk 的这个版本未经测试，已知缺陷不详',
  'asterisk.old': 'Asterisk 的这个版本已超过 180 天，可能缺少安全更新，请升级（npm run update-asterisk）',
  'asterisk.list-expired': 'Asterisk 取自已过期的软件包清单，可能缺少安全更新，请核对软件源',
} as const
export type AsteriskWarning = keyof typeof warningWords
export const asteriskWarnings = Object.keys(warningWords) as [AsteriskWarning, ...AsteriskWarning[]]

export interface AsteriskHealth {
  /** Null until a controller has reported it. */
  running: RunningAsterisk | null
  faults: AsteriskFault[]
  origin: Origin | null
  /** Without the version: `/readyz` answers anyone. */
  warnings: { code: AsteriskWarning; message: string }[]
}

/** Pure. */
export function judgeAsterisk(running: RunningAsterisk | null, origin: Origin | null, now: Instant): AsteriskHealth {
  const faults = running ? faultsOf(running.version) : []
  const isTested = running === null || versionOf(running.version)?.[0] === testedMajor
  const codes: (AsteriskWarning | false)[] = [
    faults.length > 0 && 'asterisk.known-faults',
    !isTested && 'asterisk.untested',
    running?.builtAt != null && isOld(running.builtAt, now) && 'asterisk.old',
    origin?.listExpiredAt != null && 'asterisk.list-expired',
  ]
  const warnings = codes.filter((code) => code !== false).map((code) => ({ code, message: warningWords[code] }))
  return { running, faults, origin, warnings }
}
