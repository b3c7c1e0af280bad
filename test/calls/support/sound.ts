import { readFile, writeFile } from 'node:fs/promises'

/** Tones that tell who hears whom. */

/** Writes a sine as WAV: one channel, 16 bit. */
export async function writeTone(
  file: string,
  { hertz, seconds, rate }: { hertz: number; seconds: number; rate: number },
): Promise<void> {
  const samples = Math.round(seconds * rate)
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  for (let n = 0; n < samples; n += 1) {
    data.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * n) / rate)), 44 + n * 2)
  }
  await writeFile(file, data)
}

/**
 * Share of the sound's power that lies at a frequency, 0 to 1, in the quarter of a second in which it is highest (Goertzel).
 * @param file WAV, one channel, 16 bit
 */
export async function toneShare(file: string, hertz: number): Promise<number> {
  const data = await readFile(file)
  const rate = data.readUInt32LE(24)
  const samples = new Int16Array(Math.max(0, Math.floor((data.length - 44) / 2)))
  for (let n = 0; n < samples.length; n += 1) samples[n] = data.readInt16LE(44 + n * 2)
  let best = 0
  // Short enough to lie between two slips: a frame more or less turns the tone's phase, and the halves cancel out.
  const length = rate / 4
  for (let from = 0; from + length <= samples.length; from += length / 2) {
    best = Math.max(best, share(samples.subarray(from, from + length), rate, hertz))
  }
  return best
}

function share(samples: Int16Array, rate: number, hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / rate)
  let [before, last, power] = [0, 0, 0]
  for (const sample of samples) {
    const next = sample + coefficient * last - before
    before = last
    last = next
    power += sample * sample
  }
  if (power === 0) return 0
  const tone = before * before + last * last - coefficient * before * last
  return (2 * tone) / (samples.length * power)
}
