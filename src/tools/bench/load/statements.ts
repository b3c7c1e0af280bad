import { ulid } from 'ulid'

/**
 * The product's statements, recorded and sent again by plain mysql2: the same work without our code. Pure except for
 * new ids.
 */
export interface Statement {
  sql: string
  params: unknown[]
}

/** What differs from one ticket to the next; ids are renewed automatically. */
export interface Fresh {
  number: string
  phone: string
  key: string
}

const ulids = /[0-7][0-9A-HJKMNP-TV-Z]{25}/g

/**
 * The parameters of a statement for another ticket: each id is replaced by the same new one everywhere.
 * @param ids new ids by old ones, for all statements of one ticket
 */
export function renewed(params: readonly unknown[], old: Fresh, fresh: Fresh, ids: Map<string, string>): unknown[] {
  const newId = (id: string) => {
    const known = ids.get(id) ?? ulid()
    ids.set(id, known)
    return known
  }
  return params.map((value) =>
    typeof value !== 'string'
      ? value
      : value
          .replaceAll(ulids, newId)
          .replaceAll(old.number, fresh.number)
          .replaceAll(old.phone, fresh.phone)
          .replaceAll(old.key, fresh.key),
  )
}

/** @returns which parameter of this INSERT is for that column; −1 for none */
export function placeOf(sql: string, column: string): number {
  const [, names = '', values = ''] = /^insert into \S+ \(([^)]*)\) values \(([^)]*)\)/i.exec(sql) ?? []
  const at = names.split(', ').indexOf(`\`${column}\``)
  const given = values.split(', ')
  if (at < 0 || given[at] !== '?') return -1
  return given.slice(0, at).filter((value) => value === '?').length
}
