import { describe, expect, it } from 'vitest'
import { cellsOf, columns, type Present, readSheet, type SheetWorld } from '../../../../src/catalogue/rules/sheet.ts'
import type { CategoryCode, UnitCode } from '../../../../src/platform/types.ts'

const units = new Map([
  ['cgj', '市城市管理局'],
  ['zjj', '市住建局'],
  ['old', '潞州区住建局'],
])
const known = {
  categories: new Map([
    ['030000', '城市管理'],
    ['030401', '城市管理 › 市政设施 › 路灯照明'],
    ['020101', '住房 › 物业 › 其他'],
    ['030199', '城市管理 › 市容 › 其他'],
  ]),
  counties: new Map([['140403', '潞州区']]),
  units,
  short: new Map([
    ['cgj', '城管局'],
    ['zjj', '住建局'],
    ['old', '住建局'],
  ]),
}
const lamps: Present = {
  key: 'lamps',
  title: '路灯',
  categoryCode: '030401' as CategoryCode,
  countyCode: null,
  target: 'UNIT',
  unitCode: 'cgj' as UnitCode,
  coUnitCodes: [],
  priority: 0,
  effectiveFrom: '2026-01-01',
  effectiveTo: null,
  basis: '三定方案',
}
const world: SheetWorld = { known, present: [lamps], today: '2026-11-30', from: '2026-12-01' }
const head = columns.map(({ title }) => title)
const row = (cells: Record<string, string>) => columns.map(({ field }) => cells[field] ?? '')
const read = (...rows: string[][]) =>
  readSheet(
    [head, ...rows].map((cells, at) => ({ row: at + 1, cells })),
    world,
  )
const good = row({ title: '新规则', categoryCode: '030000', countyCode: '全市', target: '指定单位', unitCode: 'cgj' })
const messages = (rows: string[][]) =>
  read(...rows).faults.map(({ row, column, message }) => `${row}${column} ${message}`)
const change = (cells: Record<string, string>) => row({ ...cellsOf(lamps, known), ...cells })

describe('the catalogue as a table', () => {
  it('gives the same rule back that it was written from', () => {
    expect(read(row(cellsOf(lamps, known)))).toMatchObject({ faults: [], planned: [{ kind: 'SAME', key: 'lamps' }] })
  })

  it('reads codes, codes with names, names, and names with those above them', () => {
    for (const categoryCode of ['030401', '30401', '030401 路灯照明', '路灯照明', '城市管理>市政设施>路灯照明']) {
      expect(read(change({ categoryCode, title: '改' })).planned[0]?.facts.categoryCode).toBe('030401')
    }
    const [planned] = read(
      change({ countyCode: '140403', unitCode: '城管局', coUnitCodes: 'zjj、市城市管理局' }),
    ).planned
    expect(planned).toBeUndefined()
    const [other] = read(change({ countyCode: '潞州区', unitCode: 'zjj', coUnitCodes: 'old；城管局' })).planned
    expect(other?.facts).toMatchObject({ countyCode: '140403', unitCode: 'zjj', coUnitCodes: ['old', 'cgj'] })
  })

  it.each(['2026.12.5', '2026/12/5', '2026年12月5日', '2026-12-05', '２０２６.１２.５'])(
    'reads the day %s',
    (effectiveFrom) => {
      expect(read(change({ effectiveFrom })).planned[0]?.facts.effectiveFrom).toBe('2026-12-05')
    },
  )

  it('lets a changed row without a date to come begin on the day that was chosen', () => {
    const [planned] = read(change({ basis: '新三定方案' })).planned
    expect(planned).toMatchObject({
      kind: 'CHANGED',
      facts: { effectiveFrom: '2026-12-01' },
      changes: [
        { title: '生效日期', before: '2026-01-01', after: '2026-12-01' },
        { title: '依据', before: '三定方案', after: '新三定方案' },
      ],
    })
  })

  it('names every fault by row and column', () => {
    expect(
      messages([
        good,
        change({ categoryCode: '其他', effectiveFrom: '2026-02-30', priority: '高' }),
        change({ key: '路灯', unitCode: '住建局' }),
        row({ ...cellsOf(lamps, known), key: 'lamps2', unitCode: '', effectiveFrom: '' }),
        change({ effectiveFrom: '2026-11-29' }),
        change({ target: '派给市里', countyCode: '朝阳区' }),
        row({ key: 'no-title', categoryCode: '990000', target: '省平台' }),
      ]),
    ).toEqual([
      '3C 有 2 个事项叫“其他”，请填写六位代码',
      '3H 优先级应为 0 至 999 的整数',
      '3I “2026-02-30”不是日期，请写成 2026-12-01',
      '4A 编号由小写字母、数字和 - 组成，以字母开头；新增规则可以留空',
      '4F 有 2 个单位叫“住建局”，请填写代码',
      '5F 派往“指定单位”时须填写主办单位',
      '6I 生效日期不能早于今天（2026-11-30）：已派的工单按当日规则派出',
      '7D 没有县区“朝阳区”，请填写名称、代码或“全市”',
      '7E 派往应为 指定单位、属地工作站、省平台 之一',
      '8B 请填写名称',
      '8C 没有事项 990000',
    ])
  })

  it('refuses a key that stands twice, a missing column, a broken cell and a table that is too long', () => {
    expect(messages([change({ title: '一' }), change({ title: '二' })])).toEqual(['3A 编号 lamps 与第 2 行重复'])
    const without = readSheet([{ row: 1, cells: head.filter((title) => title !== '派往') }], world)
    expect(without.faults).toMatchObject([{ row: 1, message: '第 1 行缺少“派往”一列' }])
    const cells = good.map((cell, at) => (at === 1 ? { fault: '单元格是错误值 #REF!' } : cell))
    expect(
      readSheet(
        [
          { row: 1, cells: head },
          { row: 2, cells },
        ],
        world,
      ).faults,
    ).toEqual([{ row: 2, column: 'B', title: '名称', message: '单元格是错误值 #REF!' }])
    expect(read(...Array.from({ length: 5_001 }, () => good)).faults).toMatchObject([{ message: /5000/ }])
    expect(readSheet([], world).faults).toMatchObject([{ message: '表格是空的' }])
  })

  it('finds columns by their titles, in any order, and leaves empty rows and columns of its own aside', () => {
    const rows = [[...head].reverse(), [], [...good].reverse()].map((cells, at) => ({
      row: at + 1,
      cells: ['', ...cells],
    }))
    expect(readSheet(rows, world)).toMatchObject({ faults: [], planned: [{ row: 3, kind: 'ADDED', title: '新规则' }] })
  })
})
