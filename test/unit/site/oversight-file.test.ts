import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadSite } from '../../../src/site/load.ts'

const config = resolve(import.meta.dirname, '../../../config')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotline-oversight-'))
  cpSync(config, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'oversight.yaml')
const lineOf = (words: string) =>
  readFileSync(file(), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(words)) + 1
const faults = () =>
  loadSite(folder).faults.map(({ file: name, line, message }) => `${basename(name)}:${line}: ${message}`)

it('names each fault of a trigger at its line', () => {
  const text = readFileSync(file(), 'utf8')
    .replace('workingDays: 3', 'workingDays: soon')
    .replace('T01: { level: L0', 'T01: { level: L9')
    .replace('T15: { level: TALK', 'T15: { level: L2')
  writeFileSync(file(), text)
  expect(faults()).toEqual([
    `oversight.yaml:${lineOf('T01:')}: versions.0.triggers.T01.level: one of L0, L1, L2, L3, LETTER, TALK`,
    `oversight.yaml:${lineOf('workingDays: soon')}: versions.0.triggers.T04.workingDays: a whole number`,
    `oversight.yaml:${lineOf('T15:')}: about a unit: LETTER or TALK`,
  ])
})

it('takes versions only in the order of their days, counted from 1 on', () => {
  const text = readFileSync(file(), 'utf8')
  const second = text.slice(text.indexOf('  - version: 1')).replace('version: 1', 'version: 3')
  writeFileSync(file(), `${text}${second}`)
  const line =
    readFileSync(file(), 'utf8')
      .split('\n')
      .findIndex((one) => one.includes('version: 3')) + 1
  expect(faults()).toEqual([
    `oversight.yaml:${line}: versions are counted from 1 on: this is 2`,
    `oversight.yaml:${line + 1}: must be after 2026-01-01, the day of the version before`,
  ])
})
