import type { StaffInput, StaffMember } from '../../staff/api.ts'

/** The filters of the list of people, and the contents of its form. Pure. */

export type StaffFilters = Record<'search' | 'role' | 'unit' | 'state', string>
export const noFilters: StaffFilters = { search: '', role: '', unit: '', state: '' }

/** The contents of the form; an empty field is null for the server. */
export interface StaffDraft extends Omit<StaffInput, 'agentNumber'> {
  username: string
  agentNumber: string
}

export function draftOf(person: StaffMember | null): StaffDraft {
  return {
    username: person?.username ?? '',
    name: person?.name ?? '',
    roles: [...(person?.roles ?? [])],
    unitCode: person?.unit?.code ?? null,
    agentNumber: person?.agentNumber ?? '',
    skills: (person?.skills ?? []).map((one) => ({ ...one })),
  }
}

export function inputOf(draft: StaffDraft): StaffInput & { username: string } {
  const { agentNumber, ...rest } = draft
  const number = agentNumber.trim()
  return {
    ...rest,
    username: draft.username.trim(),
    name: draft.name.trim(),
    agentNumber: number === '' ? null : number,
  }
}
