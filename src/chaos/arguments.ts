import type { Fault } from './fault.ts'

/** What was asked for on the command line. Pure. */
export interface Asked {
  isFull: boolean
  isHelp: boolean
  chosen: readonly Fault[]
  /** Where the counts are written besides, for a program that reads them. */
  report: string | null
}

/** @throws Error that says what is not known */
export function readArguments(args: readonly string[], faults: readonly Fault[]): Asked {
  const reportFlag = '--report='
  const report = args.find((arg) => arg.startsWith(reportFlag))?.slice(reportFlag.length) ?? null
  const flags = args.filter((arg) => arg.startsWith('-') && !arg.startsWith(reportFlag))
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
  return { isFull, isHelp, chosen: faults.filter(isChosen), report }
}

export function helpText(faults: readonly Fault[]): string {
  return [
    'npm run chaos [-- --full] [FAULT or GOAL …]',
    '',
    'Breaks a private hotline on this machine while citizens call and clerks write tickets, and counts what was lost,',
    'doubled or left over, from outside. All of it on loopback.',
    '',
    '  --full    every fault, more calls, as long as the goals say; without it a choice that takes a few minutes',
    '  --report=FILE  write the counts there, too',
    '  --help    this',
    '',
    ...faults.map(
      ({ name, goals, title, isShort }) =>
        `  ${name.padEnd(20)} ${goals.join(' ')}${isShort ? '' : ' (full)'}: ${title}`,
    ),
    '',
    'The counts are written to var/chaos/ as JSON. docs/reliability.md explains them.',
  ].join('\n')
}
