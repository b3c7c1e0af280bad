import { keepNotice, recipientsOf } from '../../notifications/store.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import type { Case, CaseEvent } from './case.ts'
import { caseForms, caseTitles } from './fields.ts'

/** Who learns of a step, in the transaction of the step: the unit of what it has to do, the hotline of what came back. */
export async function tellOfCase(
  tx: Tx,
  id: string,
  after: Case,
  kind: CaseEvent['kind'],
  now: Instant,
): Promise<void> {
  const { unit, subject, number, version } = after
  const facts = { title: [caseTitles[after.kind], number ?? '', subject].filter(Boolean).join(' ') }
  const eventKey = `oversight:${id}:${version}`
  const keep = async (
    topic: 'oversight.issued' | 'oversight.answered' | 'oversight.to-approve',
    to: { unitCode: Case['unit']; userId: number | null }[],
  ): Promise<void> => {
    for (const recipient of to) {
      await keepNotice(tx, { eventKey, channel: 'IN_APP', topic, ticketId: null, facts, ...recipient }, now)
    }
  }
  if ((kind === 'approve' || kind === 'sendBack') && unit !== null && caseForms[after.kind].isToUnit) {
    await keep('oversight.issued', [{ unitCode: unit, userId: null }])
  }
  if (kind === 'answer') await keep('oversight.answered', await recipientsOf(tx, { units: [], roles: ['OVERSEER'] }))
  if (kind === 'submit') {
    const approvers = await recipientsOf(tx, { units: [], roles: ['OVERSEER', 'DIRECTOR'] })
    await keep(
      'oversight.to-approve',
      approvers.filter(({ userId }) => userId !== after.submittedBy),
    )
  }
}
