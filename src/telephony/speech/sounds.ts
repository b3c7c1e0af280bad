/** Computed sounds, not speech: quiet music for waiting callers, the tone before a message. Pure. */

const rate = 8_000

/** 8 kHz, mono, 16 bit: what Asterisk plays without converting. */
export function wavOf(samples: Float64Array): Buffer {
  const bytes = samples.length * 2
  const wav = Buffer.alloc(44 + bytes)
  wav.write('RIFF', 0, 'ascii')
  wav.writeUInt32LE(36 + bytes, 4)
  wav.write('WAVEfmt ', 8, 'ascii')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'ascii')
  wav.writeUInt32LE(bytes, 40)
  samples.forEach((sample, index) => {
    wav.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + index * 2)
  })
  return wav
}

const noteSeconds = 0.75
/** Two slow phrases over the five-tone scale on D: our own, so free of rights. 0 is a rest. */
const melody = [
  294, 370, 440, 494, 440, 370, 330, 0, 294, 330, 370, 440, 370, 330, 294, 0, 220, 294, 330, 370, 330, 294, 247, 0, 220,
  247, 294, 330, 294, 247, 220, 0,
]

/** 24 s whose end joins its beginning. */
export function waitingMusic(): Float64Array {
  const samples = new Float64Array(Math.round(melody.length * noteSeconds * rate))
  melody.forEach((pitch, index) => {
    if (pitch > 0) pluck(samples, index * noteSeconds, pitch)
  })
  return samples
}

/** A soft string; sound beyond the end continues at the beginning. */
function pluck(samples: Float64Array, from: number, pitch: number): void {
  const start = Math.round(from * rate)
  for (let index = 0; index < 2.5 * rate; index += 1) {
    const time = index / rate
    const swell = Math.min(1, time / 0.04)
    const turn = 2 * Math.PI * pitch * time
    const tone = Math.sin(turn) + 0.3 * Math.sin(2 * turn) + 0.1 * Math.sin(3 * turn)
    const at = (start + index) % samples.length
    samples[at] = (samples[at] ?? 0) + 0.06 * swell * Math.exp(-2.2 * time) * tone
  }
}

/** 0.4 s at 440 Hz. */
export function messageTone(): Float64Array {
  return Float64Array.from({ length: 0.4 * rate }, (_, index) => {
    const edge = Math.min(1, index / 80, (0.4 * rate - index) / 80)
    return 0.25 * edge * Math.sin((2 * Math.PI * 440 * index) / rate)
  })
}
