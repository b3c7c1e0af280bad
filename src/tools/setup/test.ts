import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { checkCode } from './check-code.ts'
import { explain } from './failure.ts'
import { promptNeeds } from './prompts.ts'
import { provideAsterisk } from './servers/asterisk-program.ts'
import { mariadbNeeds, type Need, provide, redisNeed, sippNeed } from './servers/packages.ts'
import { createSteps, seconds } from './steps.ts'

/**
 * `npm test`: sets up what the tests need, runs every check, every test and some faults, and ends with the number of
 * passed ones.
 */

const checkout = resolve(import.meta.dirname, '../../..')
/** `calls` mostly waits for people and voices, and what runs beside it computes. */
const beside: Part[][] = [['unit', 'servers'], ['calls']]
/** One of each kind: the controller, Redis, the database, and hostile SIP. */
const faults = ['controller-killed', 'redis-emptied', 'database-killed', 'sip-tortured']
/** These leave the processors to the voices of `calls`, which cannot wait. */
const patient: ReadonlySet<Part> = new Set(['unit', 'servers'])
const slowestShown = 10
const drainMs = 5_000

const needs: Need[] = [
  ...mariadbNeeds,
  redisNeed,
  ...promptNeeds,
  sippNeed,
  { program: 'mariadb-dump', packages: ['mariadb-client'] },
  { program: 'promtool', packages: ['prometheus'] },
  { program: 'baresip', packages: ['baresip-core'] },
  { program: 'chromium', packages: ['chromium'] },
  { program: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', packages: ['fonts-noto-cjk'] },
]

interface Report {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; duration?: number | null }[]
  }[]
}

/** The part of `npm run chaos`' report that is read here. */
interface ChaosReport {
  verdicts: { fault: string; wrong: string[] }[]
  failures: string[]
}

type Part = 'unit' | 'servers' | 'calls' | 'chaos'

interface Tally {
  passed: number
  failed: number
  /** What failed, by name. */
  failures: string[]
  timed: { name: string; ms: number }[]
}

const abort = new AbortController()
const steps = createSteps()
const startedAt = Date.now()
const running = new Set<ReturnType<typeof spawn>>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(signal))
process.on('disconnect', () => interrupt('SIGTERM'))

function interrupt(signal: NodeJS.Signals): void {
  abort.abort()
  if (running.size === 0) process.exit(130)
  // Vitest stops its servers in its own time; then this process ends with it.
  for (const child of running) child.kill(signal)
}

try {
  steps.say('Set-up')
  const installed = await steps.step('programs', () => provide(needs, abort.signal))
  if (installed.length > 0) steps.say(`    installed: ${installed.join(', ')}`)
  await steps.step('Asterisk', () => provideAsterisk(abort.signal))
} catch (error) {
  console.error(`\n✗ ${explain(error)}\n\n0 passed, 1 failed`)
  process.exit(1)
}

const reports = await mkdtemp(join(tmpdir(), 'hotline-reports-'))
const total: Tally = { passed: 0, failed: 0, failures: [], timed: [] }

steps.say('\nCode')
const code = await checkCode((line) => steps.say(line))
add(total, { passed: code.passed.length, failed: code.failed.length, failures: code.failed, timed: [] })
steps.say(`\nTests: ${beside.map((parts) => parts.join(', then ')).join('; beside them ')}; at last chaos`)
const times = new Map<Part, number>()
await Promise.all(beside.map(runInTurn))
// Alone: what is inflicted here would cost the others their processors, and it counts what a busy machine loses.
await runInTurn(['chaos'])
await rm(reports, { recursive: true, force: true })

steps.say('\nTimes')
for (const [part, ms] of times) steps.say(`  ${seconds(ms).padStart(8)}  ${part}`)
steps.say('\nSlowest tests')
const slowest = total.timed.toSorted((a, b) => b.ms - a.ms).slice(0, slowestShown)
for (const test of slowest) steps.say(`  ${seconds(test.ms).padStart(8)}  ${test.name}`)
if (total.failures.length > 0) steps.say(`\nFailed\n${total.failures.map((name) => `  ✗ ${name}`).join('\n')}`)
if (abort.signal.aborted) add(total, { passed: 0, failed: 1, failures: [], timed: [] })
steps.say(`\n${seconds(Date.now() - startedAt)}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

async function runInTurn(parts: Part[]): Promise<void> {
  for (const part of parts) {
    if (abort.signal.aborted) return
    const partStartedAt = Date.now()
    add(total, await (part === 'chaos' ? runChaos() : runProject(part)))
    times.set(part, Date.now() - partStartedAt)
  }
}

async function runProject(project: Part): Promise<Tally> {
  const file = join(reports, `${project}.json`)
  const exitCode = await run(project, [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=json',
    `--outputFile.json=${file}`,
    // With tests of a minute, each one's end is shown.
    `--reporter=${project === 'calls' ? 'verbose' : 'default'}`,
  ])
  const text = await readFile(file, 'utf8').catch(() => '')
  const tally = text === '' ? nothing() : tallyOf(JSON.parse(text) as Report, project)
  // An error outside of every test, or no report at all: it belongs to no test, and is a failure.
  if (exitCode !== 0 && tally.failed === 0) {
    add(tally, { ...nothing(), failed: 1, failures: [`${project}: vitest ended with exit code ${exitCode}`] })
  }
  return tally
}

/** Some faults under light load: each one without loss, duplicate or left-over counts as a passed test. */
async function runChaos(): Promise<Tally> {
  const file = join(reports, 'chaos.json')
  const exitCode = await run('chaos', ['src/tools/chaos/chaos.ts', `--report=${file}`, ...faults])
  const text = await readFile(file, 'utf8').catch(() => '')
  const { verdicts, failures }: ChaosReport = text === '' ? { verdicts: [], failures: [] } : JSON.parse(text)
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0)
  const said = [...wrong.map((verdict) => `${verdict.fault}: ${verdict.wrong.join(', ')}`), ...failures]
  if (exitCode !== 0 && said.length === 0) said.push(`ended with exit code ${exitCode}`)
  const names = said.map((one) => `chaos: ${one}`)
  return { passed: verdicts.length - wrong.length, failed: names.length, failures: names, timed: [] }
}

/** Shows what the program says, each line with the name of the part: several run at once. */
function run(part: Part, args: string[]): Promise<number> {
  return new Promise<number>((done) => {
    const child = spawn(process.execPath, args, {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    running.add(child)
    // What it starts inherits this.
    if (patient.has(part) && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on('line', (line) => steps.say(line === '' ? '' : `${part.padEnd(8)}| ${line}`))
    }
    const end = (code: number) => {
      running.delete(child)
      done(code)
    }
    child.on('close', (status) => end(status ?? 1))
    // Something that it started and left alone may hold its output open.
    child.on('exit', (status) => setTimeout(() => end(status ?? 1), drainMs))
    child.on('error', () => end(1))
  })
}

function tallyOf(report: Report, project: string): Tally {
  const tally = nothing()
  for (const file of report.testResults) {
    const path = file.name.replace(`${checkout}/`, '')
    for (const test of file.assertionResults) {
      const name = `${path}: ${test.fullName}`
      if (test.status === 'passed') tally.passed += 1
      else {
        // One that did not run counts as failed: nothing is skipped here.
        tally.failed += 1
        tally.failures.push(test.status === 'failed' ? name : `${name} (${test.status})`)
      }
      tally.timed.push({ name, ms: test.duration ?? 0 })
    }
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      tally.failed += 1
      tally.failures.push(`${project}: ${path} could not be run: ${file.message.split('\n')[0]}`)
    }
  }
  return tally
}

function nothing(): Tally {
  return { passed: 0, failed: 0, failures: [], timed: [] }
}

function add(to: Tally, more: Tally): void {
  to.passed += more.passed
  to.failed += more.failed
  to.failures.push(...more.failures)
  to.timed.push(...more.timed)
}
