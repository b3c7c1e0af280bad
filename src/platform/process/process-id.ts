import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Identifies a process. The number alone is reused sooner or later; together with the instant at which the process
 * started it is unique.
 */
export interface ProcessId {
  pid: number
  startedTick: string
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. Empty when there is no such process. */
export function startedTick(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; only its parent has not reaped it yet.
    return fields[0] === 'Z' ? '' : (fields[19] ?? '')
  } catch {
    // No such process.
    return ''
  }
}

export function isAlive(id: ProcessId): boolean {
  return id.startedTick !== '' && startedTick(id.pid) === id.startedTick
}

/** The machine and the pid namespace (a container has its own) of this process. */
function home(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return createHash('sha256')
    .update(`${boot} ${readlinkSync('/proc/self/ns/pid')}`)
    .digest('hex')
    .slice(0, 12)
}

/** A name that no other process on any machine has or had: `<host>/<home>/<pid>/<started>`. */
export function nameOfThisProcess(host: string): string {
  return [host.replace(/[^\w.-]/g, '_'), home(), process.pid, startedTick(process.pid)].join('/')
}

/** Whether the process of this name is known to have ended; for a process on another machine this is never known. */
export function isOfDead(name: string): boolean {
  const [, where, pid, startedTick] = name.split('/')
  return where === home() && !isAlive({ pid: Number(pid), startedTick: startedTick ?? '' })
}
