/**
 * The effect of a migration's statement on the structure, so that a statement whose process was killed in the middle is
 * not run twice. MariaDB and MySQL commit each change of structure at once and cannot say afterwards whether it
 * succeeded: so the effect is checked. Pure.
 *
 * `IF NOT EXISTS` and `IF EXISTS` are not used: MySQL has them for tables only, and drizzle-kit writes none.
 */

/** An object whose presence shows whether the statement has taken effect. */
export interface Trace {
  kind: 'table' | 'column' | 'index' | 'constraint' | 'primary-key'
  table: string
  /** Of the column, index or constraint; the table's own name otherwise. */
  name: string
  /** Whether it exists once the statement has taken effect. */
  isThere: boolean
}

export type Effect =
  /** Changes rows: run in one transaction with the note of its progress. */
  | { kind: 'rows' }
  /** Idempotent: repeating it leads to the same structure. */
  | { kind: 'repeatable' }
  | { kind: 'structure'; trace: Trace }

type Reader = (match: RegExpMatchArray) => Effect

/** In a pattern, `@` is a name in backquotes, and a space is any white space. */
function form(pattern: string, read: Reader): { pattern: RegExp; read: Reader } {
  return { pattern: new RegExp(`^${pattern.replaceAll('@', '`([^`]+)`').replaceAll(' ', '\\s+')}`, 'i'), read }
}

const leaves =
  (kind: Trace['kind'], isThere: boolean): Reader =>
  ([, table = '', name = table]) => ({ kind: 'structure', trace: { kind, table, name, isThere } })

/** The new name is not checked: if the old one still exists, it is not renamed. */
const leavesRenamed: Reader = ([, table = '']) => ({
  kind: 'structure',
  trace: { kind: 'table', table, name: table, isThere: false },
})

/** Where the statement names the index before its table. */
const leavesIndex =
  (isThere: boolean): Reader =>
  ([, name = '', table = '']) => ({ kind: 'structure', trace: { kind: 'index', table, name, isThere } })

const rows: Reader = () => ({ kind: 'rows' })
const repeatable: Reader = () => ({ kind: 'repeatable' })

const forms = [
  form('(?:INSERT|REPLACE) (?:IGNORE )?INTO ', rows),
  form('UPDATE ', rows),
  form('DELETE FROM ', rows),
  form('CREATE TABLE IF NOT EXISTS @', repeatable),
  form('DROP TABLE IF EXISTS @$', repeatable),
  form('CREATE TABLE @', leaves('table', true)),
  form('DROP TABLE @$', leaves('table', false)),
  form('RENAME TABLE @ TO @$', leavesRenamed),
  form('ALTER TABLE @ RENAME COLUMN @ TO @$', leaves('column', false)),
  form('ALTER TABLE @ (?:MODIFY|ALTER) COLUMN @', repeatable),
  form('ALTER TABLE @ ADD CONSTRAINT @ UNIQUE', leaves('index', true)),
  form('ALTER TABLE @ ADD CONSTRAINT @ (?:FOREIGN KEY|CHECK)', leaves('constraint', true)),
  form('ALTER TABLE @ ADD PRIMARY KEY', leaves('primary-key', true)),
  form('ALTER TABLE @ ADD (?:COLUMN )?@', leaves('column', true)),
  form('ALTER TABLE @ DROP INDEX @$', leaves('index', false)),
  form('ALTER TABLE @ DROP (?:FOREIGN KEY|CONSTRAINT) @$', leaves('constraint', false)),
  form('ALTER TABLE @ DROP PRIMARY KEY$', leaves('primary-key', false)),
  form('ALTER TABLE @ DROP COLUMN @$', leaves('column', false)),
  form('CREATE (?:UNIQUE |FULLTEXT )?INDEX @ ON @', leavesIndex(true)),
  form('DROP INDEX @ ON @$', leavesIndex(false)),
]

/** @returns null for a statement that could not be resumed after its process was killed */
export function effectOf(statement: string): Effect | null {
  const bare = statement
    .replace(/^(?:\s*--.*\n)*/, '')
    .replace(/[\s;]+$/, '')
    .trimStart()
  if (isSeveral(bare)) return null
  for (const { pattern, read } of forms) {
    const match = bare.match(pattern)
    if (match) return read(match)
  }
  return null
}

/** A second statement, or a second change of a table behind a comma: its effect would not be checked. */
function isSeveral(statement: string): boolean {
  let bare = statement.replace(/'(?:[^'\\]|\\.|'')*'|`[^`]*`/g, '')
  for (let before = ''; before !== bare; ) {
    before = bare
    bare = bare.replace(/\([^()]*\)/g, '')
  }
  return bare.includes(';') || (/^(?:ALTER|RENAME|DROP)\b/i.test(bare) && bare.includes(','))
}
