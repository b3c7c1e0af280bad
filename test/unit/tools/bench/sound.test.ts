import { expect, test } from 'vitest'
import { decodeALaw, encodeALaw, shareInPacket, tonePacket, tones } from '../../../../src/tools/bench/sound.ts'

test('each tone of the bench is heard in its own packets and in no other', () => {
  for (const [name, hertz] of Object.entries(tones)) {
    const packet = tonePacket(hertz)
    for (const [other, otherHertz] of Object.entries(tones)) {
      const share = shareInPacket(packet, otherHertz)
      if (other === name) expect(share).toBeGreaterThan(0.95)
      else expect(share).toBeLessThan(0.05)
    }
  }
})

test('silence holds no tone', () => {
  expect(shareInPacket(Buffer.alloc(160, encodeALaw(0)), tones.agent)).toBe(0)
})

test('a sample comes back from A-law nearly as it was', () => {
  for (const sample of [-32_000, -900, -17, 0, 17, 900, 32_000]) {
    expect(Math.abs(decodeALaw(encodeALaw(sample)) - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) / 16))
  }
})
