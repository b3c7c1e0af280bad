import { createHash } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { lastLetterOf } from '../followup/letters/store.ts'
import { letterOf, wordsOfLetters } from '../followup/letters/view.ts'
import type { Db } from '../platform/database/database.ts'
import type { UnitCode } from '../platform/types.ts'
import { type FoundTicket, readDetail } from '../tickets/lists/reads.ts'
import { units } from '../units/schema.ts'
import type { PaperFacts } from './forms/form.ts'
import { paperForms } from './forms/index.ts'
import type { Paper } from './paper.ts'

/** Papers of a ticket from the database. */

/**
 * What papers are made of. Read as the unit in charge reads it, at every print: a paper goes from hand to hand, and a
 * hidden caller is on none.
 * @param reader the unit that prints: letters to another one are none of its matters; null: the hotline
 */
export async function readFacts(db: Db, found: FoundTicket, reader: UnitCode | null): Promise<PaperFacts> {
  const asUnit = { id: 0, roles: ['CLERK' as const], unitCode: found.ticket.leadUnit }
  const ticket = await readDetail(db, found, asUnit, found.ticket.changedAt)
  const suggested = ticket.requests.flatMap(({ suggestedUnit }) => (suggestedUnit ?? []) as UnitCode[])
  const codes = [...new Set([...found.tasks.map(({ unitCode }) => unitCode), ...suggested])]
  const [named, [hotline], letter] = await Promise.all([
    codes.length === 0
      ? []
      : db.select({ code: units.code, name: units.name }).from(units).where(inArray(units.code, codes)),
    db.select({ name: units.name }).from(units).where(eq(units.kind, 'HOTLINE')).limit(1),
    lastLetterOf(db, found.ticket.id, reader),
  ])
  const words = letter && (await wordsOfLetters(db, [letter], true))(letter)
  return {
    ticket,
    nameOf: (code) => named.find((unit) => unit.code === code)?.name ?? code,
    letter:
      letter &&
      words &&
      letterOf(letter, words, { person: 0, isUnit: false, mayDecide: false }, letter.letter.issuedAt),
    centre: hotline?.name ?? '12345政务服务便民热线',
  }
}

export function composePaper(facts: PaperFacts, kind: string): Paper | null {
  return paperForms.find((form) => form.kind === kind)?.compose(facts) ?? null
}

/** Of the content, in one order of its keys: it is printed on every page. */
export function digestOf(paper: Paper): string {
  return createHash('sha256').update(JSON.stringify(paper)).digest('hex')
}
