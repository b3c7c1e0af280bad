import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../settings.ts'
import type { Site } from '../../site/site.ts'
import { fill, securityLog } from './render.ts'

/**
 * Writes `<varDir>/fail2ban`: which entries of Asterisk's security log ban an address, and which addresses are never
 * banned. It has no effect until an engineer links it (docs/operations.md, section 12). A site without the templates
 * has none.
 */
export async function renderBan(settings: Pick<Settings, 'configDir' | 'varDir'>, site: Site): Promise<void> {
  const templates = join(settings.configDir, 'fail2ban')
  const dir = join(settings.varDir, 'fail2ban')
  await mkdir(dir, { recursive: true })
  const values = {
    securityLog: securityLog(settings),
    trunkNetworks: site.trunks.flatMap(({ networks }) => networks).join(' '),
  }
  for (const name of await readdir(templates).catch(() => [])) {
    const template = await readFile(join(templates, name), 'utf8')
    await writeFile(join(dir, name), fill(template, values, name))
  }
}
