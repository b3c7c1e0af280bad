import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { auditEvents } from '../../../../src/audit/schema.ts'
import { largestFile, mediaTypeNames, mostFiles } from '../../../../src/tickets/files/attachment.ts'
import { kindOf, receiveFile, sweepFiles } from '../../../../src/tickets/files/attachment-files.ts'
import { endWithDrafts, isFileUsed } from '../../../../src/tickets/files/attachments.ts'
import { attachments } from '../../../../src/tickets/records/schema.ts'
import { watchSyncs } from '../../synced.ts'
import { anOffice, form } from '../office.ts'

/** One of each kind, as programs that people use write them, and a film. */
const files = new URL('samples/', import.meta.url)
const aFile = (name: string): Promise<Buffer> => readFile(new URL(name, files))

/** The smallest of each: what their first bytes must be. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
const program = Buffer.from(`MZ${'\0'.repeat(200)}This program cannot be run in DOS mode`)

async function anUpload() {
  const office = await anOffice()
  const folder = office.settings.attachmentsDir
  const aDraft = async (name = '1001', id = ulid()) => {
    await office.put(name, `/api/ticket-drafts/${id}`, { content: { content: '路灯不亮' }, version: 0 })
    return id
  }
  return {
    ...office,
    folder,
    aDraft,
    upload: (name: string, query: Record<string, string>, bytes: Buffer) =>
      office.bytes(name, `/api/attachments?${new URLSearchParams({ name: '照片.png', ...query })}`, bytes),
    onDisk: async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()),
    handIn: async (draftId: string, change: object = {}) => office.create({ ...form, ...change, draftId }),
    audited: async (id: string) => {
      const rows = await office.db.select().from(auditEvents).where(eq(auditEvents.subject, id))
      return rows.map((row) => [row.actor, row.action, row.isAllowed])
    },
  }
}

describe('a file', () => {
  it('hangs on the draft, goes with it to the ticket, and is read back byte for byte', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const made = await office.upload('1001', { draft, name: '路灯 照片.png' }, png)
    expect(made.statusCode).toBe(201)
    const { id } = made.json()
    expect(made.json()).toMatchObject({ fileName: '路灯 照片.png', mediaType: 'image/png', bytes: png.length })
    expect(
      (await office.get<{ attachments: object[] }>('1001', `/api/attachments?draft=${draft}`)).attachments,
    ).toEqual([made.json()])
    const number = await office.handIn(draft)
    expect((await office.detail('1001', number)).attachments).toEqual([made.json()])

    const read = await office.ask('1001', `/api/attachments/${id}`)
    expect(read.rawPayload).toEqual(png)
    expect(read.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent('路灯 照片.png')}`,
      'cache-control': 'private, no-store',
    })
    expect(await office.audited(id)).toEqual([['1001', 'attachment.read', 1]])
    const digest = createHash('sha256').update(png).digest('hex')
    expect(await readFile(join(office.folder, digest.slice(0, 2), digest))).toEqual(png)
  })

  it('with the same bytes is kept once', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    await office.upload('1001', { draft }, png)
    await office.upload('1001', { draft, name: '又一张.png' }, png)
    expect(await office.onDisk()).toHaveLength(1)
  })

  it('that is not what it says is refused in words, and leaves nothing behind', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const refused = async (name: string, bytes: Buffer) => {
      const answer = await office.upload('1001', { draft, name }, bytes)
      return `${answer.statusCode} ${answer.json().code} ${answer.json().detail}`
    }
    expect(await refused('照片.png', pdf)).toMatch(/^415 attachment\.not-as-named 文件内容是PDF，与扩展名不符/)
    expect(await refused('照片.png', program)).toMatch(/^415 attachment\.type-refused 不支持这种文件/)
    expect(await refused('网页.html', Buffer.from('<script>alert(1)</script>'))).toMatch(/attachment\.type-refused/)
    expect(await refused('图.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toMatch(/type-refused/)
    expect(await refused('程序.exe', png)).toMatch(/attachment\.not-as-named/)
    expect(await refused('空.png', Buffer.alloc(0))).toMatch(/^400 attachment\.empty/)
    expect(await refused('大.png', Buffer.alloc(largestFile + 1))).toMatch(/^413 attachment\.too-large 附件超过 10 MB/)
    expect(await office.onDisk()).toEqual([])
  })

  it('is on the disk, with its name in its folder, before a row says so', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const synced = await watchSyncs(async () => (await office.db.select().from(attachments)).length)
    expect((await office.upload('1001', { draft }, png)).statusCode).toBe(201)
    const digest = createHash('sha256').update(png).digest('hex')
    expect(synced).toEqual([
      { path: expect.stringContaining(join(office.folder, 'arriving/')), seen: 0 },
      { path: join(office.folder, digest.slice(0, 2)), seen: 0 },
      { path: office.folder, seen: 0 },
    ])
  })

  it.each([
    ['photo.jpg', 'image/jpeg'],
    ['photo.png', 'image/png'],
    ['photo.webp', 'image/webp'],
    ['talk.mp3', 'audio/mpeg'],
    ['talk.wav', 'audio/wav'],
    ['talk.ogg', 'audio/ogg'],
    ['talk.m4a', 'audio/mp4'],
    ['memo.m4a', 'audio/mp4'],
    ['talk.amr', 'audio/amr'],
    ['paper.pdf', 'application/pdf'],
    ['letter.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['table.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ])('%s is taken as %s and read back', async (name, mediaType) => {
    const office = await anUpload()
    const bytes = await aFile(name)
    const made = await office.upload('1001', { draft: await office.aDraft(), name }, bytes)
    expect(made.json()).toMatchObject({ fileName: name, mediaType, bytes: bytes.length })
    expect(made.statusCode).toBe(201)
    const read = await office.ask('1001', `/api/attachments/${made.json().id}`)
    expect(read.headers['content-type']).toBe(mediaType)
    expect(read.rawPayload).toEqual(bytes)
  })

  it('is read in pieces by a player, which is one reading in the audit, and none is beyond its end', async () => {
    const office = await anUpload()
    const bytes = await aFile('memo.m4a')
    const { id } = (await office.upload('1001', { draft: await office.aDraft(), name: 'memo.m4a' }, bytes)).json()
    const piece = (range: string) => office.ask('1001', `/api/attachments/${id}`, { range })
    const middle = await piece('bytes=10-19')
    expect([middle.statusCode, middle.headers['content-range']]).toEqual([206, `bytes 10-19/${bytes.length}`])
    expect(middle.rawPayload).toEqual(bytes.subarray(10, 20))
    // A suffix longer than the file is the whole of it (RFC 9110, 14.1.2).
    expect((await piece(`bytes=-${bytes.length + 1}`)).rawPayload).toEqual(bytes)
    const beyond = await piece(`bytes=${bytes.length}-`)
    expect(beyond.json()).toMatchObject({ status: 416, code: 'attachment.bad-range' })
    expect(beyond.headers['content-range']).toBe(`bytes */${bytes.length}`)
    const head = await office.head('1001', `/api/attachments/${id}`)
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', String(bytes.length)])
    expect(head.headers['accept-ranges']).toBe('bytes')
    expect(await office.audited(id)).toEqual([['1001', 'attachment.read', 1]])
  })

  it('is there in each kind that is allowed', async () => {
    const found = await Promise.all((await readdir(files)).map((name) => kindOf(join(fileURLToPath(files), name))))
    expect(new Set(found)).toEqual(new Set([...mediaTypeNames, 'video/mp4']))
  })

  it('with pictures in it is a video, whatever it is called, and what may be sent instead is said', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    for (const name of ['film.mp4', '录音.m4a']) {
      const answer = await office.upload('1001', { draft, name }, await aFile('film.mp4'))
      expect(answer.statusCode).toBe(415)
      expect(answer.json().code).toBe('attachment.type-refused')
      expect(answer.json().detail).toMatch(/^这是视频，不能上传，请改传截图、照片或只有声音的录音。可以上传：\.jpg /)
    }
  })

  it('is one of twenty at most, also of many that arrive at once', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const answers = await Promise.all(
      Array.from({ length: mostFiles + 5 }, () => office.upload('1001', { draft }, png)),
    )
    const codes = answers.map((answer) => office.code(answer))
    expect(codes.filter((code) => code === 201)).toHaveLength(mostFiles)
    expect(codes.filter((code) => code === 'attachment.too-many')).toHaveLength(5)
    const number = await office.handIn(draft)
    expect((await office.detail('1001', number)).attachments).toHaveLength(mostFiles)
  })

  it('that arrives while its draft is handed in is on the ticket, or refused: never lost without a word', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const uploads = Array.from({ length: 8 }, () => office.upload('1001', { draft }, png))
    const number = await office.handIn(draft)
    const codes = (await Promise.all(uploads)).map((answer) => office.code(answer))
    expect(codes.filter((code) => code !== 201 && code !== 'draft.not-found')).toEqual([])
    const taken = codes.filter((code) => code === 201)
    expect((await office.detail('1001', number)).attachments).toHaveLength(taken.length)
  })

  it('is not taken on the last room of a disk, which recordings and databases need', async () => {
    const office = await anUpload()
    const full = async () => ({ freeBytes: 999_999_999, isShort: true })
    const refused = receiveFile(office.folder, Readable.from([png]), full)
    await expect(refused).rejects.toMatchObject({ code: 'attachment.disk-full' })
    expect(await office.onDisk()).toEqual([])
  })

  it('needs a draft of one’s own or a ticket that one may add to', async () => {
    const office = await anUpload()
    const draft = await office.aDraft('dispatcher')
    const code = async (name: string, query: Record<string, string>) =>
      office.code(await office.upload(name, query, png))
    expect(await code('1001', { draft })).toBe('draft.not-found')
    expect(await code('1001', {})).toBe('request.invalid')
    expect(await code('1001', { draft, kind: 'PASSPORT' })).toBe('request.invalid')
    const number = await office.create()
    expect(await code('cgj', { ticket: number, kind: 'HANDLING' })).toBe('ticket.not-yours')
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', coUnits: ['rsj'], reason: '市管' })
    expect(await code('cgj', { ticket: number, kind: 'HANDLING' })).toBe(201)
    expect(await code('rsj', { ticket: number, kind: 'HANDLING' })).toBe('ticket.not-allowed')
    expect(await code('cgj', { ticket: number, kind: 'CITIZEN' })).toBe('ticket.not-allowed')
    expect(await code('director', { ticket: number })).toBe('access.denied')
  })
})

describe('who may read a file', () => {
  it('of a draft: its owner', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const { id } = (await office.upload('1001', { draft }, png)).json()
    expect(office.code(await office.ask('dispatcher', `/api/attachments/${id}`))).toBe('attachment.not-found')
    expect(await office.get('dispatcher', `/api/attachments?draft=${draft}`)).toEqual({ attachments: [] })
  })

  it('of a hidden caller, and identity papers: never a unit, and the attempt is written down', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const { id: photo } = (await office.upload('1001', { draft }, png)).json()
    const { id: paper } = (await office.upload('1001', { draft, name: '身份证.pdf', kind: 'IDENTITY' }, pdf)).json()
    const number = await office.handIn(draft, { isConfidential: true })
    expect(office.code(await office.ask('cgj', `/api/attachments/${photo}`))).toBe('ticket.not-yours')
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管' })
    for (const id of [photo, paper]) {
      expect(office.code(await office.ask('cgj', `/api/attachments/${id}`))).toBe('attachment.not-yours')
      expect(await office.audited(id)).toEqual([['cgj', 'attachment.read', 0]])
    }
    expect((await office.detail('cgj', number)).attachments).toEqual([])
    expect((await office.detail('dispatcher', number)).attachments.map((one) => one.kind)).toEqual([
      'CITIZEN',
      'IDENTITY',
    ])
    const proof = await office.upload('cgj', { ticket: number, kind: 'HANDLING' }, png)
    expect((await office.ask('cgj', `/api/attachments/${proof.json().id}`)).statusCode).toBe(200)
    expect(office.code(await office.drop('cgj', `/api/attachments/${proof.json().id}`))).toBe('attachment.not-found')
  })
})

describe('the sweep', () => {
  it('removes files of drafts that were thrown away, a day later, and nothing that is used', async () => {
    const office = await anUpload()
    const [thrown, kept] = [await office.aDraft(), await office.aDraft()]
    const { id } = (await office.upload('1001', { draft: thrown, name: 'a.pdf' }, pdf)).json()
    await office.upload('1001', { draft: thrown }, png)
    await office.upload('1001', { draft: kept }, png)
    await mkdir(join(office.folder, 'arriving'), { recursive: true })
    await writeFile(join(office.folder, 'arriving/half'), 'half an upload')
    await office.drop('1001', `/api/ticket-drafts/${thrown}`)
    const sweep = () => sweepFiles(office.folder, (digest) => isFileUsed(office.db, digest), Date.now())

    expect(await endWithDrafts(office.db, Date.now())).toBe(2)
    expect(office.code(await office.ask('1001', `/api/attachments/${id}`))).toBe('attachment.not-found')
    // Of this day: a row may be on its way.
    expect(await sweep()).toBe(0)
    const old = new Date(Date.now() - 2 * 86_400_000)
    for (const file of await office.onDisk()) await utimes(join(file.parentPath, file.name), old, old)
    expect(await sweep()).toBe(2)
    expect((await office.onDisk()).map((file) => file.name)).toEqual([createHash('sha256').update(png).digest('hex')])
  })

  it('takes a file off a draft at once', async () => {
    const office = await anUpload()
    const draft = await office.aDraft()
    const { id } = (await office.upload('1001', { draft }, png)).json()
    expect(office.code(await office.drop('dispatcher', `/api/attachments/${id}`))).toBe('attachment.not-found')
    expect((await office.drop('1001', `/api/attachments/${id}`)).statusCode).toBe(204)
    const number = await office.handIn(draft)
    expect((await office.detail('1001', number)).attachments).toEqual([])
  })
})
