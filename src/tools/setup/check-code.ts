import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SetupFailure } from './failure.ts'
import { run } from './run.ts'
import { seconds } from './steps.ts'

/** `npm run check:code`: static checks of the code. */

const checkout = resolve(import.meta.dirname, '../../..')

const checks: { title: string; script: string; args: string[] }[] = [
  { title: 'types', script: 'node_modules/typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
  { title: 'types of the pages', script: 'node_modules/vue-tsc/bin/vue-tsc.js', args: ['--noEmit', '-p', 'src/web'] },
  {
    title: 'format and lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '.'],
  },
  {
    title: 'which file may import which',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--config', '.dependency-cruiser.cjs', 'src', 'test'],
  },
  { title: 'no folder too full', script: 'src/tools/setup/check-folders.ts', args: [] },
  { title: 'nothing unused', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  {
    title: 'nothing that only tests use',
    script: 'node_modules/knip/bin/knip.js',
    args: ['--no-progress', '--production', '--include', 'files,exports,types'],
  },
]

/** Runs all of them, as many at once as there are processors. @returns titles of the failed ones */
export async function checkCode(say: (line: string) => void): Promise<{ passed: string[]; failed: string[] }> {
  const passed: string[] = []
  const failed: string[] = []
  const waiting = checks.slice()
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedAt = Date.now()
      try {
        await run(process.execPath, [check.script, ...check.args], { cwd: checkout, tail: 200 })
        passed.push(check.title)
        say(`  ✓ ${check.title} (${seconds(Date.now() - startedAt)})`)
      } catch (error) {
        failed.push(check.title)
        const detail = error instanceof SetupFailure ? error.logTail : String(error)
        say(`  ✗ ${check.title} (${seconds(Date.now() - startedAt)})\n${detail.replace(/^/gm, '    | ')}`)
      }
    }
  }
  await Promise.all(Array.from({ length: cpus().length }, work))
  return { passed, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await checkCode((line) => console.log(line))
  process.exitCode = failed.length === 0 ? 0 : 1
}
