import { and, desc, eq, isNull } from 'drizzle-orm'
import { dayOf } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { byPriority } from '../catalogue.ts'
import { catalogueRules } from '../schema.ts'
import { faultsOf, type RuleFacts, standingOf } from './rule.ts'
import { type Approval, ruleProposals } from './schema.ts'
import { addRule, changeRule, readKnown } from './store.ts'

/** Rules that a ruling proposes: two people approve one, then it is a version of the catalogue like any other. */

export type ProposalRow = typeof ruleProposals.$inferSelect
/** Two different people. Source: domain model, meetings about kinds of matters. */
export const approvalsNeeded = 2

interface Person {
  id: number
  name: string
}

/** @param source what proposes it: its id, and the number of its minutes */
export async function proposeRule(
  tx: Tx,
  source: { id: string; words: string },
  facts: RuleFacts,
  by: Person,
  now: Instant,
): Promise<string> {
  const id = newId(now)
  await tx.insert(ruleProposals).values({
    ...{ id, sourceId: source.id, sourceWords: source.words, facts, state: 'OPEN', approvals: [] },
    ...{ proposedAt: now, proposedBy: by.id, proposedByName: by.name },
  })
  return id
}

export function listProposals(db: Db): Promise<ProposalRow[]> {
  return db.select().from(ruleProposals).orderBy(desc(ruleProposals.id)).limit(100)
}

export async function proposalOf(db: Db, sourceId: string): Promise<ProposalRow | null> {
  const [row] = await db.select().from(ruleProposals).where(eq(ruleProposals.sourceId, sourceId)).limit(1)
  return row ?? null
}

/** @throws Refusal */
async function lockedProposal(tx: Tx, id: string): Promise<ProposalRow> {
  const [row] = await tx.select().from(ruleProposals).where(eq(ruleProposals.id, id)).for('update')
  if (!row) throw new Refusal('proposal.not-found')
  if (row.state !== 'OPEN') throw new Refusal('proposal.decided')
  return row
}

/**
 * The second approval makes the rule: the next version of the one that decides the same matter and county, with its
 * priority, or a new one. It begins when it was proposed to begin, today at the earliest.
 * @returns the key of the rule; null as long as approvals are missing
 * @throws Refusal when this person has approved it before, or when what it names has gone since
 */
export async function approveProposal(tx: Tx, id: string, by: Person, now: Instant): Promise<string | null> {
  const row = await lockedProposal(tx, id)
  if (row.approvals.some((approval) => approval.id === by.id)) throw new Refusal('proposal.same-person')
  const approvals: Approval[] = [...row.approvals, { ...by, at: now }]
  if (approvals.length < approvalsNeeded) {
    await tx.update(ruleProposals).set({ approvals }).where(eq(ruleProposals.id, id))
    return null
  }
  const today = dayOf(now)
  const isPast = row.facts.effectiveFrom < today
  const dated = isPast ? { ...row.facts, effectiveFrom: today } : row.facts
  const replaced = await decisiveLike(tx, dated)
  // With less another rule of this matter would go on deciding.
  const facts = { ...dated, priority: Math.max(dated.priority, replaced?.priority ?? dated.priority) }
  const [fault] = faultsOf(facts, await readKnown(tx), today)
  if (fault) throw new Refusal('proposal.unsound', { detail: fault.message })
  const names = approvals.map(({ name }) => name).join('、')
  const why = [...`${row.sourceWords}；${names}批准`].slice(0, 200).join('')
  const writing = { by, why, source: 'RULING' as const, now }
  const key = replaced?.key ?? `r-${id.toLowerCase()}`
  if (!replaced) await addRule(tx, key, facts, writing)
  else await changeRule(tx, key, facts, null, writing)
  await tx
    .update(ruleProposals)
    .set({ approvals, state: 'ADOPTED', ruleKey: key, decidedAt: now })
    .where(eq(ruleProposals.id, id))
  return key
}

/** @throws Refusal */
export async function refuseProposal(tx: Tx, id: string, why: string, by: Person, now: Instant): Promise<void> {
  await lockedProposal(tx, id)
  await tx
    .update(ruleProposals)
    .set({ state: 'REFUSED', refusedBy: by.name, refusedWhy: why, decidedAt: now })
    .where(eq(ruleProposals.id, id))
}

/** Those of a ruling that no longer stands: nobody can approve them any more. */
export async function refuseProposalsOf(
  tx: Tx,
  sourceId: string,
  why: string,
  by: Pick<Person, 'name'>,
  now: Instant,
): Promise<void> {
  const refusedWhy = [...why].slice(0, 200).join('')
  await tx
    .update(ruleProposals)
    .set({ state: 'REFUSED', refusedBy: by.name, refusedWhy, decidedAt: now })
    .where(and(eq(ruleProposals.sourceId, sourceId), eq(ruleProposals.state, 'OPEN')))
}

/** Of the rules for exactly this matter and county that hold or will hold from then on: the one that decides. */
async function decisiveLike(
  tx: Tx,
  { categoryCode, countyCode, effectiveFrom }: RuleFacts,
): Promise<{ key: string; priority: number } | null> {
  const rows = await tx
    .select()
    .from(catalogueRules)
    .where(
      and(
        ...[eq(catalogueRules.categoryCode, categoryCode), isNull(catalogueRules.withdrawnAt)],
        countyCode === null ? isNull(catalogueRules.countyCode) : eq(catalogueRules.countyCode, countyCode),
      ),
    )
  const [decisive] = rows.filter((row) => standingOf(row, effectiveFrom) !== 'ENDED').toSorted(byPriority)
  return decisive ?? null
}
