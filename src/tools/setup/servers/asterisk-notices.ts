import { rm, writeFile } from 'node:fs/promises'
import { originFile } from '../../../health/asterisk.ts'
import { faultsOf, testedMajor, versionOf } from '../../../telephony/sip/versions.ts'
import type { AsteriskProgram } from './asterisk-program.ts'

/**
 * Notices about the hotline's Asterisk for the people who start it.
 * @param mayUpdate whether to suggest looking for a newer one
 */
export function noticesOf(
  { version, origin }: Pick<AsteriskProgram, 'version' | 'origin'>,
  mayUpdate = true,
): string[] {
  const faults = faultsOf(version).map(({ issue }) => `asterisk#${issue}`)
  const notices: string[] = []
  if (faults.length > 0) {
    notices.push(
      `Asterisk ${version} has known faults that a newer version fixes: ${faults.join(', ')} (docs/operations.md, section 11)`,
    )
    if (origin && mayUpdate) notices.push('npm run update-asterisk brings the newest one that the Debian mirror has')
  }
  if (versionOf(version)?.[0] !== testedMajor) {
    notices.push(`Asterisk ${version} was never tested with the hotline; version ${testedMajor} is`)
  }
  if (origin?.listExpiredAt != null) {
    const day = new Date(origin.listExpiredAt).toISOString().slice(0, 10)
    notices.push(`it was taken from a list of packages that was good until ${day}: it may lack security updates`)
  }
  return notices
}

/** For the roles, which show it to administrators. */
export async function tellOrigin(varDir: string, { origin }: Pick<AsteriskProgram, 'origin'>): Promise<void> {
  const file = originFile(varDir)
  if (origin) await writeFile(file, JSON.stringify(origin))
  else await rm(file, { force: true })
}
