import { type FileHandle, open } from 'node:fs/promises'

/** Boxes on the path to a track's handler. Source: ISO/IEC 14496-12, 4.2 and 8.4.3. */
const ways = ['moov', 'trak', 'mdia']
/** A film of ten minutes has some dozens; a file with more was made to waste our time. */
const mostBoxes = 2_000

interface Stretch {
  from: number
  to: number
}

/**
 * Whether an MP4 has a picture track. Its media type does not say so: phones write voice memos and films with the same
 * type.
 * @returns true also for one that cannot be read to its end: only a file known to be sound alone counts as sound
 */
export async function hasPictures(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    return await isPictureIn(file, { from: 0, to: size }, { boxes: mostBoxes })
  } finally {
    await file.close()
  }
}

async function isPictureIn(file: FileHandle, stretch: Stretch, left: { boxes: number }): Promise<boolean> {
  let { from } = stretch
  while (from + 8 <= stretch.to) {
    left.boxes -= 1
    const head = Buffer.alloc(20)
    await file.read(head, 0, 20, from)
    const kind = head.toString('latin1', 4, 8)
    const isLong = head.readUInt32BE(0) === 1
    const length = isLong ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0) || stretch.to - from
    const to = from + length
    if (left.boxes < 0 || length < 8 || to > stretch.to) return true
    // After version, flags and a word that is zero.
    if (kind === 'hdlr' && head.toString('latin1', 16, 20) === 'vide') return true
    if (ways.includes(kind) && (await isPictureIn(file, { from: from + (isLong ? 16 : 8), to }, left))) return true
    from = to
  }
  return false
}
