import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fullFolders } from '../../../../src/tools/setup/check-folders.ts'

test('a folder is full by its own files, not by those of its folders; lists may be as long as they are', () => {
  const root = mkdtempSync(join(tmpdir(), 'folders-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [folder, files] of Object.entries({ calls: 2, 'calls/phases': 3, steps: 4, 'steps-of-calls': 3 })) {
    mkdirSync(join(root, folder), { recursive: true })
    for (let file = 0; file < files; file += 1) writeFileSync(join(root, folder, `${file}.ts`), '')
  }
  expect(fullFolders(root, { most: 3, except: ['steps'] })).toEqual([])
  expect(fullFolders(root, { most: 2, except: ['steps'] })).toEqual([
    'calls/phases: 3 files, at most 2; cut it into folders with names',
    'steps-of-calls: 3 files, at most 2; cut it into folders with names',
  ])
})
