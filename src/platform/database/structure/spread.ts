/**
 * A statement that changes many rows, spread over ranges of the primary key: in one piece it holds locks on a table of
 * five million tickets for minutes, and a kill throws away all that it has done. Pure.
 */

export interface Spread {
  /** Of whose rows the ranges are. */
  table: string
  /** What the statement calls it. */
  name: string
  /** The statement for the rows that meet a condition. */
  where(condition: string): string
  /** Whether it gives this column a new value. */
  sets(column: string): boolean
}

/**
 * @returns null for a statement whose result depends on all rows at once (GROUP BY, LIMIT …), that has no table of its
 * own to go through, or a form that is not known
 */
export function spreadOf(statement: string): Spread | null {
  const bare = statement.replace(/^(?:\s*--.*\n)*/, '').replace(/[\s;]+$/, '')
  const outside = outsideOf(bare)
  if (/\b(?:GROUP BY|HAVING|UNION|DISTINCT|ORDER BY|LIMIT|ON DUPLICATE|OVER)\b/i.test(outside)) return null
  const driving = updated(outside) ?? deleted(outside) ?? selected(outside)
  if (!driving) return null
  const at = outside.search(/\bWHERE\b/i)
  const head = at === -1 ? bare : bare.slice(0, at).trimEnd()
  const wanted = at === -1 ? null : bare.slice(at + 'WHERE'.length).trim()
  const set = /\bSET\b([\s\S]*?)(?:\bWHERE\b|$)/i.exec(outside)?.[1] ?? ''
  return {
    ...driving,
    where: (condition) => `${head} WHERE ${condition}${wanted === null ? '' : ` AND (${wanted})`}`,
    sets: (column) => new RegExp(`(?:^|,|\\.|\\s)\`?${column}\`?\\s*=`, 'i').test(set),
  }
}

/** The same length, with blanks for what stands in quotes or between parentheses. */
function outsideOf(sql: string): string {
  const blank = (text: string) => ' '.repeat(text.length)
  let outside = sql.replace(/'(?:[^'\\]|\\.|'')*'/g, blank)
  for (let before = ''; before !== outside; ) {
    before = outside
    outside = outside.replace(/\([^()]*\)/g, blank)
  }
  return outside
}

const keywords = 'SET|JOIN|LEFT|RIGHT|INNER|CROSS|STRAIGHT_JOIN|WHERE|ON'
const table = `\`(\\w+)\`(?:\\s+(?:AS\\s+)?(?!(?:${keywords})\\b)\`?(\\w+)\`?)?`

/** `UPDATE a …`: the first table; with a comma or a second one that is changed it is not known whose rows change. */
function updated(outside: string): Pick<Spread, 'table' | 'name'> | null {
  const found = new RegExp(`^\\s*UPDATE ${table}\\s+(?:SET|JOIN|INNER|LEFT)\\b`, 'i').exec(outside)
  if (!found) return null
  const name = found[2] ?? found[1] ?? ''
  const set = /\bSET\b([\s\S]*?)(?:\bWHERE\b|$)/i.exec(outside)?.[1] ?? ''
  const named = [...set.matchAll(/(?:^|,)\s*`?(\w+)`?\.`?\w+`?\s*=/g)].map(([, of]) => of)
  return named.every((of) => of === name) ? { table: found[1] ?? '', name } : null
}

/** `DELETE FROM a WHERE …`. */
function deleted(outside: string): Pick<Spread, 'table' | 'name'> | null {
  const name = /^\s*DELETE FROM `(\w+)`\s*(?:WHERE\b|$)/i.exec(outside)?.[1]
  return name === undefined ? null : { table: name, name }
}

/** `INSERT INTO a (…) SELECT … FROM b …`: the table that is read, unless it is the one that grows. */
function selected(outside: string): Pick<Spread, 'table' | 'name'> | null {
  const into = /^\s*INSERT (?:IGNORE )?INTO `(\w+)`/i.exec(outside)?.[1]
  const found = new RegExp(`\\bFROM ${table}(?=\\s|$)`, 'i').exec(outside)
  if (into === undefined || !found || /,/.test(outside.slice(found.index))) return null
  const name = found[2] ?? found[1] ?? ''
  return found[1] === into ? null : { table: found[1] ?? '', name }
}
