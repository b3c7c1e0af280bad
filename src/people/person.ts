import type { UnitCode } from '../platform/types.ts'

/** Who may do what. Pure: the web page imports this too. Source of the roles: domain model 3.6. */

export const roleNames = [
  'ADMIN',
  'SUPERVISOR',
  'AGENT',
  'DISPATCHER',
  'CLERK',
  'WORKSTATION',
  'QUALITY',
  'CALLBACK',
  'OVERSEER',
  'DIRECTOR',
  'AUDITOR',
  'LEADER',
] as const
export type RoleName = (typeof roleNames)[number]

/** Chinese name of each role, as shown in the console. */
export const roleTitles: Record<RoleName, string> = {
  ADMIN: '系统管理员',
  SUPERVISOR: '班长',
  AGENT: '话务员',
  DISPATCHER: '派单员',
  CLERK: '承办单位联络员',
  WORKSTATION: '县区工作站',
  QUALITY: '质检员',
  CALLBACK: '回访员',
  OVERSEER: '督办员',
  DIRECTOR: '热线中心负责人',
  AUDITOR: '审计员',
  LEADER: '领导',
}

/** The roles behind each right. A route asks for one right, never for a role. */
const rights = {
  desk: ['AGENT'],
  // System administrators read no citizens' data: the law separates the two (等保 level 3, three administrators).
  floor: ['SUPERVISOR', 'DIRECTOR'],
  overview: ['DIRECTOR', 'LEADER'],
  /** Sets an agent's state, or signs an agent out. */
  'floor.set': ['SUPERVISOR'],
  /** 紧急移交: who was handed over to 110, 119, 120, 122, with the proof. Who called is not in it. */
  'emergencies.read': ['SUPERVISOR', 'DISPATCHER', 'DIRECTOR', 'AUDITOR'],
  /** 转接目录. */
  'directory.read': ['AGENT', 'SUPERVISOR', 'DISPATCHER', 'CALLBACK', 'ADMIN'],
  'calls.read': ['AGENT', 'SUPERVISOR', 'QUALITY', 'DIRECTOR', 'AUDITOR'],
  'calls.reveal': ['AGENT', 'SUPERVISOR', 'DIRECTOR'],
  'calls.export': ['SUPERVISOR', 'QUALITY', 'DIRECTOR', 'AUDITOR'],
  'recordings.play': ['SUPERVISOR', 'QUALITY', 'DIRECTOR', 'AUDITOR'],
  /** How callers rated the talks of agents; agents themselves do not see it. */
  'ratings.read': ['SUPERVISOR', 'QUALITY', 'DIRECTOR', 'AUDITOR'],
  'audit.read': ['AUDITOR'],
  /** `tickets/view.ts` decides which ones: units see their own. */
  'tickets.read': [
    'AGENT',
    'SUPERVISOR',
    'DISPATCHER',
    'QUALITY',
    'CALLBACK',
    'OVERSEER',
    'DIRECTOR',
    'AUDITOR',
    'LEADER',
    'CLERK',
    'WORKSTATION',
  ],
  'tickets.export': ['SUPERVISOR', 'DISPATCHER', 'QUALITY', 'OVERSEER', 'DIRECTOR', 'AUDITOR', 'CLERK', 'WORKSTATION'],
  'tickets.write': ['AGENT', 'SUPERVISOR', 'DISPATCHER'],
  /** An event of a ticket; `tickets/ticket.ts` decides which ones. */
  'tickets.act': ['AGENT', 'SUPERVISOR', 'DISPATCHER', 'CALLBACK', 'CLERK', 'WORKSTATION'],
  dispatch: ['DISPATCHER'],
  /** 权责清单: who is in charge of what; units read what is said of them. */
  'catalogue.read': [
    'AGENT',
    'SUPERVISOR',
    'DISPATCHER',
    'QUALITY',
    'CALLBACK',
    'OVERSEER',
    'DIRECTOR',
    'AUDITOR',
    'LEADER',
    'ADMIN',
    'CLERK',
    'WORKSTATION',
  ],
  'catalogue.edit': ['DISPATCHER', 'DIRECTOR'],
  /** 争议与联席会议; a unit reads those that it takes part in. */
  'disputes.read': [
    'DISPATCHER',
    'SUPERVISOR',
    'OVERSEER',
    'DIRECTOR',
    'LEADER',
    'QUALITY',
    'AUDITOR',
    'CLERK',
    'WORKSTATION',
  ],
  /** Prepares the meetings: a signed ruling dispatches tickets in this person's name. */
  'disputes.keep': ['DISPATCHER'],
  /** 统一督办: what is overdue and why, and all that is written about it. */
  'oversight.read': ['OVERSEER', 'DIRECTOR', 'LEADER', 'DISPATCHER', 'SUPERVISOR', 'AUDITOR'],
  /** Prepares papers of supervision, sends batches. */
  'oversight.keep': ['OVERSEER'],
  /** Issues what another person prepared. */
  'oversight.issue': ['OVERSEER', 'DIRECTOR', 'LEADER'],
  /** 督办单 and the like; a unit reads and answers its own. */
  'oversight.cases': [
    ...(['OVERSEER', 'DIRECTOR', 'LEADER', 'DISPATCHER', 'SUPERVISOR', 'AUDITOR'] as const),
    ...(['CLERK', 'WORKSTATION'] as const),
  ],
  /** 县区工作站: a station reads its own. */
  'workstations.read': ['DISPATCHER', 'SUPERVISOR', 'DIRECTOR', 'LEADER', 'WORKSTATION'],
  /** Posts and duty lists; a station keeps its own. */
  'workstations.keep': ['DISPATCHER', 'SUPERVISOR', 'WORKSTATION'],
  /** 评价反馈. */
  'follow-ups.read': ['CALLBACK', 'AGENT', 'DISPATCHER', 'SUPERVISOR', 'QUALITY', 'OVERSEER', 'DIRECTOR', 'AUDITOR'],
  /** Asks citizens; never about a matter that they took themselves. */
  'follow-ups.work': ['CALLBACK', 'AGENT'],
  /** The same, and of its own round a unit. */
  'follow-ups.ask': ['CALLBACK', 'AGENT', 'CLERK', 'WORKSTATION'],
  'follow-ups.judge': ['CALLBACK', 'DISPATCHER'],
  /** 评价反馈单; a unit reads its own. */
  'letters.read': [
    'CALLBACK',
    'DISPATCHER',
    'SUPERVISOR',
    'QUALITY',
    'OVERSEER',
    'DIRECTOR',
    'AUDITOR',
    'CLERK',
    'WORKSTATION',
  ],
  'letters.decide': ['SUPERVISOR', 'DIRECTOR', 'QUALITY'],
  /** Grants what an overseer or a unit asks for: a matter of the 13710 system that takes longer than a month. */
  'oversight.approve': ['DIRECTOR'],
  /** 13710 cases; a unit reads and answers its own. */
  'cases13710.read': ['OVERSEER', 'DIRECTOR', 'LEADER', 'DISPATCHER', 'SUPERVISOR', 'AUDITOR', 'CLERK', 'WORKSTATION'],
  unit: ['CLERK', 'WORKSTATION'],
  /** 工作日历、时限方案: rules by which every ticket is counted. */
  rules: ['ADMIN', 'DIRECTOR'],
  admin: ['ADMIN'],
} as const satisfies Record<string, readonly RoleName[]>
export type Right = keyof typeof rights
export const rightNames = Object.keys(rights) as Right[]

export interface Person {
  id: number
  username: string
  name: string
  roles: RoleName[]
  /** Of a clerk or a workstation. */
  unitCode: UnitCode | null
}

/**
 * Why a log-in is over. `locked`: the account is locked. `revoked`: an administrator signed the person out. `changed`:
 * with another role or 工号 a new log-in is needed. `password`: a new one was set.
 */
export const endReasons = ['replaced', 'revoked', 'locked', 'logged-out', 'expired', 'changed', 'password'] as const
export type EndReason = (typeof endReasons)[number]

export function may(person: Pick<Person, 'roles'>, right: Right): boolean {
  const holders: readonly RoleName[] = rights[right]
  return person.roles.some((role) => holders.includes(role))
}

export function rightsOf(person: Pick<Person, 'roles'>): Right[] {
  return rightNames.filter((right) => may(person, right))
}

/** The start page of a role. */
export function homePage(person: Pick<Person, 'roles'>): string {
  if (may(person, 'desk')) return '/desk'
  if (may(person, 'overview')) return '/overview'
  if (may(person, 'floor')) return '/floor'
  if (may(person, 'dispatch')) return '/dispatch'
  if (may(person, 'oversight.keep')) return '/oversight'
  if (may(person, 'unit')) return '/unit'
  if (may(person, 'admin')) return '/admin/health'
  if (may(person, 'audit.read')) return '/audit'
  if (may(person, 'follow-ups.work')) return '/follow-ups'
  return may(person, 'calls.read') ? '/calls' : '/tickets'
}
