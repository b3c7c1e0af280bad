import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOf } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'
import type { MessageKind } from './message.ts'

/** The one way out for messages to telephones. An operator's gateway is another object of this shape. */
export interface MessagePort {
  /** @throws UnrecoverableError of bullmq where another attempt cannot succeed, any other Error to be tried again */
  send(message: OutgoingMessage): Promise<void>
}

export interface OutgoingMessage {
  /** The same for each attempt. */
  id: number
  kind: MessageKind
  to: string
  words: string
  at: Instant
}

const keptDays = 7

const folderOf = (varDir: string): string => join(varDir, 'messages')

/** Without an operator: what would be sent is written to a file of the day, which only this user reads. */
export function fileMessages(varDir: string): MessagePort {
  const folder = folderOf(varDir)
  return {
    async send(message) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const name = `${dayOf(message.at)}.jsonl`
      await appendFile(join(folder, name), `${JSON.stringify(message)}\n`, { mode: 0o600 })
      const days = (await readdir(folder)).filter((file) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(file)).sort()
      for (const old of days.slice(0, -keptDays)) await rm(join(folder, old), { force: true })
    },
  }
}

/** What was written to the files, the last first. A line that is half written is left out. */
export async function readFileMessages(varDir: string, most: number): Promise<OutgoingMessage[]> {
  const folder = folderOf(varDir)
  const days = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.jsonl')).sort()
  const found: OutgoingMessage[] = []
  for (const day of days.toReversed()) {
    const text = await readFile(join(folder, day), 'utf8').catch(() => '')
    const lines = text.split('\n').filter((line) => line !== '')
    for (const line of lines.toReversed()) {
      if (found.length >= most) return found
      const message = parse(line)
      // Two attempts may both have been written.
      if (message && !found.some(({ id }) => id === message.id)) found.push(message)
    }
  }
  return found
}

function parse(line: string): OutgoingMessage | null {
  try {
    return JSON.parse(line) as OutgoingMessage
  } catch {
    return null
  }
}
