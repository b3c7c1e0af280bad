import { type FileHandle, open, readlink } from 'node:fs/promises'
import { onTestFinished, vi } from 'vitest'

/**
 * Every path that this process sends to the disk from now on, in order. The disk is really synced.
 * @param look what else is to be known of that moment, e.g. whether a row says that the file is there
 */
export async function watchSyncs<T>(look: () => Promise<T>): Promise<{ path: string; seen: T }[]> {
  const handle = await open('/dev/null')
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const sync = prototype.sync
  const synced: { path: string; seen: T }[] = []
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push({ path: await readlink(`/proc/self/fd/${this.fd}`), seen: await look() })
    await sync.call(this)
  })
  onTestFinished(() => void spy.mockRestore())
  return synced
}
