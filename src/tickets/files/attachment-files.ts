import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileTypeFromFile } from 'file-type'
import { newId } from '../../platform/database/ids.ts'
import { isWithoutRoom, type Room, roomIn } from '../../platform/process/disk.ts'
import { moveToDisk } from '../../platform/process/durable.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { largestFile } from './attachment.ts'
import { hasPictures } from './mp4.ts'

/** The contents of attachments, below one folder, each file named by its SHA-256: the same file is stored once. */
export interface ReceivedFile {
  path: string
  bytes: number
  sha256: string
  mediaType: string | null
}

/** @throws Error when the folder cannot be written at all */
export async function roomForFiles(folder: string): Promise<Room> {
  await mkdir(folder, { recursive: true })
  return roomIn(folder)
}

const arriving = 'arriving'
/** Phones write their voice memos as MP4 without saying that it contains only sound. */
const mp4Names = ['audio/x-m4a', 'audio/mp4', 'video/mp4']
const dayMs = 86_400_000

export function pathOf(folder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a SHA-256 digest of an attachment')
  return join(folder, sha256.slice(0, 2), sha256)
}

/**
 * Receives a file without making it permanent yet. The last space of a disk is for recordings and databases: a file can
 * be sent again.
 * @throws Refusal when it is empty or too large, or disk space is short
 */
export async function receiveFile(folder: string, body: Readable, room = roomIn): Promise<ReceivedFile> {
  const path = join(folder, arriving, newId())
  await mkdir(join(folder, arriving), { recursive: true })
  if ((await room(folder)).isShort) throw new Refusal('attachment.disk-full')
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(
      body,
      async function* measured(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (bytes > largestFile) throw new Refusal('attachment.too-large')
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    )
    if (bytes === 0) throw new Refusal('attachment.empty')
    return { path, bytes, sha256: hash.digest('hex'), mediaType: await kindOf(path) }
  } catch (error) {
    await rm(path, { force: true })
    throw isWithoutRoom(error) ? new Refusal('attachment.disk-full') : error
  }
}

/** From the contents alone; the browser's claim is ignored. */
export async function kindOf(path: string): Promise<string | null> {
  try {
    const found = await fileTypeFromFile(path)
    // The part after the semicolon names the codec.
    const mediaType = found?.mime.split(';')[0]
    if (mediaType === undefined) return null
    if (!mp4Names.includes(mediaType)) return mediaType
    return (await hasPictures(path)) ? 'video/mp4' : 'audio/mp4'
  } catch {
    // Corrupt: it is not what it claims to be.
    return null
  }
}

/**
 * Makes the file permanent: on disk when this resolves, so that its row may say so. An existing file with the same
 * bytes serves as well; its age starts again.
 */
export async function settleFile(folder: string, { path, sha256 }: ReceivedFile): Promise<void> {
  await moveToDisk(path, pathOf(folder, sha256), folder)
}

/**
 * Removes files without a reference. Files of the last day stay: their row may be about to be written. A file is moved
 * away before the last check of its references, so that a file that arrives again at that moment is never the removed
 * one.
 * @returns how many files were removed
 */
export async function sweepFiles(
  folder: string,
  isUsed: (sha256: string) => Promise<boolean>,
  now: Instant,
): Promise<number> {
  let removed = 0
  await mkdir(join(folder, arriving), { recursive: true })
  const parts = (await readdir(folder, { withFileTypes: true })).filter((part) => part.isDirectory())
  for (const { name: part } of parts) {
    for (const name of await readdir(join(folder, part))) {
      const path = join(folder, part, name)
      if (!(await isOld(path, now))) continue
      if (part !== arriving && (await isUsed(name))) continue
      const trash = join(folder, arriving, `${name}.trash`)
      await rename(path, trash)
      if (part !== arriving && (!(await isOld(trash, now)) || (await isUsed(name)))) {
        await rename(trash, path)
        continue
      }
      await rm(trash, { force: true })
      removed += 1
    }
  }
  return removed
}

async function isOld(path: string, now: Instant): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && now - found.mtimeMs > dayMs
}
