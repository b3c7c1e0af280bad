import { stepRefusals } from '../life/ticket.ts'

export const storeRefusals = [
  ...stepRefusals,
  'ticket.not-found',
  'ticket.stale',
  'ticket.file-missing',
  'ticket.category-unknown',
  'ticket.county-unknown',
  'ticket.unit-unknown',
  'ticket.unit-not-below',
  'ticket.unit-below-station',
  'ticket.not-a-township-duty',
  'ticket.repeated-differently',
] as const
/** Why a store did not do what it was asked for; nothing of it was done. */
export interface StoreRefusal {
  code: (typeof storeRefusals)[number]
  detail: string
}

export type Outcome<T> = ({ ok: true } & T) | { ok: false; refusal: StoreRefusal }

/** Ends the transaction; becomes an outcome, see `orRefusal`. */
export class Refused extends Error {
  readonly refusal: StoreRefusal
  constructor(code: StoreRefusal['code'], detail: string) {
    super(code)
    this.refusal = { code, detail }
  }
}

export async function orRefusal<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, ...(await work) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    throw error
  }
}
