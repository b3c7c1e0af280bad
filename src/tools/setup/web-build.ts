import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeWhole } from './files.ts'
import { underLock } from './lock.ts'
import { run } from './run.ts'

const checkout = resolve(import.meta.dirname, '../../..')
const stampFile = join(checkout, 'dist/web.sha256')

/** Builds the pages if their sources changed. @returns whether it was necessary */
export function buildWeb(signal?: AbortSignal): Promise<boolean> {
  return underLock(
    join(checkout, 'var/web-build.lock'),
    async () => {
      const digest = await sourceDigest()
      const built = await readFile(stampFile, 'utf8').catch(() => '')
      if (built === digest && existsSync(join(checkout, 'dist/web/index.html'))) return false
      await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--config', 'src/web/vite.config.ts'], {
        cwd: checkout,
        env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
        remedy: 'fix the page that is named above; npm run check:code names every fault',
        ...(signal ? { signal } : {}),
      })
      await writeWhole(stampFile, digest)
      return true
    },
    signal,
  )
}

/** Pages import the pure files of every subject, so all of `src` counts. */
async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256')
  const files: string[] = []
  for await (const file of glob(['src/**/*.{ts,vue,css,html,svg,json,png,woff2}', 'package-lock.json'], {
    cwd: checkout,
  })) {
    if (!/^src\/(setup|bench)\//.test(file)) files.push(file)
  }
  for (const file of files.sort()) {
    hash.update(file)
    hash.update(await readFile(join(checkout, file)))
  }
  return hash.digest('hex')
}
