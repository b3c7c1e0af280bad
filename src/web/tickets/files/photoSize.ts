/** Size of an uploaded photo. Pure. */

/** Enough to read a house number; a phone's camera gives twice as much. */
export const longestSide = 2048
/** A smaller file is sent unchanged, unless its sides are larger than any screen needs. */
const lightBytes = 1024 * 1024

export interface Size {
  width: number
  height: number
}

/** Sides in the same proportion, none longer than `longestSide`, none shorter than a pixel. */
export function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

export function isWorthShrinking(bytes: number, { width, height }: Size): boolean {
  return bytes > lightBytes || Math.max(width, height) > longestSide
}

/** `IMG_1.HEIC` becomes `IMG_1.jpg`: the name says what the bytes are. */
export function asJpegName(name: string): string {
  return /\.jpe?g$/i.test(name) ? name : `${name.replace(/\.[a-z0-9]{1,8}$/i, '')}.jpg`
}
