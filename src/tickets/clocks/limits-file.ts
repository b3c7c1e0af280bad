import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Limit, readLimit } from '../../calendar/limit.ts'
import { whole, yes } from '../../site/files.ts'
import type { Salvaged } from '../../site/salvage.ts'
import { type Fault, type Path, type Reading, readYaml } from '../../site/yaml.ts'
import { grantable } from '../life/asking/undecided.ts'
import { requestKinds } from '../life/requests.ts'
import { type Choice, type LimitBook, tableOn } from './limit-book.ts'
import { isLonger, keyOf, type Limits, type LimitTable, otherwise } from './limits.ts'

/** Reads `config/limits/`: a file for each profile and version, and which one is in force. Every scalar arrives as text. */

const limit = z.string().transform((value, context): Limit => {
  const found = readLimit(value)
  if (found) return found
  context.addIssue({ code: 'custom', message: 'a limit like 30 min, 2 h, 3 d, 4 wh or 0.5 wd' })
  return z.NEVER
})
const perhaps = limit.optional().transform((found) => found ?? null)
const days = limit.refine(({ unit }) => unit === 'DAY', 'natural days, like 90 d')
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day like 2026-01-01')
const profile = z.string().regex(/^[a-z0-9-]{2,24}$/, 'small letters, digits and hyphens')

const row = z.strictObject({
  dispatch: limit,
  sign: perhaps,
  contact: perhaps,
  handle: limit,
  progress: perhaps,
  returnWindow: perhaps,
  extension: z
    .strictObject({ by: limit, times: whole(1, 9) })
    .optional()
    .transform((found) => found ?? null),
})
const decision = z.strictObject({ within: limit, otherwise: z.enum(otherwise) })

const limitsFile: z.ZodType<LimitTable> = z.strictObject({
  profile,
  title: z.string().min(2).max(32),
  version: whole(1, 9_999),
  from: day,
  source: z.string().min(2).max(200),
  urgent: z.strictObject({ P1: row, P2: row }),
  general: z.strictObject({
    CONSULT: row,
    HELP: row,
    COMPLAINT: row,
    REPORT: row,
    SUGGEST: row,
    PRAISE: row,
    OTHER: row,
  }),
  redo: row,
  reopen: limit,
  replyReview: limit,
  decisions: z.record(z.enum(requestKinds), decision),
  extensionNotice: limit,
  returns: whole(0, 9),
  suspension: days,
  promise: days,
  callbackStart: limit,
  callbackFinish: limit,
  autoSign: yes,
})

const inForceFile: z.ZodType<{ inForce: Choice[] }> = z.strictObject({
  inForce: z.array(z.strictObject({ profile, from: day })).min(1, 'name at least one profile'),
})
const inForceName = 'in-force.yaml'

export interface LoadedLimits {
  /** Null as long as there is any fault. */
  limits: LimitBook | null
  faults: Fault[]
}

/** Names every fault with its line. */
export function loadLimits(configDir: string): LoadedLimits {
  const folder = join(configDir, 'limits')
  const chosen = readYaml(join(folder, inForceName), inForceFile)
  const files = namesIn(folder).map((name) => readYaml(join(folder, name), limitsFile))
  const tables = files.flatMap(({ value }) => value ?? [])
  const faults = [
    ...chosen.faults,
    ...files.flatMap((file) => [...file.faults, ...reversed(file), ...repeated(file, tables), ...granted(file)]),
    ...(chosen.value?.inForce ?? []).flatMap(({ profile: name }, at) =>
      tables.some((table) => table.profile === name) || files.some((file) => file.faults.length > 0)
        ? []
        : chosen.faultAt(['inForce', at, 'profile'], `no file in limits/ has the profile ${name}`),
    ),
  ].sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
  const isWhole = faults.length === 0 && chosen.value !== null
  return { limits: isWhole ? { tables, choices: chosen.value?.inForce ?? [] } : null, faults }
}

/** @throws Error that lists every fault */
export function requireLimitBook(configDir: string): LimitBook {
  const { limits, faults } = loadLimits(configDir)
  if (limits) return limits
  throw new Error(`limits:\n${faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`)
}

/** Those in force now. @throws Error that lists every fault */
export function requireLimits(configDir: string): LimitTable {
  return tableOn(requireLimitBook(configDir), Date.now())
}

/** Editors leave hidden files beside the edited ones. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.') && name !== inForceName)
      .sort()
  } catch {
    // The missing in-force.yaml is reported.
    return []
  }
}

/** Steps that may not take longer than the whole. */
const parts = ['sign', 'contact', 'progress', 'returnWindow'] as const

function reversed(file: Reading<LimitTable>): Fault[] {
  const { urgent = {}, general = {}, redo } = file.known ?? {}
  const rows: [Path, Salvaged<Limits> | undefined][] = [
    ...Object.entries(urgent).map(([key, found]): [Path, typeof found] => [['urgent', key], found]),
    ...Object.entries(general).map(([key, found]): [Path, typeof found] => [['general', key], found]),
    [['redo'], redo],
  ]
  return rows.flatMap(([path, found]) => {
    const whole = limitIn(found?.handle)
    if (!whole) return []
    return parts.flatMap((name) => {
      const part = limitIn(found?.[name])
      return part && isLonger(part, whole) ? file.faultAt([...path, name], `${name}: longer than handle`) : []
    })
  })
}

/** What needs a person's judgement is not granted by the machine. */
function granted(file: Reading<LimitTable>): Fault[] {
  return requestKinds.flatMap((kind) =>
    file.known?.decisions?.[kind]?.otherwise === 'GRANT' && !grantable(kind)
      ? file.faultAt(['decisions', kind, 'otherwise'], `${kind} cannot be granted without a person: WAIT or REFUSE`)
      : [],
  )
}

/** A ticket names the version that it keeps: two files of the same one would give it two sets of limits. */
function repeated(file: Reading<LimitTable>, tables: readonly LimitTable[]): Fault[] {
  const { value } = file
  const first = value && tables.find((table) => keyOf(table) === keyOf(value))
  return value && first !== value ? [file.faultAt(['version'], `${keyOf(value)} is in another file, too`)] : []
}

function limitIn(found: Salvaged<Limit | null> | undefined): Limit | null {
  return found?.count !== undefined && found.unit !== undefined ? { count: found.count, unit: found.unit } : null
}
