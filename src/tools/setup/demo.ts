import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Settings } from '../../settings.ts'
import { explain, SetupFailure } from './failure.ts'
import { wait } from './files.ts'
import { localUrl } from './hotline.ts'
import { claimPorts } from './ports.ts'
import { run } from './run.ts'
import { type Beside, runningFile, settingsBeside } from './running.ts'
import { provide, sippNeed } from './servers/packages.ts'
import { provincePage } from './servers/province.ts'

/** `npm run demo`: citizens call the running hotline, to try the console without a phone. */

interface Story {
  tells: string
  from: string
  to: string
  headers: string[]
  /** After the first of the demo. */
  afterSeconds: number
  /** From the greeting on, unless the agent hangs up earlier: long enough to type what the citizen says. */
  seconds: number
}

const forwarded = (line: string) => [`Diversion: <sip:${line}@127.0.0.1>;reason=unconditional`]
const early = '15835598765'
const stories: Story[] = [
  { tells: 'a citizen dials 12345', from: '13935512345', to: '12345', headers: [], afterSeconds: 0, seconds: 90 },
  {
    tells: 'one dials 12333 and is forwarded; with one agent this one waits',
    from: '03552024567',
    to: '12345',
    headers: forwarded('12333'),
    afterSeconds: 10,
    seconds: 180,
  },
  { tells: 'one hangs up while waiting', from: early, to: '12345', headers: [], afterSeconds: 20, seconds: 20 },
  {
    tells: 'the first one calls again',
    from: '13935512345',
    to: '12345',
    headers: [],
    afterSeconds: 120,
    seconds: 150,
  },
]

/** What the four calls have left, and where to see it. */
const nextSteps = (pages: string): string[] => [
  '',
  'What to look at next:',
  `  ${pages}/callbacks  ${early} gave up after waiting and is to be called back; a new call of that number that is answered takes it away`,
  `  ${pages}/calls      the four records: what happened in each, who spoke, the recording`,
  `  ${pages}/tickets    what was typed in the talks; 3 in the greeting tells its state by number and query code`,
  `  ${pages}/floor      as supervisor, while it runs: npm run demo once more`,
]

/** By hand: only the agent who talks can bring others into a call. */
const threeWaySteps = (province: string): string[] => [
  'While you talk to the first one, bring the province in:',
  '  C, type 省, Enter   you consult 省平台, a program of the sample that answers by itself; the citizen hears music',
  `  J                   all three hear each other; ${province} shows what the province was told, before its phone rang`,
  '  the card beside it  hands the matter over, or takes it back; X swaps, T leaves the two alone\n',
]

const speech = '/usr/share/sip-tester/g711a.pcap'
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
process.on('disconnect', () => abort.abort())

const dir = await mkdtemp(join(tmpdir(), 'hotline-demo-'))
try {
  const beside = await settingsBeside()
  const { settings } = beside
  await refuseWithoutHotline(beside)
  await provide([sippNeed], abort.signal)
  const target = `${settings.SIP_HOST === '0.0.0.0' ? '127.0.0.1' : settings.SIP_HOST}:${settings.SIP_PORT}`
  console.log(`Citizens call ${target}. Watch ${localUrl(settings)}/floor, and answer at ${localUrl(settings)}/desk.`)
  console.log(
    'Nobody has to answer: who waits then hears how to be called back. It takes about four and a half minutes.\n',
  )
  const province = await provinceBeside(settings)
  for (const line of province === null ? [] : threeWaySteps(province)) console.log(line)
  const results = await Promise.allSettled(stories.map((story, index) => tell(story, index, target)))
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  if (failed.length > 0 && !abort.signal.aborted) throw failed[0]
  if (!abort.signal.aborted) for (const line of nextSteps(localUrl(settings))) console.log(line)
} catch (error) {
  console.error(`\n✗ ${explain(error)}`)
  process.exitCode = 1
} finally {
  await rm(dir, { recursive: true, force: true })
}
process.exit()

async function tell(story: Story, index: number, target: string): Promise<void> {
  for (let left = story.afterSeconds; left > 0 && !abort.signal.aborted; left -= 1) await wait(1_000)
  if (abort.signal.aborted) return
  const line = `${story.from} → ${story.to}: ${story.tells}`
  console.log(`  ☎ ${line}`)
  const scenario = join(dir, `${index}.xml`)
  await writeFile(scenario, await scenarioOf(story))
  const port = await claimPorts(4)
  const ports = ['-p', String(port), '-mp', String(port + 1)]
  const where = ['-i', '127.0.0.1', '-mi', '127.0.0.1', ...ports]
  await run('sipp', [target, '-sf', scenario, '-m', '1', '-aa', '-nostdin', ...where], {
    cwd: dir,
    signal: abort.signal,
    remedy: 'is the number in config/numbers.yaml, and does config/trunks.yaml let this machine in?',
  })
  console.log(`  ✓ ${line}: over`)
}

async function scenarioOf(story: Story): Promise<string> {
  const template = await readFile(resolve(import.meta.dirname, 'citizen.xml'), 'utf8')
  // SIPp needs a raw socket to send sound.
  const hasSound = process.getuid?.() === 0 && existsSync(speech)
  const values: Record<string, string> = {
    to: story.to,
    from: story.from,
    headers: story.headers.map((header) => `${header}\n`).join(''),
    seconds: String(story.seconds),
    milliseconds: String(story.seconds * 1000),
    sound: hasSound ? `  <nop><action><exec play_pcap_audio="${speech}"/></action></nop>` : '',
  }
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
}

/** @returns the page of the program that plays the province; null where none runs */
async function provinceBeside(settings: Settings): Promise<string | null> {
  const page = provincePage(settings)
  const answer = await fetch(page, { signal: AbortSignal.timeout(1_000) }).catch(() => null)
  return answer?.ok ? page : null
}

async function refuseWithoutHotline({ settings, running }: Beside): Promise<void> {
  const readyUrl = `${localUrl(settings)}/readyz`
  const found = await fetch(readyUrl, { signal: AbortSignal.timeout(3_000) }).then(
    async (response) => (response.ok ? null : `${response.status} ${await response.text()}`),
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  )
  if (found === null) return
  throw new SetupFailure(
    running
      ? `the hotline of ${settings.varDir} (process ${running.process.pid}) is not ready at ${readyUrl}: ${found}`
      : `no hotline runs: none has left ${runningFile(settings.varDir)}, and ${readyUrl} says: ${found}`,
    'start it with npm start in another window; set the same HOTLINE_VAR here as there, and HTTP_PORT only as there',
  )
}
