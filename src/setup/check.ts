import { relative, resolve } from 'node:path'
import { loadCalendarFiles } from '../calendar/load.ts'
import { loadSeeds } from '../catalogue/load.ts'
import { loadSettings, SettingsError } from '../settings.ts'
import { loadSite } from '../site/load.ts'
import { loadLimits } from '../tickets/limits-file.ts'

/** `npm run check`: every setting, config file and prompt, without starting anything; all faults at once. */

const faults: string[] = []
/** As one would type it: relative to where one is, unless that leads out of here. */
const here = (file: string): string => {
  const path = relative(process.cwd(), file)
  return path.startsWith('..') ? file : path
}

const { configDir, promptsDir } = folders()
faults.push(
  ...[
    loadSite(configDir, promptsDir),
    loadCalendarFiles(configDir),
    loadLimits(configDir),
    loadSeeds(configDir),
  ].flatMap((loaded) => loaded.faults.map((fault) => `${here(fault.file)}:${fault.line}: ${fault.message}`)),
)

if (faults.length === 0) {
  console.log('Settings, configuration and prompts are in order.')
} else {
  console.error(faults.join('\n'))
  console.error(`\n${faults.length} fault${faults.length === 1 ? '' : 's'}`)
  process.exitCode = 1
}

/** Faulty settings must not hide the faults of the files. */
function folders(): { configDir: string; promptsDir: string } {
  try {
    return loadSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    faults.push(...error.faults)
    const { CONFIG_DIR, PROMPTS_DIR } = process.env
    return { configDir: resolve(CONFIG_DIR || 'config'), promptsDir: resolve(PROMPTS_DIR || 'ivr-prompts') }
  }
}
