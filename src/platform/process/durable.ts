import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Files that survive a power cut. A database keeps what it has acknowledged; a row that says a file exists must not be
 * older than the file. Contents and name are separate (fsync(2)): the file is synced, and so is each folder whose entry
 * leads to it.
 */

/** Moves a file to its place below the root and creates the folders on the way. */
export async function moveToDisk(from: string, to: string, root: string): Promise<void> {
  await sync(from)
  await mkdir(dirname(to), { recursive: true })
  await rename(from, to)
  await syncFolders(dirname(to), root)
}

/**
 * @param root a long-existing folder; those below it, down to the file's, may be as new as the file
 * @throws when the file is not below the root, or does not exist
 */
export async function syncToDisk(file: string, root: string): Promise<void> {
  await sync(file)
  await syncFolders(dirname(file), root)
}

async function syncFolders(folder: string, root: string): Promise<void> {
  const last = resolve(root)
  for (let at = resolve(folder); ; at = dirname(at)) {
    await sync(at)
    if (at === last) return
    if (at === dirname(at)) throw new Error(`${folder} is not below ${root}`)
  }
}

const unable = ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EROFS']

/** Linux can sync what was opened for reading, folders too. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot sync folders: nothing more can be done for the file.
    if (!unable.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}
