import { ownNumber } from '../../lines/dialled.ts'
import type { LineAsked } from './walk.ts'

/** @returns null for an unknown line */
export async function lineAsked(
  idOf: (number: string) => Promise<number | null>,
  number: string,
): Promise<LineAsked | null> {
  const id = await idOf(number)
  return id === null ? null : { id, isOld: number !== ownNumber }
}
