import { type Figure, ratioOf, type Target, type Unit, verdictOf } from './goal.ts'

/** The one table that the bench prints. Pure. */

const heads = ['goal', 'what', 'figure', 'of rounds', 'arm', 'ratio', 'target', '']

const marks = { met: '✓ met', missed: '✗ missed', void: '– void', noted: '' } as const

/** In the order of the goals, one line per figure; below it why some are void, and remarks on others. */
export function tableOf(figures: readonly Figure[]): string {
  const sorted = figures.toSorted((a, b) => rank(a) - rank(b))
  const remarks: string[] = []
  const lines = sorted.map((figure) => {
    const said = [...figure.voids, ...(figure.note ? [figure.note] : [])]
    if (said.length > 0) remarks.push(`${figure.goal} ${figure.what}: ${said.join('; ')}`)
    return cellsOf(figure, said.length > 0 ? ` [${remarks.length}]` : '')
  })
  const rows = [heads, ...lines]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const drawn = rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
  return [...drawn, ...(remarks.length > 0 ? [''] : []), ...remarks.map((text, at) => `  [${at + 1}] ${text}`)].join(
    '\n',
  )
}

function cellsOf(figure: Figure, mark: string): string[] {
  const { goal, what, value, unit, range, against, target } = figure
  const ratio = ratioOf(figure)
  return [
    goal,
    `${what}${mark}`,
    value === null || !Number.isFinite(value) ? '–' : `${plain(value)} ${unit}`,
    range ? `${plain(range[0])}–${plain(range[1])}` : '',
    against ? `${against.arm} ${plain(against.value)}` : '',
    ratio === null ? '' : ratio.toFixed(2),
    targetText(target, unit),
    marks[verdictOf(figure)],
  ]
}

export function targetText(target: Target, unit: Unit): string {
  if (target === null) return ''
  return 'atMost' in target ? `≤ ${plain(target.atMost)} ${unit}` : `≥ ${plain(target.atLeast)} ${unit}`
}

/** More than three digits would claim more precision than such a measurement has. */
export function plain(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

/** U before P, each by its number. */
function rank({ goal }: Figure): number {
  return (goal.startsWith('U') ? 0 : 1_000) + Number(goal.slice(1))
}
