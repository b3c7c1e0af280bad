import { asJpegName, fitted, isWorthShrinking } from './photoSize.ts'

const jpegQuality = 0.85

/**
 * Reduces a photo before the upload: a camera's picture of 8 MB takes a minute over a slow connection, and shows no
 * more than one of 500 kB. It is turned upright on the way. Other files, small ones and unreadable ones are sent
 * unchanged: the server decides.
 */
export async function shrinkPhoto(file: File): Promise<File> {
  if (!file.type.startsWith('image/')) return file
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file)
  } catch {
    // A format that this browser cannot read.
    return file
  }
  try {
    if (!isWorthShrinking(file.size, picture)) return file
    const smaller = await asJpeg(picture)
    if (smaller === null || smaller.size >= file.size) return file
    return new File([smaller], asJpegName(file.name), { type: 'image/jpeg', lastModified: file.lastModified })
  } finally {
    picture.close()
  }
}

async function asJpeg(picture: ImageBitmap): Promise<Blob | null> {
  const { width, height } = fitted(picture)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const paint = canvas.getContext('2d')
  if (!paint) return null
  // Transparent areas would become black.
  paint.fillStyle = '#ffffff'
  paint.fillRect(0, 0, width, height)
  paint.drawImage(picture, 0, 0, width, height)
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', jpegQuality))
}
