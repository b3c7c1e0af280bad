import { and, count, desc, eq, isNotNull, min } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { type CaseDetail, type CaseSummary, caseActions, type Link } from './api.ts'
import { barToCase, type CaseActor, citizenTitles, marksOf } from './case.ts'
import { type caseEvents13710, outgoing13710 } from './schema.ts'
import { type CaseRow, caseIn, readCaseEvents } from './store.ts'

/** Cases as people read them. */

export function summaryOf({ row, unitName }: { row: CaseRow; unitName: string }, now: Instant): CaseSummary {
  const { id, caseNumber, ticketNumber, batchNumber, unitCode, state, version, enteredAt, clearedAt } = row
  return {
    ...{ id, caseNumber, ticket: ticketNumber, batch: batchNumber, unit: { code: unitCode, name: unitName } },
    ...{ state, version, enteredAt, clearedAt, marks: marksOf(caseIn(row), clearedAt ?? now) },
    ...{ isMajor: row.majorAt !== null, urges: row.urges, bounces: row.bounces },
  }
}

export async function detailOf(
  db: Db,
  found: { row: CaseRow; unitName: string },
  actor: CaseActor,
  now: Instant,
): Promise<CaseDetail> {
  const { row } = found
  const one = caseIn(row)
  const { leader, section, measure, result, majorWhy, bounceReason, nodes } = row
  const { verification } = one
  return {
    ...summaryOf(found, now),
    ...{ leader, section, measure, result, majorWhy, bounceReason, nodes },
    verification: verification && { citizen: verification.citizen, note: verification.note, at: verification.at },
    history: (await readCaseEvents(db, row.id)).map((event) => ({
      ...{ seq: event.seq, kind: event.kind, at: event.at, by: event.byName, words: wordsOf(event) },
    })),
    actions: caseActions.filter((kind) => barToCase(one, kind, actor) === null),
  }
}

const labels: Record<string, string> = {
  caseNumber: '编号',
  unit: '承办单位',
  leader: '责任领导',
  section: '责任科室',
  measure: '首项措施',
  done: '已完成',
  whyNot: '未完成原因',
  nextOn: '下次报告',
  why: '理由',
  result: '办理结果',
  citizen: '回访',
  note: '核实情况',
  reason: '退回原因',
  text: '内容',
}

function wordsOf({ details }: typeof caseEvents13710.$inferSelect): { label: string; text: string }[] {
  const said = Object.entries(labels).flatMap(([name, label]) => {
    const value = details[name]
    if (typeof value !== 'string' || value === '') return []
    return { label, text: citizenTitles[value as keyof typeof citizenTitles] ?? value }
  })
  const { nodes } = details
  if (!Array.isArray(nodes)) return said
  const text = nodes.map(({ on, what, owner }) => `${on} ${what}（${owner}）`).join('\n')
  return [...said, { label: '节点', text }]
}

const mostRefused = 20

export async function linkOf(db: Db, isLinked: boolean): Promise<Link> {
  const waits = eq(outgoing13710.state, 'WAITING')
  const [[row], refused] = await Promise.all([
    db
      .select({ waiting: count(), oldestAt: min(outgoing13710.createdAt) })
      .from(outgoing13710)
      .where(waits),
    db
      .select()
      .from(outgoing13710)
      .where(and(eq(outgoing13710.state, 'NACKED'), isNotNull(outgoing13710.settledAt)))
      .orderBy(desc(outgoing13710.seq))
      .limit(mostRefused),
  ])
  return {
    ...{ isLinked, waiting: row?.waiting ?? 0, oldestAt: row?.oldestAt ?? null },
    refused: refused.map(({ seq, type, subject, answer, settledAt }) => ({
      ...{ seq, type, subject, text: answer?.text ?? '', at: settledAt ?? 0 },
    })),
  }
}
