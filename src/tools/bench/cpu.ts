import { readFileSync } from 'node:fs'

/**
 * Processor time that a process has used so far, user and system, in ms; in steps of 10 ms. 0 for one that has ended.
 */
export function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields 14 and 15; the name in field 2 may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    // It ended: its time can no longer be read.
    return 0
  }
}

/** @returns the time that each process used since, by name */
export function watchCpu(pids: Record<string, number | null>): () => Record<string, number> {
  const before = Object.entries(pids).flatMap(([name, pid]) =>
    pid === null ? [] : [{ name, pid, used: cpuMsOf(pid) }],
  )
  return () => Object.fromEntries(before.map(({ name, pid, used }) => [name, cpuMsOf(pid) - used]))
}
