import { isUlid } from '../../platform/text/ulid-time.ts'
import { Refusal } from '../../platform/web/problem.ts'

/**
 * Where a list of calls goes on.
 * @throws Refusal for a cursor that is none of ours
 */
export function afterOf(cursor: string | undefined): string | null {
  if (cursor === undefined || cursor === '') return null
  if (!isUlid(cursor)) throw new Refusal('call.bad-cursor')
  return cursor
}
