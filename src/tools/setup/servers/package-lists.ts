import type { Instant } from '../../../platform/types.ts'
import { loadSettings } from '../../../settings.ts'
import { SetupFailure } from '../failure.ts'
import { run } from '../run.ts'

/**
 * The expiry date of a mirror's package lists. Without it an attacker could keep a machine at old packages by serving
 * an old list. A frozen mirror has only expired lists: they are accepted, with a notice, if the machine's own apt is
 * configured to accept them, or with APT_CHECK_VALID_UNTIL=off.
 */

const setting = 'APT_CHECK_VALID_UNTIL'

/** Before other arguments of apt-get. */
export function aptValidity(): string[] {
  const isChecked = loadSettings()[setting]
  return isChecked === undefined ? [] : ['-o', `Acquire::Check-Valid-Until=${isChecked}`]
}

/** @returns which setting allows an expired list, in words; null when none does */
export async function whoTakesOldLists(): Promise<string | null> {
  const isChecked = loadSettings()[setting]
  if (isChecked !== undefined) return isChecked ? null : `${setting}=off`
  const said = await run('apt-config', ['dump', 'Acquire::Check-Valid-Until'])
  return isOff(said) ? "this machine's apt is set to it" : null
}

/** `Acquire::Check-Valid-Until "false";`, in apt's own syntax. Pure. */
export function isOff(said: string): boolean {
  return /^Acquire::Check-Valid-Until "(?:no|false|without|off|disable|0)";/im.test(said)
}

const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 }

/**
 * When the list expired, from apt's message: `… is expired (invalid since 23d 12h 20min 30s)`. Pure.
 * @returns null when apt's message is another one
 */
export function expiredAt(said: string, now: Instant): Instant | null {
  const span = /Release file for \S+ is expired \(invalid since ([^)]*)\)/.exec(said)?.[1]
  if (span === undefined) return null
  const parts = [...span.matchAll(/(\d+)(d|h|min|s)\b/g)]
  return now - parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0)
}

/** @returns the failure itself, or one that says which setting a frozen mirror needs */
export function explainExpiry(error: unknown, now: Instant): unknown {
  const at = error instanceof SetupFailure ? expiredAt(error.logTail, now) : null
  if (at === null || !(error instanceof SetupFailure)) return error
  return new SetupFailure(
    `the Debian mirror's package list has expired: it was valid until ${new Date(at).toISOString().slice(0, 16)} UTC`,
    `is this machine's clock right, and the mirror up to date? where the mirror is meant to be a frozen copy, set ${setting}=off (in .env or the environment) and start again`,
    error.logTail,
  )
}
