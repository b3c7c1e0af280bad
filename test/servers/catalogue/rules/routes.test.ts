import { resolve } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../../src/audit/schema.ts'
import { dayOf } from '../../../../src/calendar/days.ts'
import { chooseUnit } from '../../../../src/catalogue/catalogue.ts'
import { requireSeeds } from '../../../../src/catalogue/load.ts'
import type {
  CatalogueReview,
  CatalogueRuleHistory,
  CatalogueRuleList,
  SheetPreview,
} from '../../../../src/catalogue/rules/api.ts'
import { readWorkbook, writeWorkbook } from '../../../../src/catalogue/rules/workbook.ts'
import { catalogueRules } from '../../../../src/catalogue/schema.ts'
import { readCatalogue, syncSeeds } from '../../../../src/catalogue/store.ts'
import type { CountyCode } from '../../../../src/platform/types.ts'
import { anOffice } from '../../tickets/office.ts'
import { lamps } from '../../tickets/world.ts'

const seeds = requireSeeds(resolve(import.meta.dirname, '../../../../config'))
const day = (ahead = 0) => dayOf(Date.now() + ahead * 86_400_000)

async function anOfficeWithSeeds() {
  const office = await anOffice()
  await syncSeeds(office.db, seeds, Date.now())
  const rules = async (query = '') => office.get<CatalogueRuleList>('dispatcher', `/api/catalogue/rules?${query}`)
  const one = async (key: string) => {
    const found = (await rules()).rules.filter((rule) => rule.key === key)
    const last = found.at(-1)
    if (!last) throw new Error(`no rule ${key}`)
    return { ...last, versions: found.length }
  }
  const choice = async (query: string) =>
    (await office.get<{ lead: { code: string } | null }>('dispatcher', `/api/catalogue/choice?${query}`)).lead?.code
  return { office, rules, one, choice }
}

const lampsInLuzhou = 'category=030401&county=140403'
const facts = {
  ...{ title: '城市管理', categoryCode: '030000', countyCode: null, target: 'UNIT', unitCode: 'cgj', coUnitCodes: [] },
  ...{ priority: 0, effectiveTo: null, basis: '新三定方案' },
}

test('a rule is edited from a day on: both versions and who, when and why are kept, and the start follows no file again', async () => {
  const { office, one, choice } = await anOfficeWithSeeds()
  expect(await choice(lampsInLuzhou)).toBe('luzhou')
  const before = await one('city-management')
  expect(before).toMatchObject({ isOfFile: true, seen: 0, version: 1 })

  const change = { ...facts, effectiveFrom: day(2), why: '机构改革', seen: 0 }
  const put = (payload: object) => office.put('dispatcher', '/api/catalogue/rules/city-management', payload)
  expect((await put(change)).statusCode).toBe(200)
  // Somebody who saw it before does not overwrite it.
  expect(office.code(await put({ ...change, title: '别的' }))).toBe('catalogue.stale')
  expect(await choice(lampsInLuzhou)).toBe('luzhou')
  const { rules, units } = await readCatalogue(office.db)
  const matter = { type: 'HELP' as const, isCrossCity: false, accusedUnit: null, categoryCode: lamps }
  const placed = { ...matter, countyCode: '140403' as CountyCode }
  expect(chooseUnit(placed, rules, units, Date.now() + 2 * 86_400_000).lead).toBe('cgj')

  // The next start finds its file and leaves what was edited alone.
  await syncSeeds(office.db, seeds, Date.now())
  expect(await one('city-management')).toMatchObject({ versions: 2, version: 2, isOfFile: false, basis: '新三定方案' })
  const rows = await office.db.select().from(catalogueRules).where(eq(catalogueRules.key, 'city-management'))
  expect(rows.map(({ effectiveTo }) => effectiveTo)).toEqual([day(1), null])

  const history = await office.get<CatalogueRuleHistory>('cgj', '/api/catalogue/rules/city-management/history')
  expect(history.changes).toMatchObject([
    {
      ...{ kind: 'CHANGED', source: 'PAGE', by: 'dispatcher的名字𠀀', why: '机构改革' },
      before: { target: 'TERRITORY', effectiveFrom: '' },
      after: { target: 'UNIT', unit: { code: 'cgj' }, effectiveFrom: day(2) },
    },
  ])
})

test('a version that has not begun is replaced by the next one, and an ended rule chooses no unit', async () => {
  const { office, one, choice } = await anOfficeWithSeeds()
  const put = async (payload: object) => {
    const { seen } = await one('city-management')
    return office.put('dispatcher', '/api/catalogue/rules/city-management', { ...facts, why: '试', seen, ...payload })
  }
  await put({ effectiveFrom: day(10) })
  await put({ effectiveFrom: day(5), unitCode: 'zjj' })
  expect(await one('city-management')).toMatchObject({ versions: 2, version: 3, unit: { code: 'zjj' } })

  const { seen } = await one('city-management')
  const end = (payload: object) => office.send('dispatcher', '/api/catalogue/rules/city-management/end', payload)
  expect((await end({ from: day(), why: '并入他项', seen })).statusCode).toBe(200)
  expect(await choice(lampsInLuzhou)).toBeUndefined()
  expect((await end({ from: day(), why: '再停', seen: (await one('city-management')).seen })).json().code).toBe(
    'catalogue.ended',
  )
  const review = await office.get<CatalogueReview>('dispatcher', '/api/catalogue/review')
  expect(review.gaps.map(({ category }) => category.code)).toContain('030401')
})

test('faults are named by field, and only the right roles write', async () => {
  const { office } = await anOfficeWithSeeds()
  const add = (who: string, payload: object) => office.send(who, '/api/catalogue/rules', { why: '补缺', ...payload })
  const wrong = await add('dispatcher', {
    ...{ ...facts, categoryCode: '990000', unitCode: 'nobody', coUnitCodes: ['cgj', 'cgj'] },
    ...{ effectiveFrom: day(-1), effectiveTo: day(-2) },
  })
  const { faults } = wrong.json() as { faults: { path: string }[] }
  expect(faults.map(({ path }) => path)).toEqual([
    ...['body.categoryCode', 'body.unitCode', 'body.coUnitCodes', 'body.effectiveFrom', 'body.effectiveTo'],
  ])
  expect((await add('dispatcher', { ...facts, effectiveFrom: '2026-02-30' })).statusCode).toBe(400)
  const sound = { ...facts, effectiveFrom: day() }
  expect(office.code(await add('1001', sound))).toBe('access.denied')
  expect(office.code(await add('cgj', sound))).toBe('access.denied')
  expect((await add('director', { ...sound, why: ' ' })).statusCode).toBe(400)
  expect((await add('director', sound)).statusCode).toBe(201)
  expect(
    office.code(await office.put('director', '/api/catalogue/rules/no-such', { ...sound, why: 'x', seen: 0 })),
  ).toBe('catalogue.not-found')
  const actions = (await office.db.select().from(auditEvents)).map(({ action }) => action)
  expect(actions.filter((action) => action.startsWith('catalogue.'))).toEqual(['catalogue.added'])
})

test('two who edit the same row at once: one is written, the other is told', async () => {
  const { office, one } = await anOfficeWithSeeds()
  const put = (who: string, title: string) =>
    office.put(who, '/api/catalogue/rules/city-management', {
      ...facts,
      title,
      effectiveFrom: day(),
      why: '改',
      seen: 0,
    })
  const codes = (await Promise.all([put('dispatcher', '甲'), put('director', '乙')])).map(
    ({ statusCode }) => statusCode,
  )
  expect(codes.toSorted()).toEqual([200, 409])
  expect((await one('city-management')).version).toBe(2)
})

test('the catalogue goes out to a spreadsheet and comes back: first the preview, then all of it', async () => {
  const { office, rules, one } = await anOfficeWithSeeds()
  const file = await office.ask('dispatcher', '/api/catalogue/rules.xlsx')
  expect(file.headers['content-type']).toContain('spreadsheetml')
  const table = await readWorkbook(file.rawPayload, 5_000)
  expect(table).toHaveLength((await rules()).total + 1)

  const preview = async (bytes: Uint8Array, from = day(1)) =>
    office.bytes('dispatcher', `/api/catalogue/sheet/preview?from=${from}`, Buffer.from(bytes))
  const same: SheetPreview = (await preview(file.rawPayload)).json()
  expect(same).toMatchObject({ faultCount: 0, added: 0, changed: 0, same: table.length - 1 })

  const [head = [], ...body] = table.map(({ cells }) => cells.map(String))
  const at = body.findIndex(([key]) => key === 'city-management')
  const edited = body.map((row, n) => (n === at ? row.map((cell, c) => (c === 10 ? '由表格修改' : cell)) : row))
  const book = (rows: string[][]) =>
    writeWorkbook([{ name: '表', heads: head.map((title) => ({ title, width: 10 })), rows }], 0)
  const added = ['', '新增一条', '030401', '全市', '指定单位', 'cgj', '', '5', '', '', '表格']
  const bytes = await book([...edited, added])
  const seen: SheetPreview = (await preview(bytes)).json()
  expect(seen).toMatchObject({ faultCount: 0, added: 1, changed: 1 })
  expect(seen.planned).toMatchObject([
    { kind: 'CHANGED', key: 'city-management', row: at + 2 },
    { kind: 'ADDED', title: '新增一条' },
  ])
  const apply = (digest: string, file_ = bytes) =>
    office.bytes(
      'dispatcher',
      `/api/catalogue/sheet?from=${day(1)}&why=${encodeURIComponent('年度修订')}&digest=${digest}`,
      Buffer.from(file_),
    )
  expect(office.code(await apply(same.digest))).toBe('catalogue.sheet-changed')
  expect((await apply(seen.digest)).statusCode).toBe(200)
  expect(await one('city-management')).toMatchObject({ basis: '由表格修改', effectiveFrom: day(1), standing: 'COMING' })
  // The same file again is another change: it was previewed against another catalogue.
  expect(office.code(await apply(seen.digest))).toBe('catalogue.sheet-changed')

  const faulty = await book([added.map((cell, c) => (c === 2 ? '没有这个事项' : cell))])
  const wrong: SheetPreview = (await preview(faulty)).json()
  expect(wrong.faults).toMatchObject([
    { row: 2, column: 'C', title: '事项', message: '没有事项“没有这个事项”，请填写六位代码或名称' },
  ])
  expect(office.code(await apply(wrong.digest, faulty))).toBe('catalogue.sheet-faults')
  expect(office.code(await preview(bytes, day(-1)))).toBe('request.invalid')
})

test('a file that is no spreadsheet, or would unpack to far more than it may, is refused in words', async () => {
  const { office } = await anOfficeWithSeeds()
  const preview = async (bytes: Buffer) =>
    office.code(await office.bytes('dispatcher', `/api/catalogue/sheet/preview?from=${day()}`, bytes))
  expect(await preview(Buffer.from('规则编号,名称\n'))).toBe('catalogue.sheet-unreadable')
  expect(await preview(Buffer.alloc(0))).toBe('catalogue.sheet-unreadable')
  expect(await preview(zipOf('xl/workbook.xml', Buffer.from('<workbook/>')))).toBe('catalogue.sheet-unreadable')
  const bomb = zipOf('xl/worksheets/sheet1.xml', Buffer.alloc(80 * 1024 * 1024))
  expect(bomb.length).toBeLessThan(200_000)
  expect(await preview(bomb)).toBe('catalogue.sheet-unreadable')
  expect(await preview(Buffer.alloc(3 * 1024 * 1024))).toBe('request.too-large')
  expect(office.code(await office.bytes('cgj', `/api/catalogue/sheet/preview?from=${day()}`, bomb))).toBe(
    'access.denied',
  )
})

/** A ZIP of one part that lies about its size. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(10, 22)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(packed.length, 20)
  central.writeUInt32LE(10, 24)
  central.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  const file = Buffer.from(name)
  return Buffer.concat([local, file, packed, central, file, end])
}
