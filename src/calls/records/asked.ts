import { isUlid } from '../../platform/text/ulid-time.ts'
import { Refusal } from '../../platform/web/problem.ts'

/**
 * Where a list of calls continues.
 * @throws Refusal for an invalid cursor
 */
export function afterOf(cursor: string | undefined): string | null {
  if (cursor === undefined || cursor === '') return null
  if (!isUlid(cursor)) throw new Refusal('call.bad-cursor')
  return cursor
}
