import { may, type RoleName } from '../people/person.ts'
import type { UnitCode } from '../platform/types.ts'

/** Accounts of all people who may log in, as administrators keep them. Pure: the rules of what may be changed. */

/** 1 is the most able. */
export const skillLevels = [1, 2, 3, 4, 5] as const

export interface StaffFacts {
  name: string
  roles: RoleName[]
  unitCode: UnitCode | null
  /** 工号 */
  agentNumber: string | null
  skills: { skill: string; level: number }[]
}

/** Roles whose people belong to a unit. */
const unitRoles: readonly RoleName[] = ['CLERK', 'WORKSTATION']

export const needsUnit = (roles: readonly RoleName[]): boolean => roles.some((role) => unitRoles.includes(role))
export const needsNumber = (roles: readonly RoleName[]): boolean => roles.includes('AGENT')

const readingRights = ['calls.read', 'tickets.read', 'audit.read'] as const
const readsOfCitizens = (who: { roles: RoleName[] }): boolean => readingRights.some((right) => may(who, right))

interface FieldFault {
  field: 'roles' | 'unitCode' | 'agentNumber' | 'skills'
  message: string
}

/** Facts that do not fit together. The form shows it beside the field, the server refuses it. */
export function staffFaults(facts: Pick<StaffFacts, 'roles' | 'unitCode' | 'agentNumber' | 'skills'>): FieldFault[] {
  const { roles, unitCode, agentNumber, skills } = facts
  const faults: FieldFault[] = []
  if (roles.length === 0) faults.push({ field: 'roles', message: '请至少选择一个角色' })
  // Source: 等保 level 3, three administrators: a system administrator neither audits the system nor reads its contents.
  if (roles.includes('ADMIN') && readsOfCitizens({ roles })) {
    faults.push({
      field: 'roles',
      message: '系统管理员不能兼任审计员，也不能兼任能查看通话或工单的角色，请分开建账号',
    })
  }
  if (needsUnit(roles) && roles.some((role) => !unitRoles.includes(role))) {
    faults.push({ field: 'roles', message: '承办单位人员不能兼任热线中心的角色，请分开建账号' })
  }
  if (needsUnit(roles) && unitCode === null) {
    faults.push({ field: 'unitCode', message: '承办单位联络员和县区工作站须选择所属单位' })
  }
  if (!needsUnit(roles) && unitCode !== null) {
    faults.push({ field: 'unitCode', message: '只有承办单位人员有所属单位，请清空' })
  }
  if (needsNumber(roles) && agentNumber === null) faults.push({ field: 'agentNumber', message: '话务员须填写工号' })
  if (needsNumber(roles) && skills.length === 0) {
    faults.push({ field: 'skills', message: '话务员至少要有一个技能组，否则不会派到电话' })
  }
  return faults
}

interface Standing {
  id: number
  roles: readonly RoleName[]
  isActive: boolean
}

/**
 * People cannot lock themselves out or give themselves another role, and one administrator always remains.
 * @param next what the person becomes
 * @param otherAdmins administrators who may log in, without this person
 * @returns why not; null when it may be done
 */
export function refusalOfChange(
  actorId: number,
  before: Standing,
  next: Pick<Standing, 'roles' | 'isActive'>,
  otherAdmins: number,
): 'person.own-lock' | 'person.own-role' | 'person.last-admin' | null {
  if (actorId === before.id && !next.isActive) return 'person.own-lock'
  if (isAdmin(before) && !isAdmin(next) && otherAdmins === 0) return 'person.last-admin'
  return actorId === before.id && !isSame(before.roles, next.roles) ? 'person.own-role' : null
}

const isSame = (one: readonly RoleName[], other: readonly RoleName[]): boolean =>
  one.every((role) => other.includes(role)) && other.every((role) => one.includes(role))

const isAdmin = ({ roles, isActive }: Pick<Standing, 'roles' | 'isActive'>): boolean =>
  isActive && roles.includes('ADMIN')

/** A log-in carries its telephone: with another 工号, or with or without a desk, a new log-in is needed. */
export function needsNewLogIn(
  before: Pick<StaffFacts, 'roles' | 'agentNumber'>,
  after: Pick<StaffFacts, 'roles' | 'agentNumber'>,
): boolean {
  const numberOf = ({ roles, agentNumber }: Pick<StaffFacts, 'roles' | 'agentNumber'>) =>
    needsNumber(roles) ? agentNumber : null
  return numberOf(before) !== numberOf(after)
}
