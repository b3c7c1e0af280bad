import { DatabaseSync } from 'node:sqlite'
import type { Matter } from './matter.ts'
import type { Message, Reply } from './message.ts'

/** What the province has received and sent, and which matters it holds: one SQLite file of its own. */

export interface KeptMessage {
  message: Message
  reply: Reply | null
  direction: 'in' | 'out'
  at: number
}

export interface Store {
  find(id: string): KeptMessage | null
  keep(message: Message, direction: 'in' | 'out', reply: Reply | null, at: number): void
  settle(id: string, reply: Reply): void
  /** Sent and not answered yet, in their order. */
  waiting(): Message[]
  newest(count: number): KeptMessage[]
  matter(callId: string): Matter | null
  saveMatter(matter: Matter): void
  matters(count: number): Matter[]
  close(): void
}

/** @param file a path, or `:memory:` */
export function openStore(file: string): Store {
  const db = new DatabaseSync(file)
  db.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS messages (
      id TEXT PRIMARY KEY, direction TEXT NOT NULL, content TEXT NOT NULL, reply TEXT, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS matters (call_id TEXT PRIMARY KEY, content TEXT NOT NULL, at INTEGER NOT NULL);
  `)
  type Row = { direction: string; content: string; reply: string | null; at: number }
  const kept = ({ direction, content, reply, at }: Row): KeptMessage => ({
    ...{ message: JSON.parse(content) as Message, direction: direction === 'in' ? 'in' : 'out', at },
    reply: reply === null ? null : (JSON.parse(reply) as Reply),
  })
  const rows = (sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as unknown as Row[]
  return {
    find(id) {
      const [row] = rows('SELECT * FROM messages WHERE id = ?', id)
      return row ? kept(row) : null
    },
    keep(message, direction, reply, at) {
      db.prepare('INSERT OR IGNORE INTO messages (id, direction, content, reply, at) VALUES (?, ?, ?, ?, ?)').run(
        ...[message.msg_id, direction, JSON.stringify(message), reply && JSON.stringify(reply), at],
      )
    },
    settle(id, reply) {
      db.prepare('UPDATE messages SET reply = ? WHERE id = ?').run(JSON.stringify(reply), id)
    },
    waiting: () =>
      rows("SELECT * FROM messages WHERE direction = 'out' AND reply IS NULL ORDER BY at, id").map(
        (row) => kept(row).message,
      ),
    newest: (count) => rows('SELECT * FROM messages ORDER BY at DESC, id DESC LIMIT ?', count).map(kept),
    matter(callId) {
      const [row] = rows('SELECT * FROM matters WHERE call_id = ?', callId)
      return row ? (JSON.parse(row.content) as Matter) : null
    },
    saveMatter(matter) {
      db.prepare('INSERT OR REPLACE INTO matters (call_id, content, at) VALUES (?, ?, ?)').run(
        ...[matter.callId, JSON.stringify(matter), Date.now()],
      )
    },
    matters: (count) =>
      rows('SELECT * FROM matters ORDER BY at DESC LIMIT ?', count).map((row) => JSON.parse(row.content) as Matter),
    close: () => db.close(),
  }
}
