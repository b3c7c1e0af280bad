import { join, relative, resolve } from 'node:path'
import { explain } from '../setup/failure.ts'
import { writeWhole } from '../setup/files.ts'
import type { Hotline } from '../setup/hotline.ts'
import { releaseLock, takeLock } from '../setup/lock.ts'
import { promptNeeds } from '../setup/prompts.ts'
import { mariadbNeeds, provide, redisNeed, sippNeed } from '../setup/servers/packages.ts'
import { createSteps, seconds } from '../setup/steps.ts'
import { type Asked, helpText, isWanted, readArguments, wantedFigures } from './arguments.ts'
import { type Figure, verdictOf } from './goal.ts'
import { measurements } from './goals.ts'
import { type Ground, layGround } from './ground.ts'
import { describeMachine, loadNow } from './machine.ts'
import type { Bench, Measurement } from './measurement.ts'
import { pinAsterisk, pinUs } from './pinned.ts'
import { tableOf } from './table.ts'

/** `npm run bench`: measures a private hotline against its goals, prints one table, writes JSON. */

const dir = resolve('var/bench')
const lockFile = join(dir, 'bench.lock')
const abort = new AbortController()
const steps = createSteps()
const asked = readAsked()
let ground: Ground | null = null
let hotline: Hotline | null = null
/** Why the figures of the running hotline are not those of a pinned one. */
let unpinned: (() => string[]) | null = null
const shared = new Map<string, Promise<{ close(): void | Promise<void> }>>()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
process.on('disconnect', () => abort.abort())

if (asked.isHelp) {
  console.log(helpText(measurements))
} else {
  process.exit(await measureAll())
}

function readAsked(): Asked {
  try {
    return readArguments(process.argv.slice(2), measurements)
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

/** @returns the exit code: a missed goal is a figure, not a failure */
async function measureAll(): Promise<number> {
  const holder = await takeLock(lockFile)
  if (holder !== null) {
    console.error(`✗ a bench runs already: process ${holder}; two of them would measure each other`)
    return 2
  }
  const startedAt = new Date()
  try {
    await provide([...mariadbNeeds, redisNeed, ...promptNeeds, sippNeed], abort.signal)
    const machine = await describeMachine()
    if (asked.isPinned) await pinUs()
    steps.say(
      `${asked.isFull ? 'Full' : 'Short'} bench on ${machine.cores} × ${machine.cpu}, ${asked.isPinned ? 'pinned' : 'shared'}, load ${machine.loadBefore}`,
    )
    if (machine.loadBefore > 0.1) steps.say('  ! the machine is not idle: absolute figures are worth little')
    const chosen = measurements.filter((measurement) => isWanted(measurement, asked.wanted))
    const figures: Figure[] = []
    const failures: string[] = []
    for (const [index, measurement] of chosen.entries()) {
      if (abort.signal.aborted) break
      steps.say(`\n[${index + 1}/${chosen.length}] ${measurement.name}: ${measurement.title}`)
      figures.push(...(await measure(measurement, failures)))
    }
    const { isFull, isPinned } = asked
    const report = { startedAt, isFull, isPinned, seconds: secondsSince(startedAt), machine, loadAfter: loadNow() }
    const file = join(dir, `${startedAt.toISOString().replace(/[:.]/g, '-')}.json`)
    await writeWhole(file, `${JSON.stringify({ ...report, figures: figures.map(withVerdict), failures }, null, 2)}\n`)
    steps.say(`\n${tableOf(figures)}\n`)
    for (const failure of failures) steps.say(`  ✗ ${failure}`)
    steps.say(`  ${seconds(report.seconds * 1_000)}, load ${machine.loadBefore} before and ${report.loadAfter} after`)
    steps.say(`  ${relative(process.cwd(), file)}`)
    return failures.length > 0 || abort.signal.aborted ? 1 : 0
  } catch (error) {
    if (!abort.signal.aborted) console.error(`\n✗ ${explain(error)}`)
    return 1
  } finally {
    await stopHotline()
    await releaseLock(lockFile)
  }
}

/** A measurement that fails loses its own figures and no others. */
async function measure(measurement: Measurement, failures: string[]): Promise<Figure[]> {
  const startedAt = new Date()
  try {
    const figures = await measurement.run(benchOf(measurement))
    steps.say(`  ${seconds(secondsSince(startedAt) * 1_000)}`)
    const voids = unpinned?.() ?? []
    return wantedFigures(figures, measurement, asked.wanted).map((one) => ({ ...one, voids: [...one.voids, ...voids] }))
  } catch (error) {
    if (abort.signal.aborted) return []
    failures.push(`${measurement.name}: ${explain(error)}`)
    steps.say(`  ✗ ${explain(error)}`)
    return []
  }
}

function benchOf(measurement: Measurement): Bench {
  const begin = async (): Promise<Hotline> => {
    ground ??= await layGround(join(dir, 'hotline'))
    hotline ??= await ground.start({ steps, signal: abort.signal })
    if (asked.isPinned) unpinned ??= await pinAsterisk(hotline.programs.get('asterisk'))
    return hotline
  }
  return {
    isFull: asked.isFull,
    dir: join(dir, measurement.name),
    signal: abort.signal,
    say: (line) => steps.say(`  ${line}`),
    hotline: begin,
    stopHotline,
    async shared<T extends { close(): void | Promise<void> }>(name: string, open: (given: Hotline) => Promise<T>) {
      const opening = shared.get(name) ?? begin().then(open)
      shared.set(name, opening)
      return opening as Promise<T>
    },
  }
}

async function stopHotline(): Promise<void> {
  for (const opening of [...shared.values()].reverse()) {
    const opened = await opening.catch(() => null)
    await opened?.close()
  }
  shared.clear()
  await hotline?.stop()
  hotline = null
  unpinned = null
}

function secondsSince(instant: Date): number {
  return (Date.now() - instant.getTime()) / 1_000
}

function withVerdict(figure: Figure): Figure & { verdict: string } {
  return { ...figure, verdict: verdictOf(figure) }
}
