import { relative, resolve } from 'node:path'
import { loadCalendarFiles } from '../../calendar/load.ts'
import { loadSeeds } from '../../catalogue/load.ts'
import { loadSettings, reachOf, SettingsError } from '../../settings.ts'
import { type Fault, loadSite } from '../../site/load.ts'
import { loadLimits } from '../../tickets/clocks/limits-file.ts'

/** `npm run check`: every setting, config file and prompt, without starting anything; all faults at once. */

const faults: string[] = []
/** As a user would type it: relative to the current folder, unless that leads outside. */
const here = (file: string): string => {
  const path = relative(process.cwd(), file)
  return path.startsWith('../..') ? file : path
}

const { configDir, promptsDir, reach } = looked()
const site = loadSite(configDir, promptsDir)
faults.push(
  ...[site, loadCalendarFiles(configDir), loadLimits(configDir), loadSeeds(configDir)].flatMap((loaded) =>
    loaded.faults.map(lineOf),
  ),
)
const [reached] = reach
for (const fault of reached ? site.loopbacks : []) {
  console.error(`warning: ${lineOf(fault)} (${reached} lets others reach this machine)`)
}

if (faults.length === 0) {
  console.log('Settings, configuration and prompts are in order.')
} else {
  console.error(faults.join('\n'))
  console.error(`\n${faults.length} fault${faults.length === 1 ? '' : 's'}`)
  process.exitCode = 1
}

function lineOf({ file, line, message }: Fault): string {
  return `${here(file)}:${line}: ${message}`
}

/** Faulty settings must not hide the faults of the files. */
function looked(): { configDir: string; promptsDir: string; reach: string[] } {
  try {
    const settings = loadSettings()
    return { ...settings, reach: reachOf(settings) }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    faults.push(...error.faults)
    const { CONFIG_DIR, PROMPTS_DIR } = process.env
    return { configDir: resolve(CONFIG_DIR || 'config'), promptsDir: resolve(PROMPTS_DIR || 'ivr-prompts'), reach: [] }
  }
}
