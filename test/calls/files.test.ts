import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settings } from './hotline.ts'

/** The programs of Asterisk, and what the run itself put there, say nothing of anybody. */
const harmless = ['asterisk-root', 'config', 'prompts']

test('whatever is written about citizens is for the user only that runs the hotline', async () => {
  const { varDir } = settings()
  const entries = await readdir(varDir, { recursive: true, withFileTypes: true })
  const written = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(varDir.length + 1))
    .filter((path) => !harmless.some((folder) => path.startsWith(`${folder}/`)))
  // Some come and go meanwhile.
  const modes = await Promise.all(
    written.map(async (path) => ({ path, mode: (await stat(join(varDir, path)).catch(() => null))?.mode ?? 0 })),
  )
  expect(written).toEqual(expect.arrayContaining(['log/security.log', 'asterisk/lib/astdb.sqlite3']))
  // MariaDB lets its group read, too: the same user's.
  expect(modes.filter(({ mode }) => (mode & 0o007) !== 0)).toEqual([])
})
