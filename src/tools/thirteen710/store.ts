import { DatabaseSync } from 'node:sqlite'
import type { Answer, Message } from './message.ts'

/** What the system knows: files, batches with their items, cases, and every message both ways; one SQLite file. */

export interface Item {
  batch: string
  ticket: string
  unit: string
  category: string
  step: string
  /** Settled before the office came to it. */
  struck: string | null
}

export interface Case {
  number: string
  batch: string
  ticket: string
  state: string
  /** The hotline has checked the result. */
  isVerified: boolean
  last: string
}

export interface Kept {
  message: Message
  answer: Answer | null
  direction: 'in' | 'out'
  at: number
}

export type Store = ReturnType<typeof openStore>

/** @param file a path, or `:memory:` */
export function openStore(file: string) {
  const db = new DatabaseSync(file)
  db.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS files (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS batches (number TEXT PRIMARY KEY, content TEXT NOT NULL, receipt TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS items (batch TEXT NOT NULL, ticket TEXT NOT NULL, unit TEXT NOT NULL,
      category TEXT NOT NULL, step TEXT NOT NULL, struck TEXT, PRIMARY KEY (batch, ticket));
    CREATE TABLE IF NOT EXISTS cases (number TEXT PRIMARY KEY, batch TEXT NOT NULL, ticket TEXT NOT NULL,
      state TEXT NOT NULL, is_verified INTEGER NOT NULL, last TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
      direction TEXT NOT NULL, content TEXT NOT NULL, answer TEXT, at INTEGER NOT NULL);
  `)
  type Row = Record<string, string | number | null>
  const rows = (sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as unknown as Row[]
  const run = (sql: string, ...values: (string | number | null | Uint8Array)[]) => void db.prepare(sql).run(...values)
  const kept = ({ content, answer, direction, at }: Row): Kept => ({
    message: JSON.parse(String(content)) as Message,
    answer: answer === null ? null : (JSON.parse(String(answer)) as Answer),
    direction: direction === 'in' ? 'in' : 'out',
    at: Number(at),
  })
  const caseOf = ({ is_verified, ...row }: Row): Case => ({
    ...(row as unknown as Case),
    isVerified: is_verified === 1,
  })
  return {
    keepFile: (sha256: string, content: Uint8Array) =>
      run('INSERT OR IGNORE INTO files VALUES (?, ?)', sha256, content),
    file(sha256: string): string | null {
      const [row] = db.prepare('SELECT content FROM files WHERE sha256 = ?').all(sha256) as { content: Uint8Array }[]
      return row ? Buffer.from(row.content).toString() : null
    },
    batches: () =>
      rows('SELECT * FROM batches ORDER BY number DESC').map(({ content, receipt }) => ({
        ...(JSON.parse(String(content)) as Record<string, unknown>),
        receipt: String(receipt),
      })),
    hasBatch: (number: string) => rows('SELECT 1 FROM batches WHERE number = ?', number).length > 0,
    keepBatch: (number: string, content: object) =>
      run("INSERT OR IGNORE INTO batches VALUES (?, ?, 'PENDING')", number, JSON.stringify(content)),
    setReceipt: (number: string, receipt: string) =>
      run('UPDATE batches SET receipt = ? WHERE number = ?', receipt, number),
    keepItem: ({ batch, ticket, unit, category, step, struck }: Item) =>
      run('INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?, ?, ?)', batch, ticket, unit, category, step, struck),
    items: (batch: string, count: number) =>
      rows('SELECT * FROM items WHERE batch = ? ORDER BY rowid LIMIT ?', batch, count) as unknown as Item[],
    item: (batch: string, ticket: string) =>
      (rows('SELECT * FROM items WHERE batch = ? AND ticket = ?', batch, ticket)[0] ?? null) as unknown as Item | null,
    setStep: (batch: string, ticket: string, step: string) =>
      run('UPDATE items SET step = ? WHERE batch = ? AND ticket = ?', step, batch, ticket),
    strike: (batch: string, ticket: string, why: string) =>
      run('UPDATE items SET struck = ? WHERE batch = ? AND ticket = ?', why, batch, ticket),
    cases: (count: number) => rows('SELECT * FROM cases ORDER BY number DESC LIMIT ?', count).map(caseOf),
    case: (number: string) => rows('SELECT * FROM cases WHERE number = ?', number).map(caseOf)[0] ?? null,
    countCases: () => Number(rows('SELECT COUNT(*) AS n FROM cases')[0]?.n ?? 0),
    saveCase: ({ number, batch, ticket, state, isVerified, last }: Case) =>
      run(
        'INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?)',
        number,
        batch,
        ticket,
        state,
        isVerified ? 1 : 0,
        last,
      ),
    find(id: string): Kept | null {
      const [row] = rows('SELECT * FROM messages WHERE id = ?', id)
      return row ? kept(row) : null
    },
    keep: (message: Message, direction: Kept['direction'], answer: Answer | null, at: number) =>
      run(
        'INSERT OR IGNORE INTO messages (id, direction, content, answer, at) VALUES (?, ?, ?, ?, ?)',
        ...[message.msg_id, direction, JSON.stringify(message), answer && JSON.stringify(answer), at],
      ),
    settle: (id: string, answer: Answer) =>
      run('UPDATE messages SET answer = ? WHERE id = ?', JSON.stringify(answer), id),
    firstWaiting(): Message | null {
      const [row] = rows("SELECT * FROM messages WHERE direction = 'out' AND answer IS NULL ORDER BY seq LIMIT 1")
      return row ? kept(row).message : null
    },
    /** All that came, in its order. */
    received: () => rows("SELECT * FROM messages WHERE direction = 'in' ORDER BY seq").map(kept),
    newest: (count: number) => rows('SELECT * FROM messages ORDER BY seq DESC LIMIT ?', count).map(kept),
    close: () => db.close(),
  }
}
