import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { writeWhole } from './files.ts'

/**
 * Which process is meant. A number alone is given to another process sooner or later; together with the instant at
 * which the process started it is not.
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
    // A zombie has ended, only its parent has not looked yet.
    return fields[0] === 'Z' ? '' : (fields[19] ?? '')
  } catch {
    // No such process: that is the answer.
    return ''
  }
}

export function isAlive(id: ProcessId): boolean {
  return id.startedTick !== '' && startedTick(id.pid) === id.startedTick
}

/** The pid file holds the number alone, for `kill $(cat …)`; since when stands beside it in `<name>.start`. */
export async function writePid(file: string, pid: number): Promise<void> {
  await writeWhole(startFile(file), `${startedTick(pid)}\n`)
  await writeWhole(file, `${pid}\n`)
}

/** The process that the file means, if it still lives. */
export async function readLivePid(file: string): Promise<ProcessId | null> {
  const [pid, startedTick] = await Promise.all([firstLine(file), firstLine(startFile(file))])
  const id = { pid: Number(pid), startedTick }
  return id.pid > 0 && isAlive(id) ? id : null
}

export async function removePid(file: string): Promise<void> {
  await rm(file, { force: true })
  await rm(startFile(file), { force: true })
}

function startFile(pidFile: string): string {
  return `${pidFile.replace(/\.pid$/, '')}.start`
}

async function firstLine(file: string): Promise<string> {
  // No file: nobody is meant.
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n')[0] ?? ''
}
