import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Part of `npm run check:code`: no folder of product code is too full to find anything in it. */

const mostFiles = 15

/** Lists by their nature: one file a step, one file a command. */
const lists = ['src/tickets/life/steps', 'src/floor/queue/commands']
/** Tools are no product code. */
const notLooked = ['src/tools']

const checkout = resolve(import.meta.dirname, '../../..')

/** @returns one line for each folder below `root` that holds too many files, itself included */
export function fullFolders(root: string, { most, except }: { most: number; except: readonly string[] }): string[] {
  const look = (folder: string): string[] => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).length
    const below = entries.filter((entry) => entry.isDirectory()).flatMap((entry) => look(join(folder, entry.name)))
    return files > most
      ? [`${folder}: ${files} files, at most ${most}; cut it into folders with names`, ...below]
      : below
  }
  return look('.').filter((line) => !except.some((path) => line.startsWith(`${path}:`) || line.startsWith(`${path}/`)))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const src = join(checkout, 'src')
  const except = [...lists, ...notLooked].map((path) => relative('src', path))
  const full = fullFolders(src, { most: mostFiles, except })
  for (const line of full) console.error(`src/${line}`)
  process.exitCode = full.length === 0 ? 0 : 1
}
