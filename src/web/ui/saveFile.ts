import { ApiError, refusal } from '../api.ts'

/** A table of twenty thousand rows over a slow line. */
const longestMs = 180_000

/**
 * Downloads a file through the browser. Unlike a plain link it can say why it failed.
 * @throws ApiError with a Chinese sentence
 */
export async function saveFile(path: string): Promise<void> {
  const { file, name } = await read(path)
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads it after the click.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

async function read(path: string): Promise<{ file: Blob; name: string }> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(longestMs) })
    if (!response.ok) throw await refusal(response)
    const [, name = 'export.csv'] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? []
    return { file: await response.blob(), name }
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(0, 'server.away', '导出中断，请检查网络后重试。')
  }
}
