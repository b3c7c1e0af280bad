import { statfs } from 'node:fs/promises'

/**
 * Disk space for what is stored in files. Calls go on without it, but are not recorded, and databases share the disk:
 * the operator has to learn of it in time.
 */
export interface Room {
  freeBytes: number
  isShort: boolean
}

/** About 17 hours of talk at 8 kHz and 16 bit. */
const fewBytes = 1_000_000_000
/** Of a disk so small that it never has that much. */
const smallShare = 0.1

export async function roomIn(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return roomOf(bavail * bsize, blocks * bsize)
}

export function roomOf(freeBytes: number, totalBytes: number): Room {
  return { freeBytes, isShort: freeBytes < Math.min(fewBytes, totalBytes * smallShare) }
}

/** A full disk, or a quota that is used up. */
export function isWithoutRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
