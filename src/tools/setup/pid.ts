import { readFile, rm } from 'node:fs/promises'
import { isAlive, type ProcessId, startedTick } from '../../platform/process/process-id.ts'
import { writeWhole } from './files.ts'

/** The pid file holds the number alone, for `kill $(cat …)`; the start time is beside it in `<name>.start`. */
export async function writePid(file: string, pid: number): Promise<void> {
  await writeWhole(startFile(file), `${startedTick(pid)}\n`)
  await writeWhole(file, `${pid}\n`)
}

/** The process named by the file, if it still lives. */
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
  // No file: no process.
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n')[0] ?? ''
}
