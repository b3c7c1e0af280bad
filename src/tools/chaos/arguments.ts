import type { Fault } from './fault.ts'

/** Calls a second. */
const usualLoad = { short: 1, full: 5 }

/** The options of the command line. Pure. */
export interface Asked {
  isFull: boolean
  isHelp: boolean
  chosen: readonly Fault[]
  callsPerSecond: number
  /** File to which the counts are written as well, for a program that reads them. */
  report: string | null
}

/** @throws Error that names unknown arguments */
export function readArguments(args: readonly string[], faults: readonly Fault[]): Asked {
  const { report = null, calls = null } = valuesIn(args)
  const flags = args.filter((arg) => arg.startsWith('-') && !valued.test(arg))
  const strange = flags.filter((flag) => !['--full', '--short', '--help', '-h'].includes(flag))
  if (strange.length > 0) throw new Error(`not known: ${strange.join(' ')}; see npm run chaos -- --help`)
  const names = args.filter((arg) => !arg.startsWith('-'))
  const isOf = (fault: Fault, name: string) => fault.name === name || fault.goals.includes(name.toUpperCase())
  const unknown = names.filter((name) => !faults.some((fault) => isOf(fault, name)))
  if (unknown.length > 0) {
    throw new Error(`no such fault: ${unknown.join(' ')}; there are ${faults.map(({ name }) => name).join(' ')}`)
  }
  const isFull = flags.includes('--full')
  const isChosen = (fault: Fault) =>
    names.length > 0 ? names.some((name) => isOf(fault, name)) : isFull || fault.isShort
  const isHelp = flags.some((flag) => flag === '--help' || flag === '-h')
  const callsPerSecond = calls === null ? usualLoad[isFull ? 'full' : 'short'] : Number(calls)
  const isFit = Number.isInteger(callsPerSecond) && callsPerSecond >= 1 && callsPerSecond <= 20
  if (!isFit) throw new Error(`--calls=${calls}: 1 to 20 calls a second`)
  return { isFull, isHelp, chosen: faults.filter(isChosen), callsPerSecond, report }
}

const valued = /^--(report|calls)=(.*)$/

function valuesIn(args: readonly string[]): { report?: string; calls?: string } {
  return Object.fromEntries(
    args.flatMap((arg) => {
      const [, name, value] = valued.exec(arg) ?? []
      return name === undefined ? [] : [[name, value]]
    }),
  )
}

export function helpText(faults: readonly Fault[]): string {
  return [
    'npm run chaos [-- --full] [FAULT or GOAL …]',
    '',
    'Breaks a private hotline on this machine while citizens call and clerks write tickets, and counts what was lost,',
    'doubled or left over, from outside. All of it on loopback.',
    '',
    '  --full           every fault, more calls, as long as the goals say; without it a choice that takes a few minutes',
    '  --calls=N        so many calls a second, and four times as many tickets a second and live talks, where a machine',
    '                   carries no more than that; 1, with --full 5',
    '  --report=FILE    write the counts there, too',
    '  --help           this',
    '',
    ...faults.map(
      ({ name, goals, title, isShort }) =>
        `  ${name.padEnd(20)} ${goals.join(' ')}${isShort ? '' : ' (full)'}: ${title}`,
    ),
    '',
    'The counts are written to var/chaos/ as JSON. docs/reliability.md explains them.',
  ].join('\n')
}
