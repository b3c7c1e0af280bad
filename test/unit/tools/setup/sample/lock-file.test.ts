import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Entry {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

const { packages } = JSON.parse(readFileSync(new URL('../../../../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Entry>
}

function isFound(from: string, name: string): boolean {
  const inside = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (packages[inside]) return true
  if (from === '') return false
  return isFound(from.includes('/node_modules/') ? from.slice(0, from.lastIndexOf('/node_modules/')) : '', name)
}

test('npm ci finds every package in the lock file, those for other systems too', () => {
  // npm writes no entry for what its registry does not have for it, and then refuses its own file.
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isFound(path, name)),
  )
  expect(missing).toEqual([])
})

test('the lock file names no registry: whichever npm is set to is used', () => {
  expect(Object.values(packages).filter((entry) => entry.resolved !== undefined)).toEqual([])
})
