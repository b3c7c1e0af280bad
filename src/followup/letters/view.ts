import { maskNumbersIn } from '../../lines/mask.ts'
import type { Instant } from '../../platform/types.ts'
import { scrub } from '../../tickets/life/scrub.ts'
import type { LetterDetail, LetterListRow } from './api.ts'
import { barToAppeal, barToDecide } from './letter.ts'
import type { FoundLetter } from './store.ts'

/** A letter as it is shown. What a citizen said goes to the unit without what tells who they are. */

export function wordsWithoutCaller({ task, callerName, callerPhone, callerAddress }: FoundLetter): string {
  const facts = {
    name: callerName,
    phones: callerPhone === null ? [] : [callerPhone],
    addresses: callerAddress === null ? [] : [callerAddress],
  }
  return maskNumbersIn(scrub(task.words ?? '', facts)) ?? ''
}

export function letterRowOf({ letter, task, number, title, category, unitName }: FoundLetter): LetterListRow {
  const { solved, satisfied } = task
  if (solved === null || satisfied === null) throw new Error(`letter ${letter.id} without an answer`)
  return {
    ...{ id: letter.id, number, title, category, unit: { code: letter.unitCode, name: unitName } },
    ...{ round: task.round, satisfied, solved, reason: task.reason, outcome: task.outcome },
    ...{ issuedAt: letter.issuedAt, readAt: letter.readAt, owed: letter.owed },
    ...{ appealedAt: letter.appealedAt, decision: letter.decision },
  }
}

/** @param reader of the unit, who may appeal; of the hotline, who may decide */
export function letterOf(
  found: FoundLetter,
  reader: { person: number; isUnit: boolean; mayDecide: boolean },
  now: Instant,
): LetterDetail {
  const { letter, task } = found
  return {
    ...letterRowOf(found),
    ...{ contacted: task.contacted, attitude: task.attitude, words: wordsWithoutCaller(found) },
    ...{ verdict: task.verdict, verdictNote: task.verdictNote, isFalseClosure: task.isFalseClosure },
    ...{ marks: letter.marks, advice: letter.advice, isByMachine: letter.issuedBy === null },
    ...{ appealBy: letter.appealBy, grounds: letter.grounds, decisionNote: letter.decisionNote },
    decidedAt: letter.decidedAt,
    barToAppeal: reader.isUnit ? barToAppeal(letter, now) : 'letter.no-appeal',
    barToDecide: reader.mayDecide ? barToDecide(letter, reader.person) : 'letter.no-appeal',
  }
}
