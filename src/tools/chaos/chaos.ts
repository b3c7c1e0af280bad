import { join, relative, resolve } from 'node:path'
import { explain } from '../setup/failure.ts'
import { writeWhole } from '../setup/files.ts'
import { releaseLock, takeLock } from '../setup/lock.ts'
import { promptNeeds } from '../setup/prompts.ts'
import { mariadbNeeds, provide, redisNeed } from '../setup/servers/packages.ts'
import { createSteps, seconds } from '../setup/steps.ts'
import { type Asked, helpText, readArguments } from './arguments.ts'
import { openClock } from './clock.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults.ts'
import { clearGround, type Ground, layGround, startGround } from './ground.ts'
import { openPopulation, type Population } from './population.ts'
import { suffer } from './suffer.ts'
import { tableOf, type Verdict } from './verdict.ts'
import { openWorld } from './world.ts'

/** `npm run chaos`: inflicts faults on a private hotline one by one, prints one table of what was lost, writes JSON. */

const dir = resolve('var/chaos')
const lockFile = join(dir, 'chaos.lock')
const abort = new AbortController()
const steps = createSteps()
const asked = readAsked()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
process.on('disconnect', () => abort.abort())

if (asked.isHelp) {
  console.log(helpText(faults))
} else {
  process.exit(await breakAll())
}

function readAsked(): Asked {
  try {
    return readArguments(process.argv.slice(2), faults)
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

/** @returns the exit code: 0 when everything was as promised */
async function breakAll(): Promise<number> {
  const holder = await takeLock(lockFile)
  if (holder !== null) {
    console.error(`✗ chaos runs already: process ${holder}`)
    return 2
  }
  const startedAt = new Date()
  const { isFull, callsPerSecond } = asked
  const found: Found = { verdicts: [], failures: [] }
  try {
    await provide([...mariadbNeeds, redisNeed, ...promptNeeds], abort.signal)
    // A settable clock and a small disk would disturb the other faults: each kind has a hotline of its own.
    const kinds = Map.groupBy(asked.chosen, ({ stepsClock, fillsVar }) => `${stepsClock ?? false} ${fillsVar ?? false}`)
    for (const some of kinds.values()) await breakHotline(some, found)
    const { verdicts, failures } = found
    const file = join(dir, `${startedAt.toISOString().replace(/[:.]/g, '-')}.json`)
    const counts = `${JSON.stringify({ startedAt, isFull, callsPerSecond, verdicts, failures }, null, 2)}\n`
    await writeWhole(file, counts)
    if (asked.report !== null) await writeWhole(asked.report, counts)
    steps.say(`\n${tableOf(verdicts)}\n`)
    for (const failure of failures) steps.say(`  ✗ ${failure}`)
    steps.say(`  ${seconds(Date.now() - startedAt.getTime())}\n  ${relative(process.cwd(), file)}`)
    return failures.length > 0 || abort.signal.aborted || verdicts.some(({ wrong }) => wrong.length > 0) ? 1 : 0
  } catch (error) {
    console.error(`\n✗ ${explain(error)}`)
    return 1
  } finally {
    await releaseLock(lockFile)
  }
}

interface Found {
  verdicts: Verdict[]
  failures: string[]
}

/** One hotline, from its start to its end, and these faults one after another. */
async function breakHotline(chosen: readonly Fault[], { verdicts, failures }: Found): Promise<void> {
  let ground: Ground | null = null
  let population: Population | null = null
  try {
    const isVarSmall = chosen.some(({ fillsVar }) => fillsVar)
    const settings = await layGround(join(dir, 'hotline'), isVarSmall)
    const clock = chosen.some(({ stepsClock }) => stepsClock) ? await openClock(settings.varDir, abort.signal) : null
    ground = await startGround(settings, { steps, signal: abort.signal, env: clock?.env ?? {} })
    const world = openWorld({
      ...ground,
      clock,
      isFull: asked.isFull,
      signal: abort.signal,
      say: (line) => steps.say(`  ${line}`),
    })
    population = await openPopulation(ground.hotline, asked)
    for (const [index, fault] of chosen.entries()) {
      if (abort.signal.aborted) break
      steps.say(`\n[${index + 1}/${chosen.length}] ${fault.name}: ${fault.title}`)
      try {
        const verdict = await suffer(world, population, fault)
        verdicts.push(verdict)
        steps.say(verdict.wrong.length === 0 ? '  ✓ as promised' : `  ✗ ${verdict.wrong.join(', ')}`)
      } catch (error) {
        failures.push(`${fault.name}: ${explain(error)}`)
        steps.say(`  ✗ ${explain(error)}`)
      }
    }
  } finally {
    population?.close()
    await ground?.standby.stop()
    await ground?.system13710.stop()
    await ground?.hotline.stop()
    if (ground) clearGround(ground.hotline.settings)
  }
}
