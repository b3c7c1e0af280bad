import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Files that outlive a power cut. A database keeps what it has acknowledged; a row that says a file is there must not
 * be older than the file. Bytes and name are two things (fsync(2)): the file is synced, and each folder whose entry led
 * to it.
 */

/** Moves a file to its place below the root; the folders on the way are made. */
export async function moveToDisk(from: string, to: string, root: string): Promise<void> {
  await sync(from)
  await mkdir(dirname(to), { recursive: true })
  await rename(from, to)
  await syncFolders(dirname(to), root)
}

/**
 * @param root folder that has been there for long; those below it, down to the file's, may be as new as the file
 * @throws when the file is not below the root, or not there
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

/** Linux syncs what was opened for reading alike, folders too. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems sync no folders: there is nothing more that could be done for the file.
    if (!unable.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}
