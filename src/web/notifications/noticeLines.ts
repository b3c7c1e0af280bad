import type { NoticeView } from '../../notifications/api.ts'

/** The bell's list: a ticket is one line, however many events it has. Pure. */

export interface NoticeLine {
  /** The notice shown in the line: the newest that still asks for something, else the newest. */
  row: NoticeView
  /** All the others of this ticket, newest first. */
  earlier: NoticeView[]
}

/** In the order in which the tickets come first. */
export function linesOfNotices(rows: readonly NoticeView[]): NoticeLine[] {
  const groups = new Map<string, NoticeView[]>()
  for (const row of rows) {
    const of = row.number ?? `#${row.id}`
    groups.set(of, [...(groups.get(of) ?? []), row])
  }
  return [...groups.values()].map((group) => {
    const newestFirst = group.toSorted((one, other) => other.id - one.id)
    const row = newestFirst.find(({ settledAt }) => settledAt === null) ?? newestFirst[0]
    return { row: row as NoticeView, earlier: newestFirst.filter((other) => other !== row) }
  })
}

/** Ids that are read when the line is. */
export function unreadOf({ row, earlier }: NoticeLine): number[] {
  return [row, ...earlier].filter(({ readAt }) => readAt === null).map(({ id }) => id)
}
