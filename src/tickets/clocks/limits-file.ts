import { join } from 'node:path'
import { z } from 'zod'
import { type Limit, readLimit } from '../../calendar/limit.ts'
import { whole, yes } from '../../site/files.ts'
import type { Salvaged } from '../../site/salvage.ts'
import { type Fault, type Path, type Reading, readYaml } from '../../site/yaml.ts'
import { defaultLimits, isLonger, type Limits, type LimitTable } from './limits.ts'

/** Reads `config/limits.yaml`. Every scalar arrives as text. */

const limit = z.string().transform((value, context): Limit => {
  const found = readLimit(value)
  if (found) return found
  context.addIssue({ code: 'custom', message: 'a limit like 30 min, 2 h, 3 d, 4 wh or 0.5 wd' })
  return z.NEVER
})
const perhaps = limit.optional().transform((found) => found ?? null)

const row = z.strictObject({
  dispatch: limit,
  sign: perhaps,
  contact: perhaps,
  handle: limit,
  returnWindow: perhaps,
  extension: z
    .strictObject({ by: limit, times: whole(1, 9) })
    .optional()
    .transform((found) => found ?? null),
})

const limitsFile: z.ZodType<LimitTable> = z.strictObject({
  version: whole(1, 9_999),
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
  reopen: perhaps.transform((found) => found ?? defaultLimits.reopen),
  returnReview: limit,
  replyReview: perhaps.transform((found) => found ?? defaultLimits.replyReview),
  extensionReview: limit,
  extensionNotice: limit,
  callbackStart: limit,
  callbackFinish: limit,
  autoSign: yes,
})

export interface LoadedLimits {
  /** Null as long as there is any fault. */
  limits: LimitTable | null
  faults: Fault[]
}

/** Names every fault with its line. */
export function loadLimits(configDir: string): LoadedLimits {
  const file = readYaml(join(configDir, 'limits.yaml'), limitsFile)
  const faults = [...file.faults, ...reversed(file)].sort((one, other) => one.line - other.line)
  return { limits: faults.length === 0 ? file.value : null, faults }
}

/** @throws Error that lists every fault */
export function requireLimits(configDir: string): LimitTable {
  const { limits, faults } = loadLimits(configDir)
  if (limits) return limits
  throw new Error(`limits:\n${faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`)
}

/** Steps that may not take longer than the whole. */
const parts = ['sign', 'contact', 'returnWindow'] as const

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

function limitIn(found: Salvaged<Limit | null> | undefined): Limit | null {
  return found?.count !== undefined && found.unit !== undefined ? { count: found.count, unit: found.unit } : null
}
