/** INVITEs damaged in transit, the same ones for the same seed. Pure. */

/** A small generator of whole numbers (mulberry32): a run that broke something can be repeated. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Mutation = (text: string, roll: (below: number) => number) => string

const lineEnds = /\r\n/g

function inLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split('\r\n')).join('\r\n')
}

const strange = [
  '\0',
  '\u00ff',
  '%n%s',
  '"',
  '<',
  '>',
  ';',
  ',',
  '\r\n',
  '\t',
  '%00',
  '=',
  '@',
  ':',
  '-1',
  '4294967296',
  '::',
  '\\',
]

const mutations: readonly Mutation[] = [
  /** One byte is changed. */
  (text, roll) => {
    const at = roll(text.length)
    return text.slice(0, at) + String.fromCharCode(roll(256)) + text.slice(at + 1)
  },
  /** Truncated. */
  (text, roll) => text.slice(0, roll(text.length)),
  /** A part is missing. */
  (text, roll) => {
    const at = roll(text.length)
    return text.slice(0, at) + text.slice(at + 1 + roll(40))
  },
  /** Foreign bytes inserted. */
  (text, roll) => {
    const at = roll(text.length)
    return text.slice(0, at) + (strange[roll(strange.length)] ?? '') + text.slice(at)
  },
  /** A header duplicated, removed, or given a very long value. */
  (text, roll) => inLines(text, (lines) => lines.toSpliced(roll(lines.length), 0, lines[roll(lines.length)] ?? '')),
  (text, roll) => inLines(text, (lines) => lines.toSpliced(roll(lines.length), 1)),
  (text, roll) => {
    const at = roll(8)
    return inLines(text, (lines) =>
      lines.map((line, index) => (index === at ? line + 'A'.repeat(1 + roll(3_000)) : line)),
    )
  },
  /** Other line endings. */
  (text, roll) => text.replace(lineEnds, ['\n', '\r', '\r\n\r\n', '\r\n '][roll(4)] ?? '\n'),
  /** An oversized number. */
  (text, roll) => text.replace(/\d+/, `${'9'.repeat(1 + roll(60))}`),
]

/** @param text a valid message */
export function mutated(text: string, roll: (below: number) => number): string {
  let result = text
  for (let times = 1 + roll(3); times > 0 && result.length > 0; times -= 1) {
    result = (mutations[roll(mutations.length)] ?? ((same) => same))(result, roll)
  }
  return result
}
