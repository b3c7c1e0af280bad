import { readFileSync } from 'node:fs'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { type Salvaged, salvage } from './salvage.ts'

/** Reads one YAML file against a schema and remembers the line of every value. */

export interface Fault {
  file: string
  /** 1 is the first. */
  line: number
  message: string
}

export type Path = readonly (string | number)[]

export interface Reading<T> {
  /** Null when the file is missing or does not fit its schema. */
  value: T | null
  /**
   * The part of it that can be read in spite of a fault, so that its other faults show too; undefined when nothing can.
   */
  known: Salvaged<T> | undefined
  faults: Fault[]
  /** A fault that only shows in comparison with other files, at its place in this one. */
  faultAt(path: Path, message: string): Fault
}

/** Every scalar is read as text: `0355` keeps its zero and `no` stays a word; the schema converts numbers itself. */
export function readYaml<T>(file: string, schema: z.ZodType<T>): Reading<T> {
  const lineCounter = new LineCounter()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const message = isMissing ? 'there is no such file' : `cannot be read: ${error}`
    const faultAt = (_: Path, said: string): Fault => ({ file, line: 1, message: said })
    return { value: null, known: undefined, faults: [faultAt([], message)], faultAt }
  }
  const document = parseDocument(text, { lineCounter, prettyErrors: false, schema: 'failsafe' })
  const lineAt = (offset: number) => Math.max(1, lineCounter.linePos(offset).line)
  const faultAt = (path: Path, message: string): Fault => ({ file, line: lineOf(path), message })

  /** Its line, or that of the enclosing value when it is missing. */
  function lineOf(path: Path): number {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
      if (isNode(node) && node.range) return lineAt(node.range[0])
    }
    return 1
  }

  /** The line of the key itself: its value may begin a line later. */
  function lineOfKey(path: Path, key: string): number {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true)
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
    return isScalar(pair?.key) && pair.key.range ? lineAt(pair.key.range[0]) : lineOf(path)
  }

  function faultsOf(issue: z.core.$ZodIssue): Fault[] {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
    const nameOf = (at: Path) => (at.length === 0 ? '' : `${at.join('.')}: `)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        return { file, line: lineOfKey(path, key), message: `${nameOf([...path, key])}unknown name` }
      })
    }
    if (issue.code === 'invalid_key') {
      return issue.issues.map(({ message }) => faultAt(path, `${nameOf(path)}${message}`))
    }
    const isMissing = path.length > 0 && !document.hasIn(path)
    return [faultAt(path, `${nameOf(path)}${isMissing ? 'is missing' : issue.message}`)]
  }

  const broken = document.errors.map((error) => ({ file, line: lineAt(error.pos[0]), message: error.message }))
  // Nothing more can be said about text that is not YAML; a file with a duplicate key can be read on.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) {
    return { value: null, known: undefined, faults: broken, faultAt }
  }
  const raw: unknown = document.toJS({ maxAliasCount: 100 })
  const parsed = schema.safeParse(raw)
  if (parsed.success && broken.length === 0)
    return { value: parsed.data, known: salvage(schema, raw), faults: [], faultAt }
  const misfits = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf)
  return { value: null, known: salvage(schema, raw), faults: [...broken, ...misfits], faultAt }
}
