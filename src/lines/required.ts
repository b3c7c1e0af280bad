import { Refusal } from '../platform/web/problem.ts'
import { readNumber, type WrittenNumber } from './written.ts'

/**
 * A number from a request.
 * @param path of the field, e.g. `body.caller.phone`
 * @throws Refusal that says what is wrong with this number
 */
export function requireNumber(
  text: string,
  areaCode: string,
  path: string,
): WrittenNumber & { other: WrittenNumber | null } {
  const read = readNumber(text, areaCode)
  if (read.ok) return read
  throw new Refusal('request.invalid', { detail: read.fault, faults: [{ path, message: read.fault }] })
}
