import type { Figure } from './goal.ts'
import type { Measurement } from './measurement.ts'

/** The options of the command line. Pure. */
export interface Asked {
  isFull: boolean
  /** Asterisk on cores of its own. */
  isPinned: boolean
  isHelp: boolean
  /** Goals and names of measurements, in capitals; empty for all. */
  wanted: string[]
}

/** @throws Error that names unknown arguments */
export function readArguments(args: readonly string[], measurements: readonly Measurement[]): Asked {
  const flags = args.filter((arg) => arg.startsWith('-'))
  const strange = flags.filter((flag) => !['--full', '--short', '--pinned', '--help', '-h'].includes(flag))
  if (strange.length > 0) throw new Error(`not known: ${strange.join(' ')}; see npm run bench -- --help`)
  const wanted = args.filter((arg) => !arg.startsWith('-')).map((arg) => arg.toUpperCase())
  const known = measurements.flatMap(({ name, goals }) => [name.toUpperCase(), ...goals])
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Error(`no such goal: ${unknown.join(' ')}; there are ${[...new Set(known)].join(' ')}`)
  }
  return {
    isFull: flags.includes('--full'),
    isPinned: flags.includes('--pinned'),
    isHelp: flags.some((flag) => flag === '--help' || flag === '-h'),
    wanted,
  }
}

export function isWanted({ name, goals }: Pick<Measurement, 'name' | 'goals'>, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes(name.toUpperCase()) || goals.some((goal) => wanted.includes(goal))
}

/** If a flow gives figures for several goals, only the requested ones are shown. */
export function wantedFigures(
  figures: readonly Figure[],
  measurement: Pick<Measurement, 'name'>,
  wanted: readonly string[],
): Figure[] {
  const isWhole = wanted.length === 0 || wanted.includes(measurement.name.toUpperCase())
  return figures.filter(({ goal }) => isWhole || wanted.includes(goal))
}

export function helpText(measurements: readonly Measurement[]): string {
  return [
    'npm run bench [-- [--full] [--pinned] [GOAL or NAME …]]',
    '',
    'Measures a private hotline on this machine, all load on loopback, and prints one table.',
    '',
    '  --full    the long way: more rounds, longer ones; without it all goals take less than five minutes',
    '  --pinned  Asterisk on the first half of the cores, all others on the second: equal budgets for all arms',
    '  --help    this',
    '',
    'Without names everything is measured:',
    '',
    ...measurements.flatMap(({ name, goals, title, how }) => [
      `  ${name.padEnd(14)} ${goals.join(' ')}: ${title}`,
      `  ${''.padEnd(14)} ${how}`,
    ]),
    '',
    'The figures are written to var/bench/ as JSON, with machine and versions. docs/performance.md explains them.',
  ].join('\n')
}
