import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const mostChunks = 64

/** @returns the duration of a WAV file; null for any other file */
export function wavMs(file: string): number | null {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const head = Buffer.alloc(12)
    readSync(handle, head, 0, 12, 0)
    if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8) !== 'WAVE') return null
    let bytesPerSecond = 0
    const chunk = Buffer.alloc(20)
    for (let at = 12, count = 0; at + 8 <= size && count < mostChunks; count += 1) {
      readSync(handle, chunk, 0, 20, at)
      const name = chunk.toString('latin1', 0, 4)
      const bytes = chunk.readUInt32LE(4)
      if (name === 'fmt ') bytesPerSecond = chunk.readUInt32LE(16)
      // A program that wrote to a pipe did not know the length.
      if (name === 'data' && bytesPerSecond > 0) return (Math.min(bytes, size - at - 8) / bytesPerSecond) * 1_000
      at += 8 + bytes + (bytes % 2)
    }
    return null
  } finally {
    closeSync(handle)
  }
}
