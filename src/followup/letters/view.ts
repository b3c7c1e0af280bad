import { maskNumbersIn } from '../../lines/mask.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { scrub } from '../../tickets/life/scrub.ts'
import { isCallerHidden } from '../../tickets/life/view.ts'
import { callNumbersOf, secretsOf } from '../../tickets/lists/reader-words.ts'
import type { LetterDetail, LetterListRow } from './api.ts'
import { barToAppeal, barToDecide } from './letter.ts'
import type { FoundLetter } from './store.ts'

/** A letter as it is shown. What a citizen said goes to the unit without what tells who they are. */

/** The texts of one letter for its reader. */
export interface LetterWords {
  /** What the citizen said: never with what tells who they are. */
  said: string
  /** Texts of the ticket and of the hotline: of a hidden caller, a unit reads them like those of the ticket. */
  plain(text: string): string
}

/** @param isOutside for a unit, and for paper, which goes from hand to hand */
export async function wordsOfLetters(
  db: Db,
  all: readonly FoundLetter[],
  isOutside: boolean,
): Promise<(found: FoundLetter) => LetterWords> {
  const numbers = await callNumbersOf(
    db,
    all.map(({ task }) => task.ticketId),
  )
  return (found) => {
    const secrets = secretsOf(found, numbers.get(found.task.ticketId) ?? [])
    const isHidden = isOutside && isCallerHidden(found)
    return {
      said: maskNumbersIn(scrub(found.task.words ?? '', secrets)) ?? '',
      plain: (text) => (isHidden ? scrub(text, secrets) : text),
    }
  }
}

export function letterRowOf(
  { letter, task, number, title, category, unitName }: FoundLetter,
  { plain }: LetterWords,
): LetterListRow {
  const { solved, satisfied } = task
  if (solved === null || satisfied === null) throw new Error(`letter ${letter.id} without an answer`)
  return {
    ...{ id: letter.id, number, title: plain(title), category, unit: { code: letter.unitCode, name: unitName } },
    ...{ round: task.round, satisfied, solved, reason: task.reason, outcome: task.outcome },
    ...{ issuedAt: letter.issuedAt, readAt: letter.readAt, owed: letter.owed },
    ...{ appealedAt: letter.appealedAt, decision: letter.decision },
  }
}

/** Of the unit, who may appeal; of the hotline, who may decide. */
export interface LetterReader {
  person: number
  isUnit: boolean
  mayDecide: boolean
}

export function letterOf(found: FoundLetter, words: LetterWords, reader: LetterReader, now: Instant): LetterDetail {
  const { letter, task } = found
  const plain = (text: string | null) => text && words.plain(text)
  return {
    ...letterRowOf(found, words),
    ...{ contacted: task.contacted, attitude: task.attitude, words: words.said },
    ...{ verdict: task.verdict, verdictNote: plain(task.verdictNote), isFalseClosure: task.isFalseClosure },
    ...{ marks: letter.marks, advice: words.plain(letter.advice), isByMachine: letter.issuedBy === null },
    ...{ appealBy: letter.appealBy, grounds: plain(letter.grounds), decisionNote: plain(letter.decisionNote) },
    decidedAt: letter.decidedAt,
    barToAppeal: reader.isUnit ? barToAppeal(letter, now) : 'letter.no-appeal',
    barToDecide: reader.mayDecide ? barToDecide(letter, reader.person) : 'letter.no-appeal',
  }
}
