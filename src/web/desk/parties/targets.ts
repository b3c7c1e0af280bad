import type { PartyTargetAsk } from '../../../calls/acting/api.ts'
import type { PartyMode } from '../../../calls/machine/party.ts'
import type { DirectoryEntryView } from '../../../directory/api.ts'
import { directoryKindTitles } from '../../../directory/entry.ts'
import { agentStateTitles } from '../../../floor/agents/agent.ts'
import type { Colleague } from '../../../floor/api.ts'
import { isSpelled } from '../../../platform/text/spelling.ts'

/** Whom an agent can bring into a call, as rows of one list. Pure. */

export interface TargetRow {
  key: string
  to: PartyTargetAsk
  title: string
  number: string
  /** The kind of target, and whether it answers now. */
  note: string
  /** Said before it is tried: busy, or outside their hours. */
  isDoubtful: boolean
  /** It would be refused at once. */
  isOff: boolean
}

export interface Site {
  colleagues: readonly Colleague[]
  skills: readonly { id: string; name: string }[]
  /** Found by the server for what is typed. */
  entries: readonly DirectoryEntryView[]
}

/** Agents who are ready, queues (a transfer may end there), the directory, then the agents who are busy. */
export function rowsFor(mode: PartyMode, typed: string, { colleagues, skills, entries }: Site): TargetRow[] {
  const wanted = typed.normalize('NFKC').trim().toLowerCase()
  const found = colleagues.filter((colleague) => isMeant(colleague, wanted))
  const isReady = (colleague: Colleague) => colleague.state === 'READY'
  return [
    ...found.filter(isReady).map(agentRow),
    ...(mode === 'blind' ? skills.filter(({ name }) => name.toLowerCase().includes(wanted)).map(skillRow) : []),
    ...entries.map(entryRow),
    ...found.filter((colleague) => !isReady(colleague)).map(agentRow),
  ]
}

function isMeant({ name, number, pinyin }: Colleague, wanted: string): boolean {
  return wanted === '' || number.startsWith(wanted) || name.toLowerCase().includes(wanted) || isSpelled(pinyin, wanted)
}

function agentRow({ name, number, state }: Colleague): TargetRow {
  return {
    key: `agent-${number}`,
    to: { kind: 'agent', number },
    ...{ title: name, number },
    note: `话务员 · ${agentStateTitles[state]}`,
    isDoubtful: false,
    isOff: state !== 'READY',
  }
}

function skillRow({ id, name }: { id: string; name: string }): TargetRow {
  return {
    key: `skill-${id}`,
    to: { kind: 'skill', skill: id },
    ...{ title: name, number: '', note: '技能组排队', isDoubtful: false, isOff: false },
  }
}

function entryRow({ id, name, number, kind, isOpen, hoursInWords, remark }: DirectoryEntryView): TargetRow {
  const hours = isOpen === false ? `现在无人值守（${hoursInWords}）` : ''
  return {
    key: `entry-${id}`,
    to: { kind: 'outside', number },
    ...{ title: name, number },
    note: [directoryKindTitles[kind], hours, remark].filter((part) => part !== '').join(' · '),
    isDoubtful: isOpen === false,
    isOff: false,
  }
}

/** @returns the next row that can be chosen, from `at` in this direction; where there is none, it stays */
export function stepRow(rows: readonly TargetRow[], at: number, by: 1 | -1): number {
  for (let next = at + by; next >= 0 && next < rows.length; next += by) if (rows[next]?.isOff === false) return next
  return at
}
