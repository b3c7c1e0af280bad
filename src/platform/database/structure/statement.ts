/**
 * What a statement of a migration leaves behind, so that one whose process was killed in the middle is not done twice.
 * MariaDB and MySQL commit each change of structure at once and cannot say afterwards whether it came through: the
 * effect is looked for. Pure.
 *
 * `IF NOT EXISTS` and `IF EXISTS` are not asked for: MySQL has them for tables only, and drizzle-kit writes none.
 */

/** Something whose presence tells whether the statement has taken effect. */
export interface Trace {
  kind: 'table' | 'column' | 'index' | 'constraint' | 'primary-key'
  table: string
  /** Of the column, index or constraint; the table's own name otherwise. */
  name: string
  /** Whether it is there once the statement has taken effect. */
  isThere: boolean
}

export type Effect =
  /** Changes rows: done in one transaction with the note of its progress. */
  | { kind: 'rows' }
  /** Changes structure to the same structure, however often. */
  | { kind: 'repeatable' }
  | { kind: 'structure'; trace: Trace }

type Reader = (match: RegExpMatchArray) => Effect

/** Of a pattern, `@` is a name in backquotes, and a space any space. */
function form(pattern: string, read: Reader): { pattern: RegExp; read: Reader } {
  return { pattern: new RegExp(`^${pattern.replaceAll('@', '`([^`]+)`').replaceAll(' ', '\\s+')}`, 'i'), read }
}

const leaves =
  (kind: Trace['kind'], isThere: boolean): Reader =>
  ([, table = '', name = table]) => ({ kind: 'structure', trace: { kind, table, name, isThere } })

/** The name that it has afterwards is looked for nowhere: one that is still there under the old one is not renamed. */
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

/** @returns null for a statement that could not be taken up again after its process was killed */
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

/** A further statement, or a second change of a table behind a comma: its effect would go unseen. */
function isSeveral(statement: string): boolean {
  let bare = statement.replace(/'(?:[^'\\]|\\.|'')*'|`[^`]*`/g, '')
  for (let before = ''; before !== bare; ) {
    before = bare
    bare = bare.replace(/\([^()]*\)/g, '')
  }
  return bare.includes(';') || (/^(?:ALTER|RENAME|DROP)\b/i.test(bare) && bare.includes(','))
}
