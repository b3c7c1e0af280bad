import { ref, watch } from 'vue'
import type { Attachment, AttachmentList } from '../../../tickets/api.ts'
import { type AttachmentKind, fileEndings, largestFile } from '../../../tickets/files/attachment.ts'
import { request, wordsOf } from '../../api.ts'
import { shrinkPhoto } from './shrinkPhoto.ts'

/** The owner of files: a draft that is being typed, or a ticket. */
export type FileHolder = { draft: string } | { ticket: string }

/** A file being uploaded, or refused with its reason. */
export interface Upload {
  id: number
  name: string
  state: 'running' | 'failed'
  words: string
}

/**
 * Uploads files one after the other. A refused one stays listed until it is dismissed.
 * @param ready awaited first, e.g. the draft must be on the server
 */
export function useUploads(holder: () => FileHolder | null, ready: () => Promise<unknown> = async () => undefined) {
  const files = ref<Attachment[]>([])
  const uploads = ref<Upload[]>([])
  const failure = ref('')
  let count = 0

  /** A ticket's own list has them; a draft's files are listed only here. */
  async function load(): Promise<void> {
    const now = holder()
    if (now === null || !('draft' in now)) return
    try {
      const found = await request<AttachmentList>('GET', `/api/attachments?draft=${now.draft}`)
      if (JSON.stringify(holder()) === JSON.stringify(now)) files.value = found.attachments
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }
  watch(
    () => JSON.stringify(holder()),
    () => void load(),
    { immediate: true },
  )

  async function add(chosen: Iterable<File>, kind: AttachmentKind): Promise<void> {
    failure.value = ''
    for (const file of chosen) await send(file, kind)
  }

  async function send(chosen: File, kind: AttachmentKind): Promise<void> {
    count += 1
    const id = count
    const set = (state: Upload['state'], words: string) => {
      const others = uploads.value.filter((one) => one.id !== id)
      uploads.value = [...others, { id, name: chosen.name, state, words }]
    }
    if (chosen.type.startsWith('image/')) set('running', '正在准备图片……')
    const file = await shrinkPhoto(chosen)
    const refusal = refusalOf(file)
    if (refusal !== null) {
      set('failed', refusal)
      return
    }
    set('running', '正在上传……')
    try {
      await ready()
      const now = holder()
      if (now === null) return
      const query = new URLSearchParams({ name: file.name, kind, ...now })
      files.value = [...files.value, await request<Attachment>('POST', `/api/attachments?${query}`, file)]
      putAway(id)
    } catch (error) {
      set('failed', wordsOf(error))
    }
  }

  function putAway(id: number): void {
    uploads.value = uploads.value.filter((one) => one.id !== id)
  }

  async function remove(id: string): Promise<void> {
    try {
      await request('DELETE', `/api/attachments/${id}`)
      files.value = files.value.filter((file) => file.id !== id)
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }

  return { files, uploads, failure, add, putAway, remove }
}

/** Refusals that need no upload. */
function refusalOf(file: File): string | null {
  if (file.size > largestFile) return `超过 ${largestFile / 1024 / 1024} MB，请压缩或分开上传。`
  if (file.size === 0) return '文件是空的，请重新选择。'
  const isKnown = fileEndings.some((ending) => file.name.toLowerCase().endsWith(ending))
  return isKnown ? null : `不支持这种文件，可上传 ${fileEndings.join(' ')}。`
}
