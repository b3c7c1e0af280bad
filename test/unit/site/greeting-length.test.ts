import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { longGreetings } from '../../../src/site/greeting-length.ts'
import { loadSite, requireSite } from '../../../src/site/load.ts'
import { wavOf } from '../../../src/telephony/speech/sounds.ts'

const checkout = resolve(import.meta.dirname, '../../..')
const soundOf = (seconds: number) => wavOf(new Float64Array(seconds * 8_000))

test('a greeting that keeps every caller waiting is found, recorded or spoken', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-prompts-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const config = join(checkout, 'config')
  const site = requireSite(config)
  cpSync(join(checkout, 'ivr-prompts'), dir, { recursive: true })
  writeFileSync(join(dir, 'zh/greeting-12345.wav'), soundOf(6))
  expect(loadSite(config, dir).faults).toEqual([])
  writeFileSync(join(dir, 'zh/greeting-12345.wav'), soundOf(8))
  expect(loadSite(config, dir).faults.map((fault) => fault.message)).toEqual([
    'greeting greeting-12345 lasts 8.0 s: record it in at most 6.0 s',
  ])

  mkdirSync(join(dir, 'prompts/zh'), { recursive: true })
  writeFileSync(join(dir, 'prompts/zh/greeting-12301.wav'), soundOf(7))
  expect(longGreetings(site, dir)).toEqual(['greeting greeting-12301 lasts 7.0 s, longer than 6.0 s'])
})
