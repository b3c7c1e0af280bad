/** Text of unknown encoding, e.g. what foreign switches write into SIP headers. Pure. */

/**
 * Undoes `URIENCODE()` of the dialplan, byte by byte: UTF-8 where it is that, else GB18030 (old exchanges write GBK),
 * else what of it is ASCII. Text that was cut off in the middle of a character loses that character only.
 * @param encoded e.g. `%22%D7%DC%BB%FA%22%20%3Csip%3A12333%40a%3E`
 */
export function textOf(encoded: string): string {
  const bytes = bytesOf(encoded.replace(/%[0-9A-Fa-f]?$/, ''))
  return (
    decoded(bytes, 'utf-8') ??
    decoded(bytes, 'gb18030') ??
    decoder('latin1').decode(bytes.filter((byte) => byte < 0x80))
  )
}

function bytesOf(encoded: string): Uint8Array {
  const plain = new TextEncoder()
  const parts = encoded.split(/(%[0-9A-Fa-f]{2})/)
  const bytes = parts.map((part, index) =>
    index % 2 === 1 ? Uint8Array.of(Number.parseInt(part.slice(1), 16)) : plain.encode(part),
  )
  const all = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of bytes) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** @returns null when these bytes are not that encoding's */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    // A stream may end in the middle of a character.
    return decoder(encoding).decode(bytes, { stream: true })
  } catch {
    return null
  }
}

/** A new one each time: a stream's rest must not come before the next text. */
function decoder(encoding: string): InstanceType<typeof TextDecoder> {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
}
