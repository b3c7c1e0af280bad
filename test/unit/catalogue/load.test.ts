import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSeeds, requireSeeds } from '../../../src/catalogue/load.ts'

const config = resolve(import.meta.dirname, '../../../config')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotline-seeds-'))
  cpSync(config, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`nothing to replace in ${file}`)
  writeFileSync(path, after)
}

/** What stands at the line of each fault, and what is said of it. */
function faults(): { file: string; text: string; message: string }[] {
  return loadSeeds(folder).faults.map(({ file, line, message }) => ({
    file: file.slice(folder.length + 1),
    text: (readFileSync(file, 'utf8').split('\n')[line - 1] ?? '').trim(),
    message,
  }))
}

describe('the sample', () => {
  it('has no fault, every county a workstation, and both classes of units', () => {
    const { units, categories, catalogue } = requireSeeds(config)
    expect(units.counties).toHaveLength(14)
    expect(units.units.filter((unit) => unit.kind === 'WORKSTATION')).toHaveLength(14)
    expect(units.units.filter((unit) => unit.kind === 'CITY').length).toBeGreaterThan(30)
    expect(units.units.filter((unit) => unit.assessClass === 'PUBLISHED').length).toBeGreaterThan(10)
    expect([units.isSample, categories.isSample, catalogue.isSample]).toEqual([true, true, true])
  })

  it('has a rule for every matter but those that somebody has to think about', () => {
    const { categories, catalogue } = requireSeeds(config)
    const ruled = new Set(catalogue.rules.map((rule) => rule.category))
    const unruled = categories.categories.filter(
      (top) => !ruled.has(`${top.code}0000`) && top.groups.some((group) => !ruled.has(`${top.code}${group.code}00`)),
    )
    expect(unruled.map((top) => top.name)).toEqual(['其他'])
  })
})

describe('a fault is named with its file and line', () => {
  it.each([
    ['units.yaml', 'code: rsj\n', 'code: cgj\n', 'cgj is listed twice'],
    ['units.yaml', 'parent: gaj', 'parent: nobody', 'parent: there is no other unit nobody'],
    ['units.yaml', 'regulator: nyj', 'regulator: sgd', 'regulator: there is no other unit sgd'],
    ['units.yaml', 'county: 140403', 'county: 140999', 'there is no county 140999'],
    ['units.yaml', 'county: 140404', 'county: 140403', '140403 is listed twice'],
    ['units.yaml', 'former: [140421]', 'former: [140402]', '140402 is listed twice'],
    ['units.yaml', 'kind: GROUP', 'kind: CHOIR', 'one of HOTLINE'],
    [
      'categories.yaml',
      'code: 02,\n              name: 井盖',
      'code: 01,\n              name: 井盖',
      '030401 is listed twice',
    ],
    ['categories.yaml', 'urgency: P2', 'urgency: P9', 'P1, P2 or P3'],
    ['categories.yaml', 'name: 占道经营', 'title: 占道经营', 'unknown name'],
    ['catalogue.yaml', 'category: 030000', 'category: 330000', 'there is no category 330000'],
    ['catalogue.yaml', 'unit: gjj', 'unit: gone', 'there is no unit gone'],
    ['catalogue.yaml', 'coUnits: [nyj]', 'coUnits: [yjj]', 'yjj leads already'],
    ['catalogue.yaml', 'key: police', 'key: transport', 'transport is listed twice'],
    [
      'catalogue.yaml',
      '    unit: ybj\n',
      '    effectiveTo: 2026-02-01\n    effectiveFrom: 2026-02-02\n',
      'ends before it begins',
    ],
    ['catalogue.yaml', '    unit: ybj\n', '', 'unit: is missing'],
    ['catalogue.yaml', '    title: 供热\n', '', 'rules.9.title: is missing'],
    ['catalogue.yaml', 'title: 供热', 'title: ""', 'must not be empty'],
  ])('%s: %s', (file, from, to, message) => {
    edit(file, from, to)
    const found = faults()
    expect(found.map((fault) => fault.message).join('\n')).toContain(message)
    const here = found.find((fault) => fault.message.includes(message))
    expect(here?.file).toBe(file)
    if (to !== '') expect(here?.text).toContain(to.trim().split('\n')[0])
  })

  it('also a county that nobody serves, and a unit above itself', () => {
    edit('units.yaml', / {2}- code: luzhou\n(?: {4}.*\n)*/, '')
    expect(faults()).toMatchObject([{ file: 'units.yaml', message: '潞州区 has no workstation' }])
    edit('units.yaml', 'code: gaj\n', 'code: gaj\n    parent: jjzd\n')
    expect(faults().map((fault) => fault.message)).toContain('gaj is its own ancestor')
  })

  it('and all at once, whatever cannot be read', () => {
    writeFileSync(join(folder, 'units.yaml'), 'units: [\n')
    edit('catalogue.yaml', 'target: UNIT', 'target: MOON')
    rmSync(join(folder, 'categories.yaml'))
    expect(new Set(loadSeeds(folder).faults.map((fault) => fault.file.slice(folder.length + 1)))).toEqual(
      new Set(['units.yaml', 'catalogue.yaml', 'categories.yaml']),
    )
    expect(() => requireSeeds(folder)).toThrow(/catalogue\.yaml:\d+: rules\.\d+\.target/)
  })
})
