import { join, relative } from 'node:path'
import { loadSettings } from '../../settings.ts'
import { requireSite } from '../../site/load.ts'
import { renderBan } from '../../telephony/render/ban.ts'
import { renderAsterisk } from '../../telephony/render/render.ts'
import { explain } from './failure.ts'
import { speakPrompts } from './prompts.ts'
import { loadSecrets, withSecrets } from './secrets.ts'

/** `npm run render`: Asterisk's configuration for an Asterisk of one's own, to look at and to copy. */

try {
  const given = loadSettings()
  const settings = withSecrets(given, await loadSecrets(given.varDir))
  await speakPrompts(settings.promptsDir, settings.varDir)
  const site = requireSite(settings.configDir, settings.promptsDir)
  await renderAsterisk(settings, site, null)
  await renderBan(settings, site)
  const here = (path: string) => relative(process.cwd(), path)
  console.log(`Configuration: ${here(join(settings.varDir, 'asterisk/etc'))} (holds passwords)`)
  console.log(`Prompts, for the folder zh of Asterisk's sounds: ${here(join(settings.varDir, 'prompts/zh'))}`)
} catch (error) {
  console.error(`\n✗ ${explain(error)}`)
  process.exitCode = 1
}
