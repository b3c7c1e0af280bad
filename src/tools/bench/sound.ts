/** Sounds that can be distinguished on the wire, in G.711 A-law packets of 20 ms. Pure. */

const rate = 8_000
const samplesOfPacket = 160

/** Above all speech and music played to waiting callers here: no other sound is mistaken for these. */
export const tones = { citizen: 2_600, agent: 3_150, third: 2_050, promptStart: 1_000, prompt: 400 } as const

/** A prompt of three seconds that begins with a tone of its own: its first packet can be recognised. */
export function greetingSound(): Float64Array {
  return Float64Array.from({ length: 3 * rate }, (_, index) => {
    const hertz = index < 0.12 * rate ? tones.promptStart : tones.prompt
    return 0.4 * Math.sin((2 * Math.PI * hertz * index) / rate)
  })
}

/** One packet of a tone that continues without a break when it is sent repeatedly. */
export function tonePacket(hertz: number): Buffer {
  // A whole number of periods fits into 20 ms at every multiple of 50 Hz.
  return Buffer.from(
    Array.from({ length: samplesOfPacket }, (_, index) =>
      encodeALaw(Math.round(9_000 * Math.sin((2 * Math.PI * hertz * index) / rate))),
    ),
  )
}

/** Share of the energy of an A-law packet that lies at this tone, 0 to 1; 0 in silence. */
export function shareInPacket(payload: Buffer, hertz: number): number {
  return shareAt(
    Array.from(payload, decodeALaw).map((value) => value / 32_768),
    hertz,
  )
}

/** True for a packet in which this tone dominates, also in a mix of several. */
export function isTone(payload: Buffer, hertz: number): boolean {
  return shareInPacket(payload, hertz) > 0.2
}

/** Goertzel. */
export function shareAt(samples: number[], hertz: number): number {
  const energy = samples.reduce((sum, value) => sum + value * value, 0)
  if (samples.length === 0 || energy < 1e-6 * samples.length) return 0
  let real = 0
  let imaginary = 0
  samples.forEach((value, index) => {
    const turn = (2 * Math.PI * hertz * index) / rate
    real += value * Math.cos(turn)
    imaginary += value * Math.sin(turn)
  })
  return (2 * (real * real + imaginary * imaginary)) / (samples.length * energy)
}

export function encodeALaw(sample: number): number {
  const isPositive = sample >= 0
  let value = Math.min(32_767, isPositive ? sample : -sample - 1)
  let exponent = 7
  for (let mask = 0x4000; (value & mask) === 0 && exponent > 0; mask >>= 1) exponent -= 1
  value = (value >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f
  return (((isPositive ? 0x80 : 0) | (exponent << 4) | value) ^ 0x55) & 0xff
}

export function decodeALaw(byte: number): number {
  const code = byte ^ 0x55
  const exponent = (code >> 4) & 7
  const mantissa = code & 0x0f
  const value = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1)
  return code & 0x80 ? value : -value
}
