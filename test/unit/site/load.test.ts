import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSite, requireSite } from '../../../src/site/load.ts'
import { lineModes } from '../../../src/site/site.ts'
import { wavOf } from '../../../src/telephony/speech/sounds.ts'

const checkout = resolve(import.meta.dirname, '../../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotline-site-'))
  cpSync(join(checkout, 'config'), folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`nothing to replace in ${file}`)
  writeFileSync(path, after)
}

function write(file: string, lines: string[]): void {
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
}

/** `numbers.yaml:12 message`, the line checked against what stands there. */
function faults(promptsDir?: string): { file: string; text: string; message: string }[] {
  return loadSite(folder, promptsDir).faults.map(({ file, line, message }) => ({
    file: file.slice(folder.length + 1),
    text:
      existsSync(file) && file.endsWith('.yaml') ? (readFileSync(file, 'utf8').split('\n')[line - 1] ?? '').trim() : '',
    message,
  }))
}

describe('the sample site', () => {
  it('has no fault, and a prompt for everything that is said', () => {
    expect(loadSite(join(checkout, 'config'), join(checkout, 'ivr-prompts')).faults).toEqual([])
  })

  it('tells where this machine itself is a trunk, which is right for a sample only', () => {
    const { loopbacks } = loadSite(join(checkout, 'config'))
    expect(loopbacks).toMatchObject([
      {
        file: join(checkout, 'config/trunks.yaml'),
        line: readFileSync(join(checkout, 'config/trunks.yaml'), 'utf8').split('\n').indexOf('      - 127.0.0.0/9') + 1,
        message: '127.0.0.0/9: any program on this machine may call as carrier: remove it',
      },
      { message: '127.128.0.1/32: any program on this machine may call as province: remove it' },
    ])
  })

  it('holds 12345, twenty short codes and ten local lines', () => {
    const { lines, timings } = requireSite(folder)
    expect(lines).toHaveLength(31)
    expect(lines.filter((line) => /^\d{5}$/.test(line.number))).toHaveLength(21)
    expect(lines.filter((line) => line.number.startsWith('0355555'))).toHaveLength(10)
    expect(lines.every((line) => line.isSample)).toBe(true)
    expect(timings.ringMs).toBe(20_000)
  })
})

describe('a fault', () => {
  it('is named with its file and line: an unknown skill', () => {
    edit('numbers.yaml', 'skill: social-security', 'skill: sorcery')
    expect(faults()).toEqual([
      { file: 'numbers.yaml', text: 'skill: sorcery', message: 'skill sorcery is not in skills.yaml' },
    ])
  })

  it.each([
    ['an unknown menu', 'menu: main', 'menu: maze', 'menu maze is not in menus.yaml'],
    ['a number that is listed twice', '- number: 12312', '- number: 12301', '12301 is already a line'],
    ['a landing number of two lines', '[0355-5550315]', '[0355-5550333]', 'already a landing number of'],
    ['a landing number without area code', '[0355-5550315]', '[5550315]', 'write it with its area code'],
    ['a day that does not exist', 'effectiveFrom: 2021-12-31', 'effectiveFrom: 2021-02-30', 'a day like 2026-11-23'],
    ['a mode that nobody knows', 'mode: PARALLEL', 'mode: SERIAL', 'one of MERGED_FORWARD'],
    ['a misspelt key', 'keepNumber: true', 'keepnumber: true', 'keepNumber'],
  ])('is named with its file and line: %s', (_, from, to, message) => {
    edit('numbers.yaml', from, to)
    const found = faults()
    expect(found.length).toBeGreaterThan(0)
    for (const fault of found) expect(fault.file).toBe('numbers.yaml')
    expect(found.map((fault) => fault.message).join('\n')).toContain(message)
  })

  it('is found in how callers rate: a scale that does not exist, a line that is none', () => {
    edit('hotline.yaml', 'scale: 3', 'scale: 4')
    expect(faults()[0]).toMatchObject({ file: 'hotline.yaml', message: expect.stringContaining('3 or 5') })
    edit('hotline.yaml', 'scale: 4', 'scale: 5\n  lines: [12345, 99999]')
    expect(faults()).toMatchObject([{ file: 'hotline.yaml', message: 'line 99999 is not in numbers.yaml' }])
    edit('hotline.yaml', ', 99999', '')
    expect(requireSite(folder).survey).toEqual({ scale: 5, minTalkMs: 10_000, lines: ['12345'], linkEveryDays: 7 })
  })

  it('is found in days that run backwards', () => {
    edit('numbers.yaml', 'effectiveFrom: 2021-12-31', 'effectiveFrom: 2021-12-31\n    effectiveTo: 2020-01-01')
    expect(faults()).toEqual([
      { file: 'numbers.yaml', text: 'effectiveTo: 2020-01-01', message: 'ends before it begins' },
    ])
  })

  it('is found in whether a trunk vouches for its callers', () => {
    edit('trunks.yaml', '    kind: province', '    kind: province\n    vouches: false')
    expect(requireSite(folder).trunks.map(({ name, vouches }) => [name, vouches])).toEqual([
      ['carrier', true],
      ['province', false],
    ])
    edit('trunks.yaml', '    vouches: false', '    vouches: perhaps')
    expect(faults()[0]?.message).toContain('true or false')
  })

  it('is found in networks: no network, host bits, overlap', () => {
    edit('trunks.yaml', '127.128.0.1/32', '127.0.0.1')
    expect(faults()[0]).toMatchObject({ file: 'trunks.yaml', text: '- 127.0.0.1' })
    expect(faults()[0]?.message).toContain('overlaps 127.0.0.0/9 of carrier')
    edit('trunks.yaml', '- 127.0.0.1\n', '- 192.0.2.1/24\n')
    expect(faults()[0]?.message).toContain('a network like')
  })

  it('is found in a greeting that nobody has written or recorded', () => {
    edit('numbers.yaml', 'greeting: greeting-12333', 'greeting: greeting-lost')
    expect(faults(join(checkout, 'ivr-prompts'))).toMatchObject([
      { file: 'numbers.yaml', text: 'greeting: greeting-lost' },
    ])
  })

  it('is found in a prompt that would be played as silence', () => {
    const prompts = join(folder, 'prompts')
    cpSync(join(checkout, 'ivr-prompts'), prompts, { recursive: true })
    writeFileSync(join(prompts, 'zh/number-3.txt'), ' 。\n')
    writeFileSync(join(prompts, 'zh/greeting-12301.wav'), 'no sound at all')
    // What is recorded need not be spoken.
    writeFileSync(join(prompts, 'zh/number-4.txt'), '')
    writeFileSync(join(prompts, 'zh/number-4.wav'), wavOf(new Float64Array(800)))
    expect(faults(prompts)).toMatchObject([
      { file: 'prompts/zh/greeting-12301.wav', message: 'contains no sound in WAV format' },
      { file: 'prompts/zh/number-3.txt', message: 'contains no word to speak' },
    ])
  })

  it('is found in a greeting that does not say that the call is recorded', () => {
    const prompts = join(folder, 'prompts')
    cpSync(join(checkout, 'ivr-prompts'), prompts, { recursive: true })
    writeFileSync(join(prompts, 'zh/greeting-12301.txt'), '旅游服务热线，一二三四五接听。\n')
    writeFileSync(join(prompts, 'zh/fallback-apology.txt'), '抱歉，系统正在维护，请稍候。\n')
    const message = 'does not say that the call is recorded (录音)'
    expect(faults(prompts)).toMatchObject([
      { file: 'prompts/zh/fallback-apology.txt', message },
      { file: 'prompts/zh/greeting-12301.txt', message },
    ])
  })

  it('does not hide the others: all are named at once', () => {
    edit('numbers.yaml', 'skill: social-security', 'skill: sorcery')
    edit('hotline.yaml', 'ringMs: 20000', 'ringMs: soon')
    edit('menus.yaml', 'skill: enterprise', 'skill: alchemy')
    writeFileSync(join(folder, 'trunks.yaml'), 'trunks: [\n')
    const found = faults()
    expect(new Set(found.map((fault) => fault.file))).toEqual(
      new Set(['hotline.yaml', 'menus.yaml', 'numbers.yaml', 'trunks.yaml']),
    )
    expect(() => requireSite(folder)).toThrow(/hotline\.yaml:\d+: timings\.ringMs/)
  })

  it('does not hide those of its own file, whatever their kind', () => {
    write('hotline.yaml', [
      'city: 长治',
      'areaCode: 355',
      'regionCode: 140400',
      'name: 长治12345',
      'timings:',
      '  ringMs: soon',
      '  popMs: 400',
      '  wrapUpMs: 400000',
      '  wrapUpCapMs: 300000',
      '  announceEveryMs: 30000',
      'breakReasons:',
      '  - { code: meal, name: 用餐 }',
      '  - { code: meal, name: 会议 }',
    ])
    write('skills.yaml', ['skills:', '  - { id: general, name: 综合 }', '  - { id: Market, name: 市场 }'])
    write('menus.yaml', [
      'menus:',
      '  - id: main',
      '    keys:',
      '      2: { do: queue, skill: alchemy, priority: 12 }',
      '      x: { do: replay }',
    ])
    write('trunks.yaml', [
      'trunks:',
      '  - { name: one, kind: carrier, networks: [192.0.2.0/24, 192.0.2.999] }',
      '  - { name: two, kind: satellite, networks: [192.0.2.128/25] }',
    ])
    write('numbers.yaml', [
      'lines:',
      '  - number: 12345',
      '    name: 热线',
      '    department: 中心',
      '    mode: MERGED_FORWARD',
      '    landingDids: [0355-5550345, no number]',
      '    greeting: greeting-12345',
      '    menu: maze',
      '    skill: sorcery',
      '    keepNumber: true',
      '  - number: 12333',
      '    name: 社保',
      '    department: 人社局',
      '    mode: SERIAL',
      '    landingDids: [0355-5550345]',
      '    greeting: greeting-lost',
      '    skill: general',
      '    skill: general',
      '    priorty: 3',
    ])
    const prompts = join(checkout, 'ivr-prompts')
    const found = loadSite(folder, prompts).faults
    expect(found.map(({ file, line, message }) => `${basename(file)}:${line}: ${message}`)).toEqual([
      'hotline.yaml:2: areaCode: an area code like 0355',
      'hotline.yaml:6: timings.ringMs: a whole number',
      'hotline.yaml:6: timings.requestMs: is missing',
      'hotline.yaml:8: timings.wrapUpMs: must not be longer than wrapUpCapMs',
      'hotline.yaml:13: meal is listed twice',
      'menus.yaml:4: menus.0.keys.2.priority: between 0 and 9',
      'menus.yaml:4: skill alchemy is not in skills.yaml',
      'menus.yaml:5: menus.0.keys.x: one key: 0-9, * or #',
      'numbers.yaml:6: lines.0.landingDids.1: digits, with - or spaces between',
      'numbers.yaml:8: menu maze is not in menus.yaml',
      'numbers.yaml:9: skill sorcery is not in skills.yaml',
      'numbers.yaml:11: lines.1.keepNumber: is missing',
      `numbers.yaml:14: lines.1.mode: one of ${lineModes.join(', ')}`,
      'numbers.yaml:15: 03555550345 is already a landing number of 12345',
      `numbers.yaml:16: prompt greeting-lost has neither greeting-lost.txt nor greeting-lost.wav in ${prompts}/zh`,
      'numbers.yaml:18: Map keys must be unique',
      'numbers.yaml:19: lines.1.priorty: unknown name',
      'skills.yaml:3: skills.1.id: lower-case letters, digits and -, at most 32, a letter first',
      'trunks.yaml:2: trunks.0.networks.1: a network like 192.0.2.0/24',
      'trunks.yaml:3: trunks.1.kind: carrier or province',
      'trunks.yaml:3: 192.0.2.128/25 overlaps 192.0.2.0/24 of one',
    ])
  })

  it('is a file that is not there', () => {
    rmSync(join(folder, 'skills.yaml'))
    expect(faults()).toMatchObject([{ file: 'skills.yaml' }])
  })

  it('is a wrap-up longer than its cap, or a site without 12345', () => {
    edit('hotline.yaml', 'wrapUpMs: 60000', 'wrapUpMs: 600000')
    edit('numbers.yaml', '- number: 12345', '- number: 12346')
    expect(faults().map((fault) => fault.message)).toEqual([
      'timings.wrapUpMs: must not be longer than wrapUpCapMs',
      '12345 itself is missing',
    ])
  })
})
