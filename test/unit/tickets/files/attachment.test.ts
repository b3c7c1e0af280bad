import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { UnitCode } from '../../../../src/platform/types.ts'
import {
  attachmentKinds,
  isAsNamed,
  mayAddFile,
  mayReadFile,
  refusalOfType,
  safeName,
} from '../../../../src/tickets/files/attachment.ts'

const unit = 'cgj' as UnitCode
const person = (role: RoleName, unitCode: UnitCode | null = null) => ({ id: 1, roles: [role], unitCode })
const tasks = [{ unit, role: 'LEAD' as const, step: 'SIGNED' as const }]
const open = { type: 'HELP' as const, isConfidential: false, isAnonymous: false, tasks }

test.each([
  ['路灯.jpg', '路灯.jpg'],
  ['C:\\Users\\张\\照片 1.PNG', '照片 1.png'],
  ['../../etc/passwd', 'passwd'],
  ['发票\u202Egpj.exe', '发票gpj.exe'],
  ['a\u0000b\n.pdf', 'ab.pdf'],
  ['.htaccess', 'htaccess'],
  ['   ', '附件'],
  ['\u{1f40e}𠀀.docx', '\u{1f40e}𠀀.docx'],
  ['<img src=x>.png', '_img src=x_.png'],
])('the name %j is kept as %j', (given, kept) => expect(safeName(given)).toBe(kept))

test('whatever the name, it names one file of this folder, and stays what it is', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 200 }), (given) => {
      const name = safeName(given)
      expect(/[\\/\p{Cc}\u202a-\u202e]/u.test(name)).toBe(false)
      expect(name).not.toMatch(/^\.|^\s*$/)
      expect([...name].length).toBeLessThanOrEqual(130)
      expect(name.isWellFormed()).toBe(true)
      expect(safeName(name)).toBe(name)
    }),
  )
})

test('a name that says another thing than the bytes is found out', () => {
  expect(isAsNamed('照片.JPG', 'image/jpeg')).toBe(true)
  expect(isAsNamed('照片.jpg', 'application/pdf')).toBe(false)
  expect(isAsNamed('程序.exe', 'image/jpeg')).toBe(false)
  expect(isAsNamed('照片', 'image/jpeg')).toBe(false)
  expect(isAsNamed('constructor', 'image/jpeg')).toBe(false)
})

test.each([
  ['video/quicktime', /^这是视频，不能上传，请改传截图/],
  ['image/heic', /^这是 HEIC 照片，.*JPG/],
  ['image/gif', /^这是其他格式的图片.*JPG 或 PNG/],
  ['application/x-cfb', /旧版 Office 文件.*\.docx/],
  ['application/vnd.ms-excel.sheet.macroenabled.12', /带宏/],
  ['application/x-rar-compressed', /压缩包.*解压/],
  ['application/x-msdownload', /^不支持这种文件。可以上传：/],
  [null, /^不支持这种文件。可以上传：.*\.xlsx。$/],
])('%s is refused as what it is', (mediaType, words) => expect(refusalOfType(mediaType)).toMatch(words))

const other = 'rsj' as UnitCode
const whole = { sees: () => true, isPartOnly: false }
/** A unit below sees its own part, and those that it sent. */
const part = { sees: (code: UnitCode) => code === unit, isPartOnly: true }

test('a unit below reads what the citizen gave and its own proofs, none of other units', () => {
  const readable = (unitCode: UnitCode | null, of: typeof open = open) =>
    attachmentKinds.filter((kind) => mayReadFile(person('CLERK', unit), of, { kind, unitCode }, part))
  expect(readable(unit)).toEqual(['CITIZEN', 'CONTACT', 'HANDLING', 'SEALED'])
  expect(readable(other)).toEqual(['CITIZEN'])
  // Whose it is nobody knows any more: by a link of an older version.
  expect(readable(null)).toEqual(['CITIZEN'])
  expect(readable(other, { ...open, isConfidential: true })).toEqual([])
})

test('identity papers never leave the hotline, and what a hidden caller gave neither', () => {
  const hidden = [
    { ...open, isConfidential: true },
    { ...open, isAnonymous: true },
    { ...open, type: 'REPORT' as const },
  ]
  assert(
    property(constantFrom<RoleName>('CLERK', 'WORKSTATION'), constantFrom(...hidden), (role, ticket) => {
      const readable = (of: typeof ticket) =>
        attachmentKinds.filter((kind) => mayReadFile(person(role, unit), of, { kind, unitCode: other }, whole))
      expect(readable(ticket)).toEqual(['HANDLING', 'SEALED'])
      expect(readable({ ...ticket, isConfidential: false, isAnonymous: false, type: 'HELP' })).not.toContain('IDENTITY')
    }),
  )
  for (const kind of attachmentKinds)
    expect(mayReadFile(person('AGENT'), { ...open, type: 'REPORT' }, { kind, unitCode: other }, part)).toBe(true)
})

test('the hotline adds what the citizen gave, the unit in charge its proofs, nobody else anything', () => {
  const adds = (...who: Parameters<typeof person>) =>
    attachmentKinds.filter((kind) => mayAddFile(person(...who), open, kind))
  expect(adds('AGENT')).toEqual(['CITIZEN', 'IDENTITY'])
  expect(adds('CLERK', unit)).toEqual(['CONTACT', 'HANDLING', 'SEALED'])
  expect(adds('CLERK', 'rsj' as UnitCode)).toEqual([])
  expect(adds('AUDITOR')).toEqual([])
})
