/**
 * A ZIP without the times of its making: the same content is the same file, so that its digest says something. Fields by
 * PKWARE's APPNOTE: 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
 */

/** 1980-01-01 00:00, the first one that ZIP can name. */
const time = 0
const date = 0x0021

/** @returns the same buffer @throws Error for what is no ZIP */
export function withoutTimes(zip: Buffer): Buffer {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + 22 > zip.length) throw new Error('no ZIP')
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  for (let n = 0; n < count; n += 1) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('no directory of a ZIP')
    const local = zip.readUInt32LE(at + 42)
    if (zip.readUInt32LE(local) !== 0x04034b50) throw new Error('no part of a ZIP')
    zip.writeUInt16LE(time, at + 12)
    zip.writeUInt16LE(date, at + 14)
    zip.writeUInt16LE(time, local + 10)
    zip.writeUInt16LE(date, local + 12)
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return zip
}
