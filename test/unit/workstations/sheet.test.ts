import { describe, expect, it } from 'vitest'
import type { Cell } from '../../../src/catalogue/rules/sheet.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import { type DutyWorld, dutyColumns, readDutySheet } from '../../../src/workstations/sheet.ts'

const luzhou = 'luzhou' as UnitCode
const qin = 'qinxian' as UnitCode
const heads = dutyColumns.map(({ title }) => title)
const stationsOf = (...codes: UnitCode[]) =>
  new Map(codes.map((code) => [code, { name: `${code}工作站`, shortName: `${code}站` }]))
const world: DutyWorld = {
  ...{ stations: stationsOf(luzhou, qin), today: '2026-12-01', areaCode: '0355' },
  present: [{ unit: luzhou, day: '2026-12-02', shift: 'DAY', leader: '', name: '秦晓东', phone: '0355-5553000' }],
}
const read = (rows: Cell[][], change: Partial<DutyWorld> = {}) =>
  readDutySheet(
    [heads, ...rows].map((cells, at) => ({ row: at + 1, cells })),
    { ...world, ...change },
  )
const good = ['luzhou', '2026-12-02', '白班', '', '秦晓东', '0355-5553000']

describe('a duty list as a table', () => {
  it('says what it would add, change and leave alone; 全天 is both shifts', () => {
    const { faults, planned } = read([
      good,
      ['luzhou工作站', '2026年12月3日', '全天', '申局长', '路建军', '１３９０３５５７００１'],
      ['qinxian站', '2026/12/2', '夜班', '', '牛海涛', '0355-5553001'],
      ['', '', '', '', '', ''],
    ])
    expect(faults).toEqual([])
    expect(planned.map(({ unit, day, shift, kind }) => [unit, day, shift, kind])).toEqual([
      ['luzhou', '2026-12-02', 'DAY', 'SAME'],
      ['luzhou', '2026-12-03', 'DAY', 'ADDED'],
      ['luzhou', '2026-12-03', 'NIGHT', 'ADDED'],
      ['qinxian', '2026-12-02', 'NIGHT', 'ADDED'],
    ])
    expect(planned[1]?.phone).toBe('13903557001')
    expect(read([good.with(4, '申俊杰')]).planned).toMatchObject([{ kind: 'CHANGED', before: { name: '秦晓东' } }])
  })

  it('names every fault with row, column and what to do', () => {
    const faultIn = (at: number, cell: Cell, change: Partial<DutyWorld> = {}) => {
      const { faults, planned } = read([(good as Cell[]).with(at, cell)], change)
      expect(planned).toEqual([])
      expect(faults).toHaveLength(1)
      return `${faults[0]?.row}${faults[0]?.column} ${faults[0]?.message}`
    }
    expect(faultIn(0, '沁源')).toBe('2A 没有工作站“沁源”，请填写名称或代码')
    expect(faultIn(0, 'qinxian', { stations: stationsOf(luzhou) })).toBe('2A 只能填写本站（luzhou站）')
    expect(faultIn(1, '明天')).toContain('2B “明天”不是日期')
    expect(faultIn(1, '2026-02-30')).toContain('不是日期')
    expect(faultIn(1, '2026-11-30')).toContain('已过')
    expect(faultIn(1, '2028-12-02')).toContain('太远')
    expect(faultIn(2, '早班')).toBe('2C 班次应为 白班、夜班、全天 之一')
    expect(faultIn(4, '')).toBe('2E 请填写值班人员')
    expect(faultIn(4, '长'.repeat(33))).toContain('最多 32 个字')
    expect(faultIn(5, '值班室')).toContain('不是电话号码')
    expect(faultIn(5, { fault: '单元格是错误值 #REF!' })).toBe('2F 单元格是错误值 #REF!')
  })

  it('refuses the same shift twice, also inside 全天, a table without a column and one that is too long', () => {
    const twice = read([good, good.with(2, '全天')])
    expect(twice.faults.map(({ row, message }) => [row, message])).toEqual([[3, '2026-12-02 白班与第 2 行重复']])
    const headless = readDutySheet([{ row: 1, cells: heads.filter((head) => head !== '班次') }], world)
    expect(headless.faults).toMatchObject([{ title: '班次', message: '第 1 行缺少“班次”一列' }])
    expect(readDutySheet([], world).faults).toHaveLength(1)
    expect(read(Array.from({ length: 2_001 }, () => good)).faults[0]?.message).toContain('最多导入 2000 行')
  })
})
