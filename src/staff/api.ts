import { z } from 'zod'
import { roleNames } from '../people/person.ts'
import { unitCode } from '../platform/text/codes.ts'
import { hasControls, oneLine, plainLine } from '../platform/text/text.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'

/** Requests and answers of `/api/admin/people` and `/api/password-links`. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')
const role = z.enum(roleNames, { error: '没有这种角色' })

const username = plainLine(64, '用户名').refine(
  (text) => /^[\p{L}\p{N}._-]+$/u.test(text),
  '用户名只能用文字、数字、点、横线和下划线',
)
const agentNumber = plainLine(12, '工号').refine((text) => /^\d{3,12}$/.test(text), '工号为 3 至 12 位数字')

const skillLevel = z.object({
  skill: z.string().max(32),
  level: z.number().int().min(1, '熟练度为 1 至 5').max(5, '熟练度为 1 至 5').describe('1 is the most able'),
})

export const staffInput = z
  .object({
    name: oneLine(64, '姓名'),
    roles: z.array(role).min(1, '请至少选择一个角色').max(roleNames.length),
    unitCode: unitCode.nullable().default(null).describe('of a clerk or a workstation'),
    agentNumber: agentNumber.nullable().default(null).describe('工号; of an agent'),
    skills: z.array(skillLevel).max(50, '技能组过多').default([]),
  })
  .meta({ id: 'PersonFacts' })
export const newStaff = staffInput.extend({ username }).meta({ id: 'NewPerson' })

export const staffQuery = z.object({
  search: plainLine(64, '搜索内容').optional().describe('part of user name, name or 工号'),
  role: role.optional(),
  unit: unitCode.optional(),
  state: z.enum(['active', 'locked'], { error: 'state 应为 active 或 locked' }).optional(),
  ...pageQuery(),
})

export const staffMember = z
  .object({
    id: z.number(),
    username: z.string(),
    name: z.string(),
    roles: z.array(role),
    unit: z.object({ code: unitCode, name: z.string() }).nullable(),
    agentNumber: z.string().nullable(),
    skills: z.array(z.object({ skill: z.string(), level: z.number() })),
    isActive: z.boolean().describe('false: locked, no log-in'),
    hasPassword: z.boolean().describe('false: the link has not been used yet'),
    openSessions: z.number().describe('log-ins that are open now'),
    lastLogInAt: instant.nullable(),
  })
  .meta({ id: 'Person' })
export const staffList = z
  .object({
    people: z.array(staffMember),
    next: nextCursor,
    skills: z.array(z.object({ id: z.string(), name: z.string() })).describe('that this site has'),
  })
  .meta({ id: 'PersonList' })

export const staffId = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) })
export const reasoned = z.object({ reason: oneLine(200, '理由') }).meta({ id: 'Reason' })

/** Returned once: only a digest of the token is stored. */
export const passwordLink = z
  .object({
    token: z.string().describe('behind the # of /set-password'),
    expiresAt: instant,
  })
  .meta({ id: 'PasswordLink' })
export const staffAdded = z.object({ person: staffMember, link: passwordLink }).meta({ id: 'PersonAdded' })
export const sessionsEnded = z.object({ ended: z.number() }).meta({ id: 'SessionsEnded' })

const token = z.string().regex(/^[\w-]{43}$/, '链接不完整，请重新打开管理员给您的链接')
const newPassword = z
  .string({ error: '请填写新密码' })
  .max(256, '密码最多 256 个字符')
  .refine((text) => !hasControls(text), '密码含有不可见的控制字符')
export const linkOpened = z.object({ token }).meta({ id: 'PasswordLinkToken' })
export const linkView = z
  .object({
    username: z.string(),
    name: z.string(),
    agentNumber: z.string().nullable(),
    expiresAt: instant,
  })
  .meta({ id: 'PasswordLinkOwner' })
export const linkUsed = z.object({ token, password: newPassword }).meta({ id: 'PasswordByLink' })

export const ownPassword = z
  .object({
    old: z.string({ error: '请填写原密码' }).min(1, '请填写原密码').max(256, '密码最多 256 个字符'),
    password: newPassword,
  })
  .meta({ id: 'OwnPassword' })

export type StaffMember = z.infer<typeof staffMember>
export type StaffList = z.infer<typeof staffList>
export type StaffAdded = z.infer<typeof staffAdded>
export type StaffInput = z.output<typeof staffInput>
export type PasswordLink = z.infer<typeof passwordLink>
export type LinkView = z.infer<typeof linkView>
